"""One at a time, over all processes of an installation."""

import contextlib
from collections.abc import AsyncIterator

import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

log = structlog.get_logger()
_TAKE = text("SELECT pg_try_advisory_lock(hashtextextended(:name, 0))")
_LEAVE = text("SELECT pg_advisory_unlock(hashtextextended(:name, 0))")


@contextlib.asynccontextmanager
async def session_lock(engine: AsyncEngine, name: str) -> AsyncIterator[bool]:
    """Yield whether nobody else is inside under this name; ends with the connection at the latest.

    The lock belongs to a session without a transaction: what happens inside may take hours.
    """
    key = {"name": f"genonaut.{name}"}
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        async with _ending_with_trouble(connection):
            is_ours = bool(await connection.scalar(_TAKE, key))
        try:
            yield is_ours
        finally:
            if is_ours:
                try:
                    async with _ending_with_trouble(connection):
                        await connection.execute(_LEAVE, key)
                except (DBAPIError, TimeoutError) as error:  # gone with its session
                    log.info("lock.lost", name=name, error=type(error).__name__)


@contextlib.asynccontextmanager
async def _ending_with_trouble(connection: AsyncConnection) -> AsyncIterator[None]:
    """End the session when nobody knows whether its lock was taken, or left.

    A server that stood still does what it was asked for before it hears that nobody waits any more;
    given back to the pool, the session would keep the lock for as long as the process lives.
    """
    try:
        yield
    except BaseException:
        await connection.invalidate()
        raise
