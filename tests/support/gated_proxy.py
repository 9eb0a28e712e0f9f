"""A TCP proxy that can hold back the answers of its server."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from yarl import URL


class GatedProxy:
    """Forwards everything, except answers while it is closed."""

    def __init__(self, target: URL, port: int) -> None:
        self.url = str(target.with_host("127.0.0.1").with_port(port))
        self._open = asyncio.Event()
        self._open.set()

    def close(self) -> None:
        """Hold back answers; requests still reach the server."""
        self._open.clear()

    def open(self) -> None:
        """Forward answers, also those that were held back."""
        self._open.set()

    async def forward(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_answer: bool
    ) -> None:
        """Copy one direction of a connection until it ends."""
        with contextlib.suppress(OSError):
            try:
                while data := await reader.read(65536):
                    if is_answer:
                        await self._open.wait()
                    writer.write(data)
                    await writer.drain()
            finally:
                writer.close()
                await writer.wait_closed()


@contextlib.asynccontextmanager
async def gated_proxy(url: str) -> AsyncIterator[GatedProxy]:
    """Run a proxy for the server of ``url`` during the block."""
    target = URL(url)
    connections: set[asyncio.Task[None]] = set()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(target.host, target.port)
        for one in (
            proxy.forward(reader, far_writer, is_answer=False),
            proxy.forward(far_reader, writer, is_answer=True),
        ):
            connections.add(asyncio.create_task(one))

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    proxy = GatedProxy(target, server.sockets[0].getsockname()[1])
    async with server:
        try:
            yield proxy
        finally:
            for connection in connections:
                connection.cancel()
            await asyncio.gather(*connections, return_exceptions=True)
