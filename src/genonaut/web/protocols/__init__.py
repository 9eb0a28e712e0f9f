"""The HTTP and websocket protocols of uvicorn, with limits for hostile clients."""
