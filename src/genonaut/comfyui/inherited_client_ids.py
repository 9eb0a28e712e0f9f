"""Websockets under client ids that another connection or process used before.

ComfyUI sends the frames of a prompt only to the client id with which it was posted, also after a
reconnect under that id. Source: ComfyUI 0.3.64, server.py, websocket_handler.
"""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from genonaut.comfyui.websocket_listener import WebsocketListener


class InheritedClientIds:
    """Keeps at most one socket per id: closing the older of two would silence the newer."""

    def __init__(self, listener: WebsocketListener) -> None:
        self._listener = listener
        self._open: dict[str, WebsocketListener] = {}
        self._users: Counter[str] = Counter()

    @asynccontextmanager
    async def listener_for(self, client_id: str) -> AsyncIterator[WebsocketListener]:
        """Open a listener under this id; it delivers to the watches of the main listener."""
        if client_id not in self._open:
            self._open[client_id] = await self._listener.with_client_id(client_id).__aenter__()
        inherited = self._open[client_id]
        self._users[client_id] += 1
        try:
            yield inherited
        finally:
            self._users[client_id] -= 1
            if not self._users[client_id]:
                del self._users[client_id], self._open[client_id]
                await inherited.__aexit__(None, None, None)
