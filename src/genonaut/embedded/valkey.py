"""An embedded Valkey (or the machine's Redis), with an append-only file or only in memory."""

import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from genonaut.embedded.home import Home, discard, home_of, locked_home
from genonaut.embedded.ports import LOOPBACK
from genonaut.embedded.programs import Program, Source, find_valkey
from genonaut.embedded.server import RunningServer

_READY = "Ready to accept connections"  # the last log line of a start, in Redis 6.2 to Valkey 9.1


@dataclass(frozen=True, slots=True)
class ValkeyAddress:
    """The address of an embedded Valkey that another process runs."""

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
        """Stop the server and wait until it has ended; one without durable data is killed."""
        await (super().stop() if self._durable else self.kill())

    async def restart_empty(self) -> None:
        """Kill the server and start it on the same port without data."""
        await self.kill()
        self._delete_data()
        await self.start()

    def _command(self) -> list[str]:
        return [str(self._program.executable), str(self._home.path / "server.conf")]

    def _prepare_start(self) -> None:
        """Write the configuration file; on the command line every user could read the password."""
        if not self._durable:
            self._delete_data()
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

    async def _is_ready(self, pid: int) -> bool:  # noqa: ARG002 - the log is of this process
        # Not by a connection: if another program had the port, it would receive the password.
        return _READY in self._log_since_start()

    def _delete_data(self) -> None:
        for entry in self._home.data.iterdir():
            if entry.is_dir():
                shutil.rmtree(entry)
            else:
                entry.unlink()


@asynccontextmanager
async def valkey(
    *, source: Source, data_dir: Path, port: int | None, durable: bool
) -> AsyncIterator[RunningValkey]:
    """Run an embedded Valkey (or the machine's Redis) within the context.

    Args:
        source: Which programs may be used.
        data_dir: Created if missing; with ``durable`` its data are kept for the next start.
        port: Preferred loopback port; if None or in use, another one is chosen.
        durable: Write an append-only file, synced to disk every second; False starts empty.

    Raises:
        EmbeddedServerError: no program, or it does not start.
        DataInUseError: another process uses the data.
    """
    with locked_home(data_dir) as home:
        program = _choose_program(find_valkey(source), home).usable_by(home.account)
        if not home.data.exists():
            home.make_data()
        server = RunningValkey(program, home, durable=durable)
        try:
            await server.open(port)
            yield server
        finally:
            await server.stop()
            if home.is_relocated and not durable:
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


def _choose_program(programs: list[Program], home: Home) -> Program:
    """Return the program that wrote the data if it is still available, else the first one.

    Redis cannot read data of Valkey 9, and an older release cannot read data of a newer one.
    """
    record = home.read_record()
    written_by = record.program if record else None
    same = [program for program in programs if program.executable.name == written_by]
    return (same or programs)[0]
