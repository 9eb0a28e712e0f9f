"""Connected websockets and the routing of frames.

Routing follows ComfyUI server.py with two peculiarities, both observed: the newer of two sockets with
one id becomes deaf when the older closes; and one loop awaits every send, so that an unread socket
stalls all others.
"""

import asyncio
import json
import struct
from typing import Any

import msgspec
import structlog
from aiohttp import web

log = structlog.get_logger(__name__)

EVENT_PREVIEW = 1  # u32 event | u32 image type | image
EVENT_PREVIEW_WITH_METADATA = 4  # u32 event | u32 length | JSON | image
IMAGE_JPEG = 1


class Client(msgspec.Struct, eq=False):
    """One open websocket. ``deaf`` is a scripted fault: it stays open and receives no frames."""

    sid: str
    socket: web.WebSocketResponse
    transport: asyncio.Transport | None
    supports_metadata: bool = False
    deaf: bool = False

    def abort(self) -> None:
        """Abort the connection without a closing handshake: the peer gets code 1006."""
        if self.transport is not None:
            self.transport.abort()


class SocketHub:
    """All websockets of one server."""

    def __init__(self) -> None:
        self.routes: dict[str, Client] = {}  # by client id: the socket that receives its frames
        self.open: set[Client] = set()
        self._frames: asyncio.Queue[tuple[str | bytes, str | None]] = asyncio.Queue()

    def enter(self, client: Client) -> None:
        """Route the frames of an id to this socket, silencing an older one."""
        self.routes[client.sid] = client
        self.open.add(client)

    def leave(self, client: Client) -> None:
        """Remove a closed socket; by id, which makes a newer socket with that id deaf."""
        self.open.discard(client)
        self.routes.pop(client.sid, None)

    def send(self, event: str, data: dict[str, Any], sid: str | None) -> None:
        """Queue a JSON frame for one client id, or for all if None."""
        self._frames.put_nowait((json.dumps({"type": event, "data": data}), sid))

    def send_preview(self, image: bytes, sid: str | None) -> None:
        """Queue a preview without metadata (event 1)."""
        header = struct.pack(">II", EVENT_PREVIEW, IMAGE_JPEG)
        self._frames.put_nowait((header + image, sid))

    def send_preview_with_metadata(self, image: bytes, about: dict[str, Any], sid: str) -> None:
        """Queue a preview with its prompt and node (event 4)."""
        text = json.dumps(about | {"image_type": "image/jpeg"}).encode()
        header = struct.pack(">II", EVENT_PREVIEW_WITH_METADATA, len(text))
        self._frames.put_nowait((header + text + image, sid))

    def supports_metadata(self, sid: str | None) -> bool:
        """Return whether the socket of this id requested previews with metadata."""
        client = None if sid is None else self.routes.get(sid)
        return client is not None and client.supports_metadata

    async def publish(self) -> None:
        """Send queued frames one at a time until cancelled."""
        while True:
            frame, sid = await self._frames.get()
            if sid is None:
                receivers = list(self.routes.values())
            else:
                receivers = [client for client in (self.routes.get(sid),) if client is not None]
            for client in receivers:
                await self._deliver(client, frame)
            self._frames.task_done()

    async def flushed(self) -> None:
        """Wait until every frame queued so far has been sent."""
        await self._frames.join()

    @staticmethod
    async def _deliver(client: Client, frame: str | bytes) -> None:
        if client.deaf:
            return
        try:
            if isinstance(frame, bytes):
                await client.socket.send_bytes(frame)
            else:
                await client.socket.send_str(frame)
        except ConnectionError as error:
            log.debug("simulator.frame_lost", sid=client.sid, reason=str(error))

    def drop(self, sid: str | None = None) -> int:
        """Abort the sockets of one client id, or all; return their number."""
        victims = [client for client in self.open if sid in (None, client.sid)]
        for client in victims:
            client.abort()
        return len(victims)

    def deafen(self, sid: str | None = None) -> None:
        """Make the sockets of one client id, or all open ones, deaf."""
        for client in self.open:
            if sid in (None, client.sid):
                client.deaf = True

    async def close_all(self) -> None:
        """Close every socket with code 1001 when the server ends."""
        for client in list(self.open):
            await client.socket.close(code=1001)
