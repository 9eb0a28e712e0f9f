"""Checks of the machine itself: Python, disk, ports, programs that some people need."""

import os
import platform
import shutil
import socket
import sys
import tempfile
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import msgspec

from genonaut.cli.doctor.result import CheckResult, CheckStatus
from genonaut.cli.running_services import running_services
from genonaut.cli.up.errors import PortTakenError
from genonaut.cli.up.preflight import claim_port
from genonaut.config import Settings

OLDEST_PYTHON = (3, 11)
_GIB = 1024**3
_ENOUGH_BYTES = 5 * _GIB
_NEEDED_BYTES = _GIB // 4
"""PostgreSQL alone writes 40 MB before the first row, and keeps up to 1 GB of its log."""
_API = "API port"
_ANSWERS_WITHIN_SECONDS = 2.0
_MAX_HEALTH_BYTES = 1_000_000
_LOOPBACK_OF = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where one listens, not calls
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def check_python(version: tuple[int, ...] = sys.version_info[:3]) -> CheckResult:
    """Look at the interpreter that runs this."""
    text = ".".join(map(str, version))
    if version >= OLDEST_PYTHON:
        return CheckResult("Python", CheckStatus.OK, f"{text} on {platform.platform(terse=True)}")
    wanted = ".".join(map(str, OLDEST_PYTHON))
    return CheckResult("Python", CheckStatus.MISSING, text, f"install Python {wanted} or newer")


def check_storage(root: str) -> CheckResult:
    """Look at the place of the images: writable, and with room."""
    if "://" in root:
        return CheckResult("storage", CheckStatus.OK, f"object store {root}; not looked into")
    directory = existing_part(Path(root))
    try:
        with tempfile.TemporaryFile(dir=directory):
            pass
    except OSError as error:
        remedy = "make it writable, or set GENONAUT_STORAGE__ROOT"
        return CheckResult("storage", CheckStatus.MISSING, f"{directory}: {error.strerror}", remedy)
    free = shutil.disk_usage(directory).free
    detail = f"{root} is writable, {free / _GIB:.1f} GiB free"
    if free < _NEEDED_BYTES:
        return CheckResult(
            "storage", CheckStatus.MISSING, detail, "make room, or set GENONAUT_STORAGE__ROOT"
        )
    if free < _ENOUGH_BYTES:
        return CheckResult("storage", CheckStatus.WARNING, detail, "make room: images add up")
    return CheckResult("storage", CheckStatus.OK, detail)


def existing_part(path: Path) -> Path:
    """Return the path, or the nearest directory above it that exists."""
    return next(part for part in (path, *path.parents) if os.path.lexists(part))


def check_ports(settings: Settings) -> list[CheckResult]:
    """Look whether the API and the simulator could listen, or are ours and do."""
    record = running_services(settings)
    wanted = [
        (
            _API,
            settings.web.host,
            settings.web.port,
            "GENONAUT_WEB__PORT",
            record and record.api_url,
        ),
    ]
    if not settings.backends or (record and record.simulator_url):
        simulator = settings.simulator
        wanted.append(
            (
                "simulator port",
                simulator.host,
                simulator.port,
                "GENONAUT_SIMULATOR__PORT",
                record and record.simulator_url,
            )
        )
    return [
        CheckResult(subject, CheckStatus.OK, f"served at {served}")
        if served
        else _check_port(subject, host, port, variable)
        for subject, host, port, variable, served in wanted
    ]


def _check_port(subject: str, host: str, port: int, variable: str) -> CheckResult:
    try:
        claim_port(host, port, purpose=subject, variable=variable)
    except (PortTakenError, socket.gaierror) as error:
        if subject == _API and (health := _health_of_api(host, port)) is not None:
            return CheckResult(
                subject, CheckStatus.OK, f"a Genonaut API serves {host}:{port}, {health}"
            )
        return CheckResult(
            subject, CheckStatus.WARNING, str(error), f"set {variable} before `genonaut up`"
        )
    return CheckResult(subject, CheckStatus.OK, f"{host}:{port} is free")


class _ServiceHealth(msgspec.Struct):
    """What nobody else's health looks like."""

    status: str
    database: str
    redis: str
    comfyui: list[Any]


def _health_of_api(host: str, port: int) -> str | None:
    """Return what an API of ours says of itself; None when somebody else listens there."""
    connection = HTTPConnection(_LOOPBACK_OF.get(host, host), port, timeout=_ANSWERS_WITHIN_SECONDS)
    try:
        connection.request("GET", "/api/v1/health")
        answer = connection.getresponse().read(_MAX_HEALTH_BYTES)
        health = msgspec.json.decode(answer, type=_ServiceHealth)
    except (OSError, HTTPException, msgspec.MsgspecError, UnicodeError):
        return None
    finally:
        connection.close()
    return f"status {health.status}, database {health.database}, Redis {health.redis}"


def check_tools() -> list[CheckResult]:
    """Look for programs that only those who change the web pages need."""
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    return [
        _tool("node", shutil.which("node"), "only to change the web pages: install Node.js 24"),
        _tool("chromium", browser, "only for the browser tests: install chromium"),
    ]


def _tool(name: str, found: str | None, remedy: str) -> CheckResult:
    if found:
        return CheckResult(name, CheckStatus.OK, found)
    return CheckResult(name, CheckStatus.OPTIONAL, "not on PATH", remedy)
