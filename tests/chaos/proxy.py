"""A TCP proxy that fails on request: refuses, resets, freezes or cuts connections."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Literal

Mode = Literal["pass", "refuse", "reset", "freeze"]


@dataclass
class FaultyProxy:
    """Forwards connections to ``target`` as its ``mode`` says.

    refuse: new connections are closed at once. reset: accepted, then reset. freeze: nothing is
    forwarded in either direction until the mode changes.
    """

    target: tuple[str, int]
    mode: Mode = "pass"
    port: int = 0
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)
    _unfrozen: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.mode in {"refuse", "reset"}:
            if self.mode == "reset":
                await asyncio.sleep(0.01)
            _reset(writer)
            return
        try:
            back_reader, back_writer = await asyncio.open_connection(*self.target)
        except OSError:
            _reset(writer)
            return
        self._writers |= {writer, back_writer}
        try:
            await asyncio.gather(self._copy(reader, back_writer), self._copy(back_reader, writer))
        finally:
            self._writers -= {writer, back_writer}
            for one in (writer, back_writer):
                one.close()

    def cut(self) -> None:
        """Reset every open connection."""
        for writer in self._writers:
            _reset(writer)

    def set_mode(self, mode: Mode) -> None:
        """Change the mode for new data and new connections."""
        self.mode = mode
        if mode == "freeze":
            self._unfrozen.clear()
        else:
            self._unfrozen.set()

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                if self.mode == "freeze":
                    await self._unfrozen.wait()
                writer.write(data)
                await writer.drain()
        writer.close()


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close a connection with RST instead of FIN."""
    raw = writer.get_extra_info("socket")
    if raw is not None:
        with contextlib.suppress(OSError):
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
    writer.transport.abort()


@contextlib.asynccontextmanager
async def faulty_proxy(host: str, port: int) -> AsyncIterator[FaultyProxy]:
    """Listen on a free port of loopback during the block."""
    proxy = FaultyProxy((host, port))
    server = await asyncio.start_server(proxy.handle, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        proxy.set_mode("pass")
        proxy.cut()
