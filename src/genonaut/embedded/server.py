"""One server process: start, wait until it is ready, stop, kill, restart."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil

from genonaut.core.private_files import open_private
from genonaut.embedded import launch
from genonaut.embedded.errors import EmbeddedServerError, PortTakenError
from genonaut.embedded.home import Home, ServerRecord
from genonaut.embedded.ports import choose_port
from genonaut.embedded.programs import Program

_POLL_SECONDS = 0.005
_START_SECONDS = 60.0
"""Generous, because recovery after a kill replays the log; a normal start takes 0.05 s."""
_STOP_SECONDS = 30.0
_PORT_ATTEMPTS = 10
_PORT_TAKEN = "ddress already in use"  # both servers print strerror(EADDRINUSE)


class RunningServer(ABC):
    """A server started by this process, on a loopback port that does not change with a restart."""

    _stop_signal: signal.Signals
    """Requests an orderly stop that does not wait for clients."""

    def __init__(self, program: Program, home: Home) -> None:
        self._program = program
        self._home = home
        self._process: subprocess.Popen[bytes] | None = None
        self._log_start = 0
        self._port = 0
        self._note = ""
        self.password = home.password()

    @property
    def port(self) -> int:
        """The loopback TCP port."""
        return self._port

    @property
    def origin(self) -> str:
        """One line for the user: the program, where it was found, its data and its port."""
        return (
            f"{self._program} {self._program.origin}, {self._home.describe()}, "
            f"port {self._port}{self._note}"
        )

    @property
    def pid(self) -> int | None:
        """The process id of the server, None while it does not run."""
        if self._process is None or self._process.poll() is not None:
            return None
        return self._process.pid

    async def open(self, preferred_port: int | None) -> None:
        """Start on ``preferred_port``, or on another one if that is in use.

        Raises:
            EmbeddedServerError: the server does not start; the message quotes its last log line.
        """
        await self._stop_previous()
        self._home.log.unlink(missing_ok=True)
        for attempt in range(1, _PORT_ATTEMPTS + 1):
            self._port = choose_port(preferred_port if attempt == 1 else None)
            if preferred_port not in {None, self._port}:
                self._note = f" ({preferred_port} is in use)"
            try:
                await self.start()
            except PortTakenError:
                if attempt == _PORT_ATTEMPTS:
                    raise
            else:
                return

    async def start(self) -> None:
        """Start the stopped server on its port; returns when it is ready.

        Raises:
            EmbeddedServerError: it does not start; the message quotes its last log line.
        """
        if self.pid is not None:
            raise EmbeddedServerError(f"{self._program} is already running.")
        self._prepare_start()
        self._process = self._spawn()
        try:
            await self._wait_until_ready(self._process)
        except BaseException:
            await self.kill()
            raise
        started = psutil.Process(self._process.pid).create_time()
        self._home.write_record(
            ServerRecord(
                self._process.pid, started, self._program.executable.name, self._port, self.origin
            )
        )

    async def stop(self) -> None:
        """Stop the server in order and wait until it has ended; kill it after 30 s."""
        process = self._process
        if process is None or process.poll() is not None:
            return
        process.send_signal(self._stop_signal)
        if not await _until(lambda: process.poll() is not None, _STOP_SECONDS):
            await self.kill()

    async def kill(self) -> None:
        """Kill the server and all its children with SIGKILL."""
        process = self._process
        if process is None or process.poll() is not None:
            return
        children = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        for child in children:
            with suppress(psutil.NoSuchProcess):
                child.kill()
        await _until(lambda: process.poll() is not None and not any(map(_is_alive, children)))

    async def restart(self) -> None:
        """Stop the server if it runs, then start it on the same port."""
        await self.stop()
        await self.start()

    @abstractmethod
    def _command(self) -> list[str]:
        """Return the program and its arguments for the current port."""

    @abstractmethod
    async def _is_ready(self, pid: int) -> bool:
        """Return whether the server accepts commands."""

    @abstractmethod
    def _prepare_start(self) -> None:
        """Prepare the data directory for a start."""

    def _spawn(self) -> subprocess.Popen[bytes]:
        account = self._home.account
        identity = (account.uid, account.gid) if account.is_other else (-1, -1)
        # -I -S: without site-packages and PYTHON… variables the launcher needs 10 ms.
        launcher = [sys.executable, "-I", "-S", launch.__file__]
        arguments = [os.getpid(), int(self._stop_signal), *identity, *self._command()]
        with open_private(self._home.log, "ab") as log:
            self._log_start = log.tell()
            return subprocess.Popen(  # noqa: S603 - arguments chosen by us
                [*launcher, *map(str, arguments)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._home.data,
                env=_environment(),
                # Its own session: Ctrl-C must reach only this process, which stops the server last.
                start_new_session=True,
            )

    async def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while not await self._is_ready(process.pid):
            if process.poll() is not None:
                raise self._failure(f"did not start (exit status {process.returncode})")
            if time.monotonic() > deadline:
                raise self._failure(f"did not answer within {_START_SECONDS:.0f} s")
            await asyncio.sleep(_POLL_SECONDS)

    def _failure(self, problem: str) -> EmbeddedServerError:
        output = self._log_since_start()
        error = PortTakenError if _PORT_TAKEN in output else EmbeddedServerError
        last_line = output.strip().rpartition("\n")[2].strip()
        return error(f"{self._program} {problem}, see {self._home.log}: {last_line}")

    def _log_since_start(self) -> str:
        with self._home.log.open("rb") as log:
            log.seek(self._log_start)
            return log.read().decode(errors="replace")

    async def _stop_previous(self) -> None:
        """Stop a server whose parent ended without stopping it.

        Such a server exists on systems without a parent-death signal, or is still stopping.
        """
        record = self._home.read_record()
        process = record.process() if record else None
        if process is None:
            return
        with suppress(psutil.NoSuchProcess):
            process.send_signal(self._stop_signal)
            if not await _until(lambda: not _is_alive(process), _STOP_SECONDS):
                process.kill()
                await _until(lambda: not _is_alive(process))


async def _until(condition: Callable[[], bool], seconds: float = float("inf")) -> bool:
    """Wait until the condition is true; returns False if that takes longer than ``seconds``."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(_POLL_SECONDS)
    return True


def _is_alive(process: psutil.Process) -> bool:
    """Return whether the process still runs; a zombie has ended."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _environment() -> dict[str, str]:
    """Return a fixed environment, because variables such as PGDATA or LC_ALL change a server."""
    path = os.environ.get("PATH", os.defpath)
    return {"PATH": path, "HOME": str(Path("/")), "LANG": "C"}
