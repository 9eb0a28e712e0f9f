"""Metrics of this process that are read when they are requested."""

import asyncio

from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import QueuePool

from genonaut.core.metrics import DATABASE_CONNECTIONS

_FOLLOW_SECONDS = 5.0


async def follow_database_pool(engine: AsyncEngine) -> None:
    """Update the metrics of the connection pool every 5 seconds, until cancelled.

    For processes that share a port: another one of them may answer the next scrape.
    """
    while True:
        record_database_pool(engine)
        await asyncio.sleep(_FOLLOW_SECONDS)


def record_database_pool(engine: AsyncEngine) -> None:
    """Update the metrics of the connection pool."""
    pool = engine.pool
    if not isinstance(pool, QueuePool):
        return
    DATABASE_CONNECTIONS.labels("used").set(pool.checkedout())
    DATABASE_CONNECTIONS.labels("idle").set(pool.checkedin())
    DATABASE_CONNECTIONS.labels("limit").set(pool.size() + pool._max_overflow)  # noqa: SLF001  # no public name
