"""The HTTP and websocket side: assembly, errors, dependencies, the door's checks."""
