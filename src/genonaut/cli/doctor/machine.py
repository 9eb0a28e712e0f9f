"""Checks of the machine: Python, disk space, ports, and programs for developers."""

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
from genonaut.cli.up.preflight import require_free_port
from genonaut.config import Settings
from genonaut.core.sizes import format_bytes

OLDEST_PYTHON = (3, 11)
_GB = 1_000_000_000
_WARNING_BYTES = 5 * _GB
_MIN_BYTES = _GB // 4
"""An empty PostgreSQL cluster takes 40 MB, and its write-ahead log up to 1 GB."""
_API = "API port"
_HEALTH_TIMEOUT_SECONDS = 2.0
_MAX_HEALTH_BYTES = 1_000_000
_LOOPBACK_OF = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not bound
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def check_python(version: tuple[int, ...] = sys.version_info[:3]) -> CheckResult:
    """Check the version of the running interpreter."""
    text = ".".join(map(str, version))
    if version >= OLDEST_PYTHON:
        return CheckResult("Python", CheckStatus.OK, f"{text} on {platform.platform(terse=True)}")
    minimum = ".".join(map(str, OLDEST_PYTHON))
    return CheckResult("Python", CheckStatus.MISSING, text, f"install Python {minimum} or newer")


def check_storage(root: str) -> CheckResult:
    """Check that the image directory is writable and has free space."""
    directory = existing_part(Path(root))
    try:
        with tempfile.TemporaryFile(dir=directory):
            pass
    except OSError as error:
        remedy = "make it writable, or set GENONAUT_STORAGE__ROOT"
        return CheckResult("storage", CheckStatus.MISSING, f"{directory}: {error.strerror}", remedy)
    free = shutil.disk_usage(directory).free
    detail = f"{root} is writable, {format_bytes(free)} free"
    if free < _MIN_BYTES:
        return CheckResult(
            "storage",
            CheckStatus.MISSING,
            detail,
            "free some disk space, or set GENONAUT_STORAGE__ROOT",
        )
    if free < _WARNING_BYTES:
        return CheckResult(
            "storage", CheckStatus.WARNING, detail, "free some disk space: images need it"
        )
    return CheckResult("storage", CheckStatus.OK, detail)


def existing_part(path: Path) -> Path:
    """Return the path, or the nearest directory above it that exists."""
    return next(part for part in (path, *path.parents) if os.path.lexists(part))


def check_ports(settings: Settings) -> list[CheckResult]:
    """Check that the ports of API and simulator are free, or in use by Genonaut."""
    record = running_services(settings)
    services = [
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
        services.append(
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
        for subject, host, port, variable, served in services
    ]


def _check_port(subject: str, host: str, port: int, variable: str) -> CheckResult:
    try:
        require_free_port(host, port, purpose=subject, variable=variable)
    except (PortTakenError, socket.gaierror) as error:
        if subject == _API and (health := _health_of_api(host, port)) is not None:
            return CheckResult(
                subject, CheckStatus.OK, f"a Genonaut API answers at {host}:{port}, {health}"
            )
        return CheckResult(
            subject,
            CheckStatus.WARNING,
            str(error),
            f"set {variable} to another port before `genonaut up`",
        )
    return CheckResult(subject, CheckStatus.OK, f"{host}:{port} is free")


class _ServiceHealth(msgspec.Struct):
    """The fields by which a Genonaut API is recognised."""

    status: str
    database: str
    redis: str
    comfyui: list[Any]


def _health_of_api(host: str, port: int) -> str | None:
    """Return the health of a Genonaut API at the port, None if another program listens there."""
    connection = HTTPConnection(_LOOPBACK_OF.get(host, host), port, timeout=_HEALTH_TIMEOUT_SECONDS)
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
    """Check for programs that only development of the web app needs."""
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    return [
        _tool(
            "node", shutil.which("node"), "needed only to change the web app: install Node.js 24"
        ),
        _tool("chromium", browser, "needed only for the browser tests: install Chromium"),
    ]


def _tool(name: str, found: str | None, remedy: str) -> CheckResult:
    if found:
        return CheckResult(name, CheckStatus.OK, found)
    return CheckResult(name, CheckStatus.OPTIONAL, "not on PATH", remedy)
