"""Websockets under client ids whose own socket is gone, for prompts that are bound to them.

ComfyUI sends the frames of a prompt to the client id it was posted with and to nobody else, also
after that id has connected again. Source: ComfyUI 0.3.64, server.py, websocket_handler.
"""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from genonaut.comfyui.listener import WebsocketListener


class InheritedClientIds:
    """At most one socket per inherited id: of two, the older's end would silence the newer."""

    def __init__(self, listener: WebsocketListener) -> None:
        self._listener = listener
        self._open: dict[str, WebsocketListener] = {}
        self._users: Counter[str] = Counter()

    @asynccontextmanager
    async def listener_for(self, client_id: str) -> AsyncIterator[WebsocketListener]:
        """Deliver the frames of this id to whoever watches their prompts."""
        if client_id not in self._open:
            self._open[client_id] = await self._listener.with_client_id(client_id).__aenter__()
        heir = self._open[client_id]
        self._users[client_id] += 1
        try:
            yield heir
        finally:
            self._users[client_id] -= 1
            if not self._users[client_id]:
                del self._users[client_id], self._open[client_id]
                await heir.__aexit__(None, None, None)
