"""A TCP proxy for PostgreSQL that closes the connection exactly at a COMMIT."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

COMMIT = b"COMMIT"


@dataclass
class CommitCutter:
    """Closes the first connection that sends COMMIT after it sent ``after``.

    With ``is_forwarded`` the server receives the COMMIT and only its reply is lost.
    """

    target: tuple[str, int]
    after: bytes
    is_forwarded: bool
    on_cut: Callable[[], Awaitable[None]] | None = None
    is_armed: bool = True
    cuts: int = 0
    port: int = 0
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            back_reader, back_writer = await asyncio.open_connection(*self.target)
        except OSError:
            writer.close()
            return
        answers = asyncio.create_task(self._copy(back_reader, writer))
        self._tasks.add(answers)
        has_seen = False
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                has_seen = has_seen or self.after in data
                if self.is_armed and has_seen and COMMIT in data:
                    self.is_armed = False
                    await self._cut(data, back_reader, back_writer, answers)
                    break
                back_writer.write(data)
                await back_writer.drain()
        for one in (writer, back_writer):
            one.close()
        answers.cancel()

    async def _cut(
        self,
        data: bytes,
        back_reader: asyncio.StreamReader,
        back_writer: asyncio.StreamWriter,
        answers: asyncio.Task[None],
    ) -> None:
        answers.cancel()
        await asyncio.wait([answers])
        self.cuts += 1
        if self.is_forwarded:
            back_writer.write(data)
            await back_writer.drain()
            await back_reader.read(1)  # the lost reply: the server has committed
        if self.on_cut is not None:
            await self.on_cut()

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
            writer.close()


@contextlib.asynccontextmanager
async def proxying(cutter: CommitCutter) -> AsyncIterator[CommitCutter]:
    """Listen on a free port during the block."""
    server = await asyncio.start_server(cutter.handle, "127.0.0.1", 0)
    cutter.port = server.sockets[0].getsockname()[1]
    try:
        yield cutter
    finally:
        server.close()
        for task in cutter._tasks:
            task.cancel()
        await asyncio.gather(*cutter._tasks, return_exceptions=True)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1):
                await server.wait_closed()
