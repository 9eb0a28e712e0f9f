"""One at a time, over all processes of an installation."""

import contextlib
from collections.abc import AsyncIterator

import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

log = structlog.get_logger()
_TAKE = text("SELECT pg_try_advisory_lock(hashtextextended(:name, 0))")
_LEAVE = text("SELECT pg_advisory_unlock(hashtextextended(:name, 0))")


@contextlib.asynccontextmanager
async def single_flight(engine: AsyncEngine, name: str) -> AsyncIterator[bool]:
    """Yield whether nobody else is inside under this name; ends with the connection at the latest.

    The lock belongs to a session without a transaction: what happens inside may take hours.
    """
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        is_ours = bool(await connection.scalar(_TAKE, {"name": f"genonaut.{name}"}))
        try:
            yield is_ours
        finally:
            if is_ours:
                try:
                    await connection.execute(_LEAVE, {"name": f"genonaut.{name}"})
                except DBAPIError as error:  # the server was lost, and the lock with it
                    log.info("lock.lost", name=name, error=type(error).__name__)
