"""A websocket client without a network: speaks to the application as its server would."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import msgspec
from tests.support.timeouts import PATIENCE_SECONDS

from genonaut.web.middleware.request_guard import RequestGuard


class SocketClosedError(Exception):
    """The server closed; ``code`` is the close code, ``accepted`` whether it had opened."""

    def __init__(self, code: int, *, accepted: bool) -> None:
        super().__init__(f"closed with {code}")
        self.code = code
        self.accepted = accepted


class AsgiSocket:
    """The client's end."""

    def __init__(self) -> None:
        self.sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.received: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.accepted = False

    async def frame(self, *, seconds: float = PATIENCE_SECONDS) -> dict[str, Any]:
        """Return the next JSON frame."""
        while True:
            async with asyncio.timeout(seconds):
                message = await self.received.get()
            match message["type"]:
                case "websocket.accept":
                    self.accepted = True
                case "websocket.close":
                    raise SocketClosedError(message["code"], accepted=self.accepted)
                case "websocket.send":
                    decoded: dict[str, Any] = msgspec.json.decode(message["text"])
                    return decoded

    async def close_code(self, *, seconds: float = PATIENCE_SECONDS) -> int:
        """Read until the server closes."""
        try:
            while True:
                await self.frame(seconds=seconds)
        except SocketClosedError as closed:
            return closed.code


@contextlib.asynccontextmanager
async def open_socket(
    guard: RequestGuard, path: str, headers: dict[str, str] | None = None
) -> AsyncIterator[AsgiSocket]:
    """Connect; nothing is read yet."""
    path, _, query = path.partition("?")
    given = {"Host": "127.0.0.1:8002", **(headers or {})}
    scope: dict[str, Any] = {
        "type": "websocket",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "scheme": "ws",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in given.items()],
        "client": ("127.0.0.1", 40000),
        "server": ("127.0.0.1", 8002),
        "subprotocols": [],
    }
    socket = AsgiSocket()
    await socket.sent.put({"type": "websocket.connect"})
    task = asyncio.create_task(guard(scope, socket.sent.get, socket.received.put))  # type: ignore[arg-type]
    try:
        yield socket
    finally:
        await socket.sent.put({"type": "websocket.disconnect", "code": 1000})
        _, pending = await asyncio.wait({task}, timeout=PATIENCE_SECONDS)
        for one in pending:
            one.cancel()
        await task
