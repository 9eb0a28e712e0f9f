"""Allow one writer of the catalogue at a time, across all processes of an installation."""

from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.db.advisory_locks import AdvisoryLock, lock_transaction


async def acquire_write_lock(session: AsyncSession) -> None:
    """Wait for the exclusive right to write models, files and listings until the transaction ends.

    Scans, hashing, lists and metadata of backends write the same rows in different orders and depend on
    each other's writes: with row locks alone they would deadlock or read stale rows. Their transactions
    wait for nothing but the database, so the lock is held briefly.
    """
    await lock_transaction(session, AdvisoryLock.CATALOG_WRITES)
