"""An embedded PostgreSQL: initialised once, then it starts in less than 0.1 s."""

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
from genonaut.embedded.home import Home, discard, home_of, locked_home
from genonaut.embedded.ports import LOOPBACK
from genonaut.embedded.programs import Program, Source, find_postgres
from genonaut.embedded.server import RunningServer

SUPERUSER = "genonaut"
_BUILTIN_LOCALES_SINCE = 17
_STATUS_LINE = 7  # of postmaster.pid; Source: PostgreSQL src/include/utils/pidfile.h
_ORPHAN_MESSAGE = "pre-existing shared memory block"
_ORPHAN_SECONDS = 5.0
_NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True, slots=True)
class PostgresAddress:
    """The address of an embedded PostgreSQL that another process runs."""

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
        """Start the stopped server on its port; returns when it accepts connections.

        Retries for a few seconds: if only the postmaster was killed, its children still use the data.

        Raises:
            EmbeddedServerError: it does not start; the message quotes its last log line.
        """
        deadline = time.monotonic() + _ORPHAN_SECONDS
        while True:
            try:
                return await super().start()
            except EmbeddedServerError as error:
                if _ORPHAN_MESSAGE not in str(error) or time.monotonic() > deadline:
                    raise
            await asyncio.sleep(0.05)

    def _command(self) -> list[str]:
        settings = {
            "listen_addresses": LOOPBACK,
            "port": str(self.port),
            "unix_socket_directories": "",  # the path of a socket is limited to 107 bytes
            "max_connections": "200",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "logging_collector": "off",
            "log_destination": "stderr",
        }
        if not self._durable:
            settings |= _NOT_DURABLE
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
        """Remove a lock file whose pid now belongs to another program.

        PostgreSQL itself removes the file if no process has the pid.

        Raises:
            DataInUseError: a postmaster that Genonaut did not start uses the data.
        """
        lines = _postmaster_file(self._home.data)
        if not lines or not lines[0].strip().isdigit():
            return
        pid = int(lines[0])
        if _is_postmaster_of(pid, self._home.data):
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
    """Run an embedded PostgreSQL within the context.

    Args:
        source: Which programs may be used.
        data_dir: Created if missing; the data are kept for the next start.
        port: Preferred loopback port; if None or in use, another one is chosen.
        durable: Whether committed data survive a crash of the machine; False is for tests.

    Raises:
        EmbeddedServerError: no program, data of another major version, or it does not start.
        DataInUseError: another process uses the data.
    """
    with locked_home(data_dir) as home:
        program = _choose_program(find_postgres(source), home).usable_by(home.account)
        if not home.data.exists():
            await asyncio.to_thread(_initialise, program, home, durable=durable)
        server = RunningPostgres(program, home, durable=durable)
        try:
            await server.open(port)
            yield server
        finally:
            await server.stop()
            if home.is_relocated and not durable:
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


def _choose_program(programs: list[Program], home: Home) -> Program:
    """Return the first program of the data's major version, or the first one for new data."""
    try:
        major = (home.data / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        return programs[0]
    for program in programs:
        if str(program.version[0]) == major:
            return program
    raise EmbeddedServerError(
        f"the data in {home.path} were created by PostgreSQL {major}, but only "
        f"{', '.join(map(str, programs))} is available: install PostgreSQL {major}, or delete the "
        "directory."
    )


def _initialise(program: Program, home: Home, *, durable: bool) -> None:
    """Create an empty cluster atomically; takes about a second."""
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
    result = subprocess.run(  # noqa: S603 - a program found by us
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
    # The same sort order on every system, with letters beyond ASCII treated as letters.
    # macOS has no C.UTF-8; its UTF-8 exists only for LC_CTYPE.
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


def _is_postmaster_of(pid: int, cluster: Path) -> bool:
    """Return whether ``pid`` is the postmaster of ``cluster``, which is its working directory."""
    try:
        process = psutil.Process(pid)
        return "postgres" in process.name() and Path(process.cwd()) == cluster.resolve()
    except psutil.Error:  # it has ended, or belongs to another user
        return False
