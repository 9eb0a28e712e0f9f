"""Run ``api`` and ``worker``: check PostgreSQL, schema and Redis first, so that errors are one line."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog
from redis.exceptions import RedisError

from genonaut.cli.db.schema import database_location, revision_of
from genonaut.cli.running_services import redis_location
from genonaut.config import Settings
from genonaut.core.errors import GenonautError, SettingsError, UnavailableError
from genonaut.core.logging import configure_logging
from genonaut.core.private_files import private_umask
from genonaut.db.revision import newest_revision
from genonaut.realtime import connect_redis

log = structlog.get_logger()


async def check_stores_and_serve(
    settings: Settings, serve: Callable[[Settings], Awaitable[None]]
) -> None:
    """Check PostgreSQL, its schema and Redis, then run ``serve``.

    Raises:
        SettingsError: no server is configured and no ``genonaut up`` runs.
        UnavailableError: PostgreSQL does not answer, or the database needs migrating.
    """
    configure_logging(level=settings.logging.level, style=settings.logging.format)
    await require_stores(settings)
    await serve(settings)


async def require_stores(settings: Settings) -> None:
    """Check PostgreSQL and its schema once; log a warning if Redis does not answer.

    Raises:
        SettingsError: no server is configured and no ``genonaut up`` runs.
        UnavailableError: PostgreSQL does not answer, or the database needs migrating.
    """
    suffix = settings.environment.upper()
    for url, variable in (
        (settings.database.url, f"DATABASE_URL_{suffix}"),
        (settings.redis.url, f"REDIS_URL_{suffix}"),
    ):
        if not url:
            raise SettingsError(
                f"no services run for {settings.environment}: start "
                f"`genonaut up --env {settings.environment}`, or set {variable}"
            )
    for url in dict.fromkeys((settings.redis.url, settings.redis.arq_url or settings.redis.url)):
        try:
            await require_redis(url)
        except UnavailableError as error:  # API and worker work without it, and reconnect
            log.warning("redis.unavailable", detail=str(error))
    current, newest = await revision_of(settings.database.url), newest_revision()
    if current != newest:
        raise UnavailableError(
            f"the database {database_location(settings.database.url)} is at revision {current or 'none'}, "
            f"this version needs {newest}: run `genonaut db upgrade --env {settings.environment}`"
        )


async def require_redis(url: str) -> None:
    """Check that Redis answers.

    Raises:
        UnavailableError: Redis does not answer.
    """
    redis = connect_redis(url, retries=0)
    try:
        await redis.ping()
    except (RedisError, OSError) as error:
        raise UnavailableError(
            f"Redis at {redis_location(url)} does not answer: {error}"
        ) from error
    finally:
        await redis.aclose()


def run_on_uvloop(work: Coroutine[Any, Any, None], settings: Settings) -> None:
    """Run a server until it ends, on uvloop if the platform has it: a fifth less processor time.

    With ``logging.format = "json"`` an error at the start is a line of the log too. Files that the
    server creates are closed to other users of the machine.
    """
    try:
        _run(work)
    except GenonautError as error:
        if settings.logging.format != "json":
            raise
        log.critical("process.failed", code=error.code, error=str(error))
        sys.exit(1)


def _run(work: Coroutine[Any, Any, None]) -> None:
    with private_umask():
        if sys.platform == "win32":
            asyncio.run(work)
            return
        import uvloop  # noqa: PLC0415 - not on Windows

        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(work)
