"""What ``api`` and ``worker`` look at before they serve, so that a refusal is one sentence."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from redis.exceptions import RedisError

from genonaut.cli.db.schema import describe, revision_of
from genonaut.cli.running_services import place_of_redis
from genonaut.config import Settings
from genonaut.core.errors import SettingsError, UnavailableError
from genonaut.db.revision import newest_revision
from genonaut.realtime import connect_redis


async def serve_with_stores(
    settings: Settings, serve: Callable[[Settings], Awaitable[None]]
) -> None:
    """Run ``serve`` once PostgreSQL and Redis answer and the schema is this version's.

    Raises:
        SettingsError: nothing is configured and no ``genonaut up`` runs.
        UnavailableError: a server does not answer, or the database needs migrating.
    """
    await require_stores(settings)
    await serve(settings)


async def require_stores(settings: Settings) -> None:
    """Look once at everything a process cannot start without.

    Raises:
        SettingsError: nothing is configured and no ``genonaut up`` runs.
        UnavailableError: a server does not answer, or the database needs migrating.
    """
    suffix = settings.environment.upper()
    for url, variable in (
        (settings.database.url, f"DATABASE_URL_{suffix}"),
        (settings.redis.url, f"REDIS_URL_{suffix}"),
    ):
        if not url:
            raise SettingsError(
                f"nothing runs for {settings.environment}: start "
                f"`genonaut up --env {settings.environment}`, or set {variable}"
            )
    for url in dict.fromkeys((settings.redis.url, settings.redis.arq_url or settings.redis.url)):
        await require_redis(url)
    current, wanted = await revision_of(settings.database.url), newest_revision()
    if current != wanted:
        raise UnavailableError(
            f"the database {describe(settings.database.url)} is at revision {current or 'none'}, "
            f"this version needs {wanted}: run `genonaut db upgrade --env {settings.environment}`"
        )


async def require_redis(url: str) -> None:
    """Look whether Redis answers.

    Raises:
        UnavailableError: it does not.
    """
    redis = connect_redis(url, retries=0)
    try:
        await redis.ping()
    except (RedisError, OSError) as error:
        raise UnavailableError(
            f"Redis at {place_of_redis(url)} does not answer: {error}"
        ) from error
    finally:
        await redis.aclose()


def run_on_uvloop(work: Coroutine[Any, Any, None]) -> None:
    """Run a server to its end on uvloop where there is one; it saves a fifth of the processor time."""
    if sys.platform == "win32":
        asyncio.run(work)
        return
    import uvloop  # noqa: PLC0415 - not on Windows

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(work)
