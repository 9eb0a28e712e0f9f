"""Run ``genonaut`` programs as processes that tests may kill."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec

from genonaut.config import Settings


def variables_of(settings: Settings) -> dict[str, str]:
    """Return the environment that gives another process the same settings."""
    backends = [{"name": one.name, "url": one.url, "slots": one.slots} for one in settings.backends]
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("GENONAUT_")},
        "APP_ENV": settings.environment,
        "GENONAUT_DATABASE__URL": settings.database.url,
        "GENONAUT_REDIS__URL": settings.redis.url,
        "GENONAUT_REDIS__NAMESPACE": settings.redis.namespace,
        "GENONAUT_STORAGE__ROOT": settings.storage.root,
        "GENONAUT_STORAGE__ENDPOINT": settings.storage.endpoint,
        "GENONAUT_STORAGE__ACCESS_KEY_ID": settings.storage.access_key_id,
        "GENONAUT_STORAGE__SECRET_ACCESS_KEY": settings.storage.secret_access_key,
        "GENONAUT_STORAGE__TIMEOUT_SECONDS": str(settings.storage.timeout_seconds),
        "GENONAUT_COMFYUI__BACKENDS": msgspec.json.encode(backends).decode(),
        "GENONAUT_JOBS__LEASE_SECONDS": str(settings.jobs.lease_seconds),
        "GENONAUT_JOBS__RESUME_SECONDS": str(settings.jobs.resume_seconds),
        "GENONAUT_CATALOG__ROOTS": msgspec.json.encode(settings.catalog.roots).decode(),
        "GENONAUT_WEB__PORT": str(settings.web.port),
        "GENONAUT_WORKER__METRICS_PORT": str(settings.worker.metrics_port),
        "GENONAUT_JOBS__DEFAULT_CHECKPOINT": settings.jobs.default_checkpoint,
        "GENONAUT_AUTH__MODE": settings.auth.mode,
        "GENONAUT_AUTH__REGISTRATION": settings.auth.registration,
        "GENONAUT_AUTH__ARGON2_MEMORY_KIB": str(settings.auth.argon2_memory_kib),
        **{
            f"GENONAUT_LIMITS__{name.upper()}": str(value).lower()
            for name, value in msgspec.structs.asdict(settings.limits).items()
        },
        "GENONAUT_ALERTS__CHECK_SECONDS": str(settings.alerts.check_seconds),
        "GENONAUT_NOTIFICATIONS__SEARCH_ALERT_SECONDS": str(
            settings.notifications.search_alert_seconds
        ),
        "GENONAUT_TRACING__ENDPOINT": settings.tracing.endpoint,
        "GENONAUT_WEBHOOKS__ALLOWED_HOSTS": ",".join(settings.webhooks.allowed_hosts),
    }


@contextlib.asynccontextmanager
async def program(
    settings: Settings, *arguments: str, log: Path
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run ``genonaut …``; it is killed at the end of the block."""
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "genonaut.cli",
            *arguments,
            env=variables_of(settings),
            stdout=output,
            stderr=output,
        )
    try:
        yield process
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGKILL)
        await process.wait()
