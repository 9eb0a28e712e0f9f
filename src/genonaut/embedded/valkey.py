"""An embedded Valkey (or the machine's Redis): append-only file when durable, else memory alone."""

import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from genonaut.embedded.home import Home, claim_home, discard, home_of
from genonaut.embedded.ports import LOOPBACK
from genonaut.embedded.programs import Program, Source, find_valkey
from genonaut.embedded.server import RunningServer

_READY = "Ready to accept connections"  # the last line of a start, in Redis 6.2 to Valkey 9.1


@dataclass(frozen=True, slots=True)
class ValkeyAddress:
    """How to reach an embedded Valkey that some process of ours runs."""

    port: int
    origin: str
    password: str = field(repr=False)

    def url_for(self, database: int) -> str:
        """Return the URL of one numbered database (0..15), password included."""
        return _url(self.port, self.password, database)


class RunningValkey(RunningServer):
    """An embedded Valkey or Redis with 16 databases."""

    _stop_signal = signal.SIGTERM

    def __init__(self, program: Program, home: Home, *, durable: bool) -> None:
        super().__init__(program, home)
        self._durable = durable

    def url_for(self, database: int) -> str:
        """Return the URL of one numbered database (0..15), password included."""
        return _url(self.port, self.password, database)

    async def stop(self) -> None:
        """End the server and wait for it; one that keeps nothing is not asked first."""
        await (super().stop() if self._durable else self.kill())

    async def restart_empty(self) -> None:
        """Kill the server and start it on the same port with nothing in it."""
        await self.kill()
        self._forget()
        await self.start()

    def _command(self) -> list[str]:
        return [str(self._program.executable), str(self._home.path / "server.conf")]

    def _prepare_start(self) -> None:
        """Write the configuration: a file, because a command line shows the password to all."""
        if not self._durable:
            self._forget()
        directory = str(self._home.data).replace("\\", "\\\\").replace('"', '\\"')
        lines = [
            f"bind {LOOPBACK}",
            f"port {self.port}",
            f"requirepass {self.password}",
            f'dir "{directory}"',
            "databases 16",
            "daemonize no",
            'save ""',
            f"appendonly {'yes' if self._durable else 'no'}",
        ]
        self._home.write_secret("server.conf", "\n".join(lines) + "\n", for_server=True)

    async def _is_ready(self, pid: int) -> bool:  # noqa: ARG002 - the log is this process's own
        # Not by connecting: while somebody else has the port, they would be shown the password.
        return _READY in self._log_since_start()

    def _forget(self) -> None:
        for entry in self._home.data.iterdir():
            if entry.is_dir():
                shutil.rmtree(entry)
            else:
                entry.unlink()


@asynccontextmanager
async def valkey(
    *, source: Source, data_dir: Path, port: int | None, durable: bool
) -> AsyncIterator[RunningValkey]:
    """Run a Valkey (or the machine's Redis) of our own for the length of the context.

    Args:
        source: which programs may be used.
        data_dir: made when missing; with ``durable`` its content is there again at the next start.
        port: preferred loopback port; another one is taken when it is not free or None.
        durable: keep an append-only file, written to disk every second; False starts empty.

    Raises:
        EmbeddedServerError: no program, or it does not start.
        DataInUseError: another process has the data open.
    """
    with claim_home(data_dir) as home:
        program = _fitting(find_valkey(source), home).usable_by(home.account)
        if not home.data.exists():
            home.make_data()
        server = RunningValkey(program, home, durable=durable)
        try:
            await server.open(port)
            yield server
        finally:
            await server.stop()
            if home.is_elsewhere and not durable:
                discard(home)


def attached_valkey(data_dir: Path) -> ValkeyAddress | None:
    """Return the address of the Valkey that another process runs on ``data_dir``, if any."""
    home = home_of(data_dir)
    record = home.read_record()
    if record is None or record.process() is None:
        return None
    return ValkeyAddress(record.port, record.origin, home.password())


def _url(port: int, password: str, database: int) -> str:
    return f"redis://:{password}@{LOOPBACK}:{port}/{database}"


def _fitting(programs: list[Program], home: Home) -> Program:
    """Return the program that wrote the data when it is still here, else the best one.

    Redis cannot read what Valkey 9 wrote, nor an older release what a newer one did.
    """
    record = home.read_record()
    written_by = record.program if record else None
    same = [program for program in programs if program.executable.name == written_by]
    return (same or programs)[0]
