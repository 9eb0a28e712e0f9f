"""What is looked at before anything is started, so that a refusal leaves nothing behind."""

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import psutil

from genonaut.cli.running_services import data_directory, running_services
from genonaut.cli.up.errors import (
    AlreadyRunningError,
    DataDirectoryError,
    PortTakenError,
)
from genonaut.comfyui import ComfyClient, ComfyUnreachableError, Timeouts
from genonaut.config import BackendSettings, Settings
from genonaut.core.errors import UnavailableError
from genonaut.embedded.ports import choose_port

_PATIENCE = Timeouts(connect_seconds=3, read_seconds=5)


@contextmanager
def held_environment(settings: Settings) -> Iterator[Path]:
    """Make the environment's data directory and hold it against a second ``genonaut up``.

    The hold is a lock of the kernel: it ends with this process whatever ends it.

    Raises:
        AlreadyRunningError: another process holds it.
        DataDirectoryError: the directory cannot be made or written.
    """
    directory = data_directory(settings)
    try:
        (directory / "logs").mkdir(parents=True, exist_ok=True)
        lock = os.open(directory / "up.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise DataDirectoryError(
            f"cannot write to {directory}: {error.strerror}; make it writable, or choose another "
            "place with GENONAUT_EMBEDDED__DATA_DIR"
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
    return f"{name} is up already{where} (process {record.supervisor_pid}); stop that one first"


def claim_port(host: str, port: int, *, purpose: str, variable: str) -> int:
    """Return ``port`` if a server could listen there now; for port 0 a free one.

    Raises:
        PortTakenError: names the holder as far as the system tells, and the setting to change.
    """
    wanted = port or choose_port()
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, wanted))
        except OSError as error:
            raise PortTakenError(
                f"{purpose} cannot listen on {host}:{wanted} ({_reason(wanted, error)}); "
                f"choose another port with {variable}"
            ) from error
    return wanted


def _reason(port: int, error: OSError) -> str:
    try:
        holders = {
            connection.pid
            for connection in psutil.net_connections("tcp")
            if connection.status == psutil.CONN_LISTEN
            and connection.laddr
            and connection.laddr.port == port
        }
        for pid in holders - {None}:
            command = " ".join(psutil.Process(pid).cmdline())[:100]
            return f"taken by process {pid}: {command}"
    except psutil.Error:
        pass  # whose it is, is not ours to see
    return error.strerror or str(error)


async def check_backends(backends: tuple[BackendSettings, ...]) -> list[str]:
    """Ask every enabled ComfyUI server for a sign of life; returns what is wrong with some.

    Raises:
        UnavailableError: not one of them answers.
    """
    complaints: list[str] = []
    enabled = [backend for backend in backends if backend.enabled]
    async with aiohttp.ClientSession() as http:
        for backend in enabled:
            try:
                await ComfyClient(backend.url, http, timeouts=_PATIENCE).system_stats()
            except ComfyUnreachableError as error:
                complaints.append(str(error))
    if complaints and len(complaints) == len(enabled):
        raise UnavailableError(
            f"{'; '.join(complaints)}: start ComfyUI, or correct COMFYUI_URL (unset it in the "
            "demo to use the simulator)"
        )
    return complaints
