"""PostgreSQL advisory locks: mutual exclusion between all processes of an installation.

Every lock is listed in ``AdvisoryLock``, and every key is ``hashtext`` of its name. Do not change a
name: processes of an old and a new version exclude each other during an upgrade only by equal keys.
Two names with the same 32-bit hash would only make unrelated transactions wait for each other.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from datetime import timedelta
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
    ALERTS = "genonaut.alerts"
    BACKENDS = "genonaut.backends"
    """Registration and retirement of ComfyUI servers."""
    BACKUP = "genonaut.backup"
    """One backup or restore at a time."""
    CATALOG_WRITES = "genonaut.catalog"
    COLLECTIONS = "genonaut.collections"
    """The collections of one user: their number and how they are nested."""
    FILE_DELETION = "genonaut.content.deletion"
    """Shared by processes that delete image files; exclusive while no file may be deleted."""
    FILE_VERIFICATION = "genonaut.content.verification"
    IMPORTS = "genonaut.imports"
    """One file of one user at a time."""
    LEGACY_IMPORT = "genonaut.legacy.import"
    MIGRATIONS = "genonaut.migrations"
    MODEL_HASHING = "genonaut.catalog.hash"
    MODEL_REFRESH = "genonaut.catalog.refresh"
    PRESETS = "genonaut.presets"
    """The names of the presets of one user."""
    QUEUE_QUOTA = "genonaut.waiting"
    """Submissions of one user."""
    SAVED_SEARCHES = "genonaut.saved_searches"
    """New saved searches of one user."""
    STATISTICS = "genonaut.statistics"
    STORAGE_USAGE = "genonaut.storage_usage"
    SWEEP = "genonaut.sweep"
    UPLOAD_VERIFICATION = "genonaut.uploads.verification"
    WEBHOOK_QUOTA = "genonaut.webhook_quota"
    """New webhooks of one user."""
    WEBHOOK_SWEEP = "genonaut.webhooks"
    WILDCARDS = "genonaut.wildcards"
    """The names of the wildcards of one user."""
    WORKFLOWS = "genonaut.workflows"
    """New workflows of one user."""


LOCK_TRANSACTION = text("SELECT pg_advisory_xact_lock(hashtext(:name))")
_TRY_LOCK_TRANSACTION = text("SELECT pg_try_advisory_xact_lock(hashtext(:name))")
_TRY_LOCK_SESSION = text("SELECT pg_try_advisory_lock(hashtext(:name))")
_UNLOCK_SESSION = text("SELECT pg_advisory_unlock(hashtext(:name))")
_TRY_SHARE_SESSION = text("SELECT pg_try_advisory_lock_shared(hashtext(:name))")
_UNSHARE_SESSION = text("SELECT pg_advisory_unlock_shared(hashtext(:name))")
_STILL_THERE = text("SELECT 1")
_RETRY_SECONDS = 0.2


async def lock_transaction(
    session: AsyncSession, lock: AdvisoryLock, *, subject: object = None
) -> None:
    """Wait for a lock and keep it until the end of the transaction.

    Args:
        session: the transaction.
        lock: which lock.
        subject: id of the row that the lock covers; None means the whole installation.
    """
    await session.execute(LOCK_TRANSACTION, {"name": lock_name(lock, subject)})


def lock_name(lock: AdvisoryLock, subject: object = None) -> str:
    """Return the name whose hash is the key of a lock."""
    return str(lock) if subject is None else f"{lock}:{subject}"


async def try_lock_transaction(session: AsyncSession, lock: AdvisoryLock) -> bool:
    """Return whether the lock was free; if so, keep it until the end of the transaction."""
    return bool(await session.scalar(_TRY_LOCK_TRANSACTION, {"name": str(lock)}))


@contextlib.asynccontextmanager
async def try_lock_session(
    engine: AsyncEngine, lock: AdvisoryLock, *, is_shared: bool = False
) -> AsyncIterator[bool]:
    """Yield whether the lock was free; if so, keep it during the block, without a transaction.

    The block may take hours. The lock ends early when its connection is lost. Any number of
    processes may share a lock that no process has exclusively.
    """
    key = {"name": str(lock)}
    acquire, release = (
        (_TRY_SHARE_SESSION, _UNSHARE_SESSION)
        if is_shared
        else (_TRY_LOCK_SESSION, _UNLOCK_SESSION)
    )
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        async with _invalidated_on_error(connection):
            is_acquired = bool(await connection.scalar(acquire, key))
        try:
            yield is_acquired
        finally:
            if is_acquired:
                try:
                    async with _invalidated_on_error(connection):
                        await connection.execute(release, key)
                except (DBAPIError, TimeoutError) as error:  # the lock ended with its connection
                    log.info("lock.lost", name=lock, error=type(error).__name__)


class SessionLock:
    """An exclusive lock of this process for work of hours; check `is_held` after that work."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def is_held(self) -> bool:
        """Return whether the lock was kept without interruption: its connection still answers."""
        try:
            async with _invalidated_on_error(self._connection):
                return bool(await self._connection.scalar(_STILL_THERE))
        except (DBAPIError, TimeoutError, OSError):
            return False


@contextlib.asynccontextmanager
async def lock_session(
    engine: AsyncEngine, lock: AdvisoryLock, *, patience: timedelta
) -> AsyncIterator[SessionLock | None]:
    """Wait for a lock for at most ``patience`` and keep it; yields None if it stayed taken.

    Without `SessionLock.is_held` at the end, a lost connection goes unnoticed.
    """
    key = {"name": str(lock)}
    until = time.monotonic() + patience.total_seconds()
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        async with _invalidated_on_error(connection):
            while not await connection.scalar(_TRY_LOCK_SESSION, key):
                if time.monotonic() >= until:
                    yield None
                    return
                await asyncio.sleep(_RETRY_SECONDS)
        try:
            yield SessionLock(connection)
        finally:
            # Its connection is closed, so that the lock ends whatever happened to the block.
            await connection.invalidate()


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
