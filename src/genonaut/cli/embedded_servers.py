"""The embedded PostgreSQL and Valkey of an environment: start them, or find running ones."""

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

# The usual ports; if one is in use, the embedded server chooses another.
_POSTGRES_PORT = 5432
_REDIS_PORT = 6379


def embedded_postgres(settings: Settings) -> AbstractAsyncContextManager[RunningPostgres]:
    """Run the environment's embedded PostgreSQL within the context."""
    return postgres(
        source=Source(settings.embedded.source),
        data_dir=data_directory(settings) / "postgres",
        port=_POSTGRES_PORT,
        durable=settings.embedded.durable,
    )


def embedded_valkey(settings: Settings) -> AbstractAsyncContextManager[RunningValkey]:
    """Run the environment's embedded Valkey or Redis within the context."""
    return valkey(
        source=Source(settings.embedded.source),
        data_dir=data_directory(settings) / "valkey",
        port=_REDIS_PORT,
        durable=settings.embedded.durable,
    )


@asynccontextmanager
async def available_database(settings: Settings) -> AsyncIterator[str]:
    """Yield the URL of the environment's database; starts the embedded one if none runs.

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
async def available_redis(settings: Settings) -> AsyncIterator[str]:
    """Yield the URL of the environment's Redis; starts the embedded one if none runs.

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
