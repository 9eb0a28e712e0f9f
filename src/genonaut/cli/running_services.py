"""The URLs of the services that ``genonaut up`` started, for all other commands.

While ``genonaut up`` runs, ``<data_dir>/<environment>/services.json`` (mode 0600, because it
contains passwords) holds them. A file of a supervisor that no longer runs is ignored.
"""

import os
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import psutil
from msgspec.structs import replace

from genonaut.config import Environment, Settings, load_settings
from genonaut.core.errors import SettingsError

_SAME_START_SECONDS = 2.0
"""Tolerance for a step of the clock, which moves the creation time of a process."""


class ServiceRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The services of one running ``genonaut up``; an empty URL means a service it does not run."""

    supervisor_pid: int
    supervisor_started: float
    """Creation time of the process in seconds since the epoch, because pids are reused."""
    database_url: str = ""
    redis_url: str = ""
    api_url: str = ""
    simulator_url: str = ""
    pids: dict[str, int] = {}

    @property
    def is_alive(self) -> bool:
        """Return whether the supervisor that wrote the record still runs."""
        try:
            process = psutil.Process(self.supervisor_pid)
            started = process.create_time()
            status = process.status()
        except psutil.Error:
            return False
        is_same = bool(abs(started - self.supervisor_started) < _SAME_START_SECONDS)
        return is_same and status != psutil.STATUS_ZOMBIE


def own_record() -> ServiceRecord:
    """Return a record of this process without services."""
    process = psutil.Process()
    return ServiceRecord(supervisor_pid=process.pid, supervisor_started=process.create_time())


def data_directory(settings: Settings) -> Path:
    """Return the absolute path of the environment's data directory."""
    return Path(settings.embedded.data_dir).resolve() / settings.environment


def record_path(settings: Settings) -> Path:
    """Return the path of the environment's record."""
    return data_directory(settings) / "services.json"


def write_record(settings: Settings, record: ServiceRecord) -> None:
    """Replace the record atomically; only its owner can read it."""
    path = record_path(settings)
    made = path.with_name(f"{path.name}.{time.monotonic_ns()}")
    descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(record)))
    made.replace(path)


def remove_record(settings: Settings) -> None:
    """Remove the record."""
    record_path(settings).unlink(missing_ok=True)


def running_services(settings: Settings) -> ServiceRecord | None:
    """Return the record of this environment's ``genonaut up``, None if none runs."""
    try:
        content = record_path(settings).read_bytes()
        record = msgspec.json.decode(content, type=ServiceRecord)
    except (OSError, msgspec.DecodeError):
        return None
    return record if record.is_alive else None


def running_environment(*, default: str, variables: Mapping[str, str] | None = None) -> str:
    """Return the environment to use if the user named none.

    It is ``default``, except if that neither runs nor has a configured database, and
    ``genonaut up`` or ``genonaut demo`` runs exactly one other environment. prod must be named.
    """
    if (own := _settings_or_none(default, variables)) is None or own.database.url:
        return default
    if running_services(own) is not None:
        return default
    others = [name for name in Environment if name not in {default, Environment.PROD}]
    running = [
        str(name)
        for name in others
        if (settings := _settings_or_none(name, variables)) and running_services(settings)
    ]
    return running[0] if len(running) == 1 else default


def _settings_or_none(name: str, variables: Mapping[str, str] | None) -> Settings | None:
    try:
        return load_settings(name, variables)
    except SettingsError:  # reported when the environment is used
        return None


def resolved_settings(environment: str, variables: Mapping[str, str] | None = None) -> Settings:
    """Return the settings; URLs that are not configured come from a running ``genonaut up``.

    Raises:
        SettingsError: as ``load_settings``.
    """
    settings = load_settings(environment, variables)
    record = running_services(settings)
    return settings if record is None else with_services(settings, record)


def with_services(settings: Settings, record: ServiceRecord) -> Settings:
    """Return the settings with URLs of the record in place of those that are not configured."""
    database, redis, comfyui = settings.database, settings.redis, settings.comfyui
    if not database.url:
        database = replace(database, url=record.database_url)
    if not redis.url:
        redis = replace(redis, url=record.redis_url)
    if not settings.backends:
        comfyui = replace(comfyui, url=record.simulator_url)
    return replace(settings, database=database, redis=redis, comfyui=comfyui)


def api_url(settings: Settings, server: str | None) -> str:
    """Return the base URL of the API, without a slash at the end.

    Args:
        settings: The settings of the environment.
        server: The URL the user gave. If None or empty, the running ``genonaut up`` is used, or
            the configured host and port if none runs.
    """
    record = None if server else running_services(settings)
    found = server or (record.api_url if record else "") or local_url(settings)
    return found.rstrip("/")


def local_url(settings: Settings) -> str:
    """Return the URL of the configured API for clients on this machine."""
    return f"http://{reachable_host(settings.web.host)}:{settings.web.port}"


def reachable_host(host: str) -> str:
    """Return the host name to connect to for a host that a server listens on."""
    if host in {"", "0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def redis_location(url: str) -> str:
    """Return host, port and database of a Redis URL, without user and password."""
    parts = urlsplit(url)
    return f"{parts.hostname or 'localhost'}:{parts.port or 6379}{parts.path}"
