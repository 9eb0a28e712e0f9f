"""An embedded PostgreSQL: prepared once, then started in well under a tenth of a second."""

import asyncio
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psutil

from genonaut.embedded.errors import DataInUseError, EmbeddedServerError
from genonaut.embedded.home import Home, claim_home, discard, home_of
from genonaut.embedded.ports import LOOPBACK
from genonaut.embedded.programs import Program, Source, find_postgres
from genonaut.embedded.server import RunningServer

SUPERUSER = "genonaut"
_BUILTIN_LOCALES_SINCE = 17
_STATUS_LINE = 7  # of postmaster.pid; Source: PostgreSQL src/include/utils/pidfile.h
_LINGERING = "pre-existing shared memory block"
_LINGERING_SECONDS = 5.0
_DISPOSABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True, slots=True)
class PostgresAddress:
    """How to reach an embedded PostgreSQL that some process of ours runs."""

    port: int
    origin: str
    password: str = field(repr=False)

    def url_for(self, database: str) -> str:
        """Return the SQLAlchemy URL of one database, password included."""
        return _url(self.port, self.password, database)


class RunningPostgres(RunningServer):
    """An embedded PostgreSQL; its user ``genonaut`` is the superuser."""

    _stop_signal = signal.SIGINT  # "fast": ends sessions, writes a checkpoint

    def __init__(self, program: Program, home: Home, *, durable: bool) -> None:
        super().__init__(program, home)
        self._durable = durable

    def url_for(self, database: str) -> str:
        """Return the SQLAlchemy URL of one database, password included."""
        return _url(self.port, self.password, database)

    async def start(self) -> None:
        """Start the stopped server on its port; returns when it accepts sessions.

        After a kill of the postmaster alone, its orphaned children hold the data for an instant.

        Raises:
            EmbeddedServerError: it does not start; the message ends with its last words.
        """
        deadline = time.monotonic() + _LINGERING_SECONDS
        while True:
            try:
                return await super().start()
            except EmbeddedServerError as error:
                if _LINGERING not in str(error) or time.monotonic() > deadline:
                    raise
            await asyncio.sleep(0.05)

    def _command(self) -> list[str]:
        settings = {
            "listen_addresses": LOOPBACK,
            "port": str(self.port),
            "unix_socket_directories": "",  # their paths may not exceed 107 bytes
            "max_connections": "200",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "logging_collector": "off",
            "log_destination": "stderr",
        }
        if not self._durable:
            settings |= _DISPOSABLE
        options = [f"--{name.replace('_', '-')}={value}" for name, value in settings.items()]
        return [str(self._program.executable), "-D", str(self._home.data), *options]

    async def _is_ready(self, pid: int) -> bool:
        lines = _postmaster_file(self._home.data)
        return (
            len(lines) > _STATUS_LINE
            and lines[0].strip() == str(pid)
            and lines[_STATUS_LINE].strip() == "ready"
        )

    def _prepare_start(self) -> None:
        """Remove a lock file whose pid has come to mean another program.

        PostgreSQL clears the file itself when no process has the pid.

        Raises:
            DataInUseError: a postmaster that we did not start runs on these data.
        """
        lines = _postmaster_file(self._home.data)
        if not lines or not lines[0].strip().isdigit():
            return
        pid = int(lines[0])
        if _serves(pid, self._home.data):
            raise DataInUseError(
                f"the data in {self._home.path} are in use by PostgreSQL process {pid}, "
                "which Genonaut did not start: stop it first."
            )
        if psutil.pid_exists(pid):
            (self._home.data / "postmaster.pid").unlink(missing_ok=True)


@asynccontextmanager
async def postgres(
    *, source: Source, data_dir: Path, port: int | None, durable: bool
) -> AsyncIterator[RunningPostgres]:
    """Run a PostgreSQL of our own for the length of the context.

    Args:
        source: which programs may be used.
        data_dir: made when missing; what it holds is used again by the next start.
        port: preferred loopback port; another one is taken when it is not free or None.
        durable: whether a crash of the machine may lose nothing; False is for tests.

    Raises:
        EmbeddedServerError: no program, data of another major version, or it does not start.
        DataInUseError: another process has the data open.
    """
    with claim_home(data_dir) as home:
        program = _fitting(find_postgres(source), home).usable_by(home.account)
        if not home.data.exists():
            await asyncio.to_thread(_initialise, program, home, durable=durable)
        server = RunningPostgres(program, home, durable=durable)
        try:
            await server.open(port)
            yield server
        finally:
            await server.stop()
            if home.is_elsewhere and not durable:
                discard(home)


def attached_postgres(data_dir: Path) -> PostgresAddress | None:
    """Return the address of the PostgreSQL that another process runs on ``data_dir``, if any."""
    home = home_of(data_dir)
    record = home.read_record()
    if record is None or record.process() is None:
        return None
    return PostgresAddress(record.port, record.origin, home.password())


def _url(port: int, password: str, database: str) -> str:
    name = quote(database, safe="")
    return f"postgresql+asyncpg://{SUPERUSER}:{password}@{LOOPBACK}:{port}/{name}"


def _fitting(programs: list[Program], home: Home) -> Program:
    """Return the best program of the data's major version, or the best one for new data."""
    try:
        major = (home.data / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        return programs[0]
    for program in programs:
        if str(program.version[0]) == major:
            return program
    raise EmbeddedServerError(
        f"the data in {home.path} were made by PostgreSQL {major}, but only "
        f"{', '.join(map(str, programs))} is here: install PostgreSQL {major}, or delete the directory."
    )


def _initialise(program: Program, home: Home, *, durable: bool) -> None:
    """Make an empty cluster, complete or not at all; takes about a second."""
    for leftover in home.path.glob("data.*"):
        shutil.rmtree(leftover, ignore_errors=True)
    cluster = home.make_data(f"data.{secrets.token_hex(4)}")
    password = home.write_secret("initdb-password", home.password(), for_server=True)
    command = [
        str(program.executable.with_name("initdb")),
        f"--pgdata={cluster}",
        f"--username={SUPERUSER}",
        f"--pwfile={password}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--no-instructions",
        *_locale_options(program),
        *([] if durable else ["--no-sync"]),
    ]
    account = home.account
    result = subprocess.run(  # noqa: S603 - a program we found
        command,
        user=account.uid if account.is_other else None,
        group=account.gid if account.is_other else None,
        extra_groups=[] if account.is_other else None,
        cwd=cluster,
        env={"PATH": "/usr/bin:/bin", "LANG": "C"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    password.unlink()
    if result.returncode != 0:
        raise EmbeddedServerError(f"initdb of {program} failed: {result.stdout.strip()[-1000:]}")
    cluster.rename(home.data)


def _locale_options(program: Program) -> list[str]:
    # The same order of text everywhere, and letters beyond ASCII still count as letters.
    # macOS has no C.UTF-8; its UTF-8 exists for LC_CTYPE alone.
    ctype = "UTF-8" if sys.platform == "darwin" else "C.UTF-8"
    options = ["--locale=C", f"--lc-ctype={ctype}"]
    if program.version[0] >= _BUILTIN_LOCALES_SINCE:
        options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return options


def _postmaster_file(cluster: Path) -> list[str]:
    try:
        return (cluster / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []


def _serves(pid: int, cluster: Path) -> bool:
    """Tell whether ``pid`` is a postmaster on ``cluster``, where postmasters change directory to."""
    try:
        process = psutil.Process(pid)
        return "postgres" in process.name() and Path(process.cwd()) == cluster.resolve()
    except psutil.Error:  # gone, or of a user whose processes are not ours to see
        return False
