"""The embedded PostgreSQL and Valkey of an environment: run them, or find the ones that run."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from genonaut.cli.running_services import data_directory
from genonaut.config import Settings
from genonaut.embedded import (
    RunningPostgres,
    RunningValkey,
    Source,
    attached_postgres,
    attached_valkey,
    ensure_database,
    postgres,
    valkey,
)

# The usual ports when nobody uses them; the embedded servers take others when somebody does.
_POSTGRES_PORT = 5432
_REDIS_PORT = 6379


def embedded_postgres(settings: Settings) -> AbstractAsyncContextManager[RunningPostgres]:
    """Run the environment's own PostgreSQL for the length of the context."""
    return postgres(
        source=Source(settings.embedded.source),
        data_dir=data_directory(settings) / "postgres",
        port=_POSTGRES_PORT,
        durable=settings.embedded.durable,
    )


def embedded_valkey(settings: Settings) -> AbstractAsyncContextManager[RunningValkey]:
    """Run the environment's own Valkey or Redis for the length of the context."""
    return valkey(
        source=Source(settings.embedded.source),
        data_dir=data_directory(settings) / "valkey",
        port=_REDIS_PORT,
        durable=settings.embedded.durable,
    )


@asynccontextmanager
async def some_database(settings: Settings) -> AsyncIterator[str]:
    """Yield the URL of the environment's database, started for the purpose when nothing runs.

    Raises:
        EmbeddedServerError: the embedded PostgreSQL does not start.
    """
    name = settings.embedded.database
    if settings.database.url:
        yield settings.database.url
    elif attached := attached_postgres(data_directory(settings) / "postgres"):
        yield attached.url_for(name)
    else:
        async with embedded_postgres(settings) as server:
            await ensure_database(server.url_for("postgres"), name)
            yield server.url_for(name)


@asynccontextmanager
async def some_redis(settings: Settings) -> AsyncIterator[str]:
    """Yield the URL of the environment's Redis, started for the purpose when nothing runs.

    Raises:
        EmbeddedServerError: the embedded Valkey does not start.
    """
    index = settings.redis.database
    if settings.redis.url:
        yield settings.redis.url
    elif attached := attached_valkey(data_directory(settings) / "valkey"):
        yield attached.url_for(index)
    else:
        async with embedded_valkey(settings) as server:
            yield server.url_for(index)
