"""The connections of a command that works directly on database and files."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from msgspec.structs import replace

from genonaut.cli.embedded_servers import available_database, available_redis
from genonaut.config import Settings
from genonaut.core.logging import configure_logging
from genonaut.runtime import Runtime, open_runtime

log = structlog.get_logger()


@asynccontextmanager
async def command_runtime(settings: Settings, *, application: str) -> AsyncIterator[Runtime]:
    """Open a runtime; starts embedded servers for the time of the block if none run.

    Raises:
        EmbeddedServerError: an embedded server does not start.
        UnavailableError: the database does not answer or has the schema of another version.
    """
    configure_logging(level="error", style=settings.logging.format)
    async with available_database(settings) as database, available_redis(settings) as redis:
        settings = replace(
            settings,
            database=replace(settings.database, url=database),
            redis=replace(settings.redis, url=redis),
        )
        async with open_runtime(settings, application=application) as runtime:
            yield runtime
