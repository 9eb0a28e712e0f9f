"""PostgreSQL advisory locks: mutual exclusion between all processes of an installation.

Every lock is listed in ``AdvisoryLock``, and every key is ``hashtext`` of its name. Do not change a
name: processes of an old and a new version exclude each other during an upgrade only by equal keys.
Two names with the same 32-bit hash would only make unrelated transactions wait for each other.
"""

import contextlib
from collections.abc import AsyncIterator
from enum import StrEnum

import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

log = structlog.get_logger()


class AdvisoryLock(StrEnum):
    """The names of all advisory locks."""

    ADMINISTRATORS = "genonaut.administration"
    """Changes to the set of administrators."""
    ACCOUNT_RETENTION = "genonaut.prune_accounts"
    BACKENDS = "genonaut.backends"
    """Registration and retirement of ComfyUI servers."""
    CATALOG_WRITES = "genonaut.catalog"
    FILE_VERIFICATION = "genonaut.content.verification"
    MIGRATIONS = "genonaut.migrations"
    MODEL_HASHING = "genonaut.catalog.hash"
    MODEL_REFRESH = "genonaut.catalog.refresh"
    NOTIFICATION_RETENTION = "genonaut.prune_notifications"
    QUEUE_QUOTA = "genonaut.waiting"
    """Submissions of one user."""
    SWEEP = "genonaut.sweep"
    WEBHOOK_QUOTA = "genonaut.webhook_quota"
    """New webhooks of one user."""
    WEBHOOK_SWEEP = "genonaut.webhooks"


LOCK_TRANSACTION = text("SELECT pg_advisory_xact_lock(hashtext(:name))")
_TRY_LOCK_TRANSACTION = text("SELECT pg_try_advisory_xact_lock(hashtext(:name))")
_TRY_LOCK_SESSION = text("SELECT pg_try_advisory_lock(hashtext(:name))")
_UNLOCK_SESSION = text("SELECT pg_advisory_unlock(hashtext(:name))")


async def lock_transaction(
    session: AsyncSession, lock: AdvisoryLock, *, subject: object = None
) -> None:
    """Wait for a lock and keep it until the end of the transaction.

    Args:
        session: the transaction.
        lock: which lock.
        subject: id of the row that the lock covers; None means the whole installation.
    """
    name = lock if subject is None else f"{lock}:{subject}"
    await session.execute(LOCK_TRANSACTION, {"name": str(name)})


async def try_lock_transaction(session: AsyncSession, lock: AdvisoryLock) -> bool:
    """Return whether the lock was free; if so, keep it until the end of the transaction."""
    return bool(await session.scalar(_TRY_LOCK_TRANSACTION, {"name": str(lock)}))


@contextlib.asynccontextmanager
async def try_lock_session(engine: AsyncEngine, lock: AdvisoryLock) -> AsyncIterator[bool]:
    """Yield whether the lock was free; if so, keep it during the block, without a transaction.

    The block may take hours. The lock ends early when its connection is lost.
    """
    key = {"name": str(lock)}
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        async with _invalidated_on_error(connection):
            is_acquired = bool(await connection.scalar(_TRY_LOCK_SESSION, key))
        try:
            yield is_acquired
        finally:
            if is_acquired:
                try:
                    async with _invalidated_on_error(connection):
                        await connection.execute(_UNLOCK_SESSION, key)
                except (DBAPIError, TimeoutError) as error:  # the lock ended with its connection
                    log.info("lock.lost", name=lock, error=type(error).__name__)


@contextlib.asynccontextmanager
async def _invalidated_on_error(connection: AsyncConnection) -> AsyncIterator[None]:
    """Close the connection when it is unknown whether it acquired or released its lock.

    A server that was frozen executes the statement although the client has given up waiting. Back
    in the pool, the connection would keep the lock for the lifetime of the process.
    """
    try:
        yield
    except BaseException:
        await connection.invalidate()
        raise
