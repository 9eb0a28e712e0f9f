"""Checks before anything is started, so that a refused start leaves nothing behind."""

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from genonaut.cli.running_services import data_directory, running_services
from genonaut.cli.up.errors import (
    AlreadyRunningError,
    DataDirectoryError,
    PortTakenError,
)
from genonaut.comfyui import ComfyUnreachableError, Timeouts
from genonaut.config import BackendSettings, Settings
from genonaut.core.errors import UnavailableError
from genonaut.core.private_files import PRIVATE_DIRECTORY, make_private_directory
from genonaut.embedded import make_data_directory
from genonaut.embedded.ports import choose_port

_TIMEOUTS = Timeouts(connect_seconds=3, read_seconds=5)


@contextmanager
def locked_environment(settings: Settings) -> Iterator[Path]:
    """Create the environment's data directory and lock it against a second ``genonaut up``.

    The directory is closed to other users of the machine.

    The kernel releases the lock when this process ends for any reason.

    Raises:
        AlreadyRunningError: another process has locked the environment.
        DataDirectoryError: the directory cannot be created or written.
    """
    directory = data_directory(settings)
    try:
        make_data_directory(directory)
        make_private_directory(directory / "logs")
        (directory / "logs").chmod(PRIVATE_DIRECTORY)  # of an earlier version
        lock = os.open(directory / "up.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise DataDirectoryError(
            f"cannot write to {directory}: {error.strerror}; make it writable, or choose another "
            "directory with GENONAUT_EMBEDDED__DATA_DIR"
        ) from error
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunningError(_already_running(settings)) from None
        yield directory
    finally:
        os.close(lock)


def _already_running(settings: Settings) -> str:
    name = settings.environment
    record = running_services(settings)
    if record is None:
        return f"another `genonaut up` of {name} is starting or stopping; wait until it has ended"
    where = f" at {record.api_url}" if record.api_url else ""
    return f"{name} is already running{where} (process {record.supervisor_pid}); stop it first"


def require_free_port(host: str, port: int, *, purpose: str, variable: str) -> int:
    """Return ``port`` if it is free, or a free port for port 0.

    Raises:
        PortTakenError: the port is in use; names the process if the system allows, and the setting.
    """
    chosen = port or choose_port()
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, chosen))
        except OSError as error:
            raise PortTakenError(
                f"{purpose} cannot listen on {host}:{chosen} ({_reason(chosen, error)}); "
                f"choose another port with {variable}"
            ) from error
    return chosen


def _reason(port: int, error: OSError) -> str:
    try:
        pids = {
            connection.pid
            for connection in psutil.net_connections("tcp")
            if connection.status == psutil.CONN_LISTEN
            and connection.laddr
            and connection.laddr.port == port
        }
        for pid in pids - {None}:
            command = " ".join(psutil.Process(pid).cmdline())[:100]
            return f"in use by process {pid}: {command}"
    except psutil.Error:
        pass  # not permitted to see other users' processes
    return error.strerror or str(error)


async def check_backends(backends: tuple[BackendSettings, ...]) -> list[str]:
    """Query every enabled ComfyUI server; returns the problems.

    Raises:
        UnavailableError: no server answers.
    """
    from genonaut.comfyui import client_of, open_session  # noqa: PLC0415 - loads aiohttp

    problems: list[str] = []
    enabled = [backend for backend in backends if backend.enabled]
    async with open_session() as http:
        for backend in enabled:
            try:
                await client_of(backend, http, timeouts=_TIMEOUTS).system_stats()
            except ComfyUnreachableError as error:
                problems.append(str(error))
    if problems and len(problems) == len(enabled):
        raise UnavailableError(
            f"{'; '.join(problems)}: start ComfyUI, or correct COMFYUI_URL (unset it in the "
            "demo to use the simulator)"
        )
    return problems
