"""The API on a real port, for websockets and for clients in other processes."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import msgspec
import uvicorn
from tests.support.apps import borrowed_app
from tests.support.timeouts import PATIENCE_SECONDS, patiently

from genonaut.config import Settings
from genonaut.web.middleware.request_guard import RequestGuard
from genonaut.web.server import server_config


@contextlib.asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[str]:
    """Serve the API on a free port; yields its URL."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    with borrowed_app(settings) as app:
        guard = RequestGuard(app, settings.web, settings.auth)
        server = uvicorn.Server(server_config(guard, settings.web))
        server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
        task = asyncio.create_task(server._serve(sockets=[listener]))
        try:
            async with patiently():
                while not server.started:
                    if task.done():
                        task.result()
                    await asyncio.sleep(0.01)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            async with patiently():
                await task
            listener.close()


class Watcher:
    """A websocket client that decodes frames."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def frame(self, *, seconds: float = PATIENCE_SECONDS) -> dict[str, Any]:
        message = await self.socket.receive(timeout=seconds)
        assert message.type is aiohttp.WSMsgType.TEXT, message
        decoded: dict[str, Any] = msgspec.json.decode(message.data)
        return decoded

    async def until(
        self, status: str, *, seconds: float = PATIENCE_SECONDS
    ) -> list[dict[str, Any]]:
        """Return every frame up to the first one with this status."""
        frames: list[dict[str, Any]] = []
        async with asyncio.timeout(seconds):
            while True:
                frames.append(await self.frame(seconds=seconds))
                if frames[-1].get("status") == status:
                    return frames

    async def close_code(self, *, seconds: float = PATIENCE_SECONDS) -> int | None:
        """Read until the server closes."""
        async with asyncio.timeout(seconds):
            while True:
                message = await self.socket.receive()
                if message.type in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED}:
                    return self.socket.close_code


@contextlib.asynccontextmanager
async def watching(
    base_url: str, path: str, *, headers: dict[str, str] | None = None
) -> AsyncIterator[Watcher]:
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(base_url + path, headers=headers or {}) as socket,
    ):
        yield Watcher(socket)
