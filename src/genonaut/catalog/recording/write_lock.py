"""One writer of the catalogue at a time, over all processes of an installation."""

from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.db.advisory_locks import AdvisoryLock, lock_transaction


async def acquire_write_lock(session: AsyncSession) -> None:
    """Let nobody else write models, their files or who has them until the end of the transaction.

    A scan, a hash, a server's list and its words touch the same rows in orders of their own, and each
    looks at what the others write: with row locks they would deadlock, or look too early. None of
    their transactions waits for anything but the database.
    """
    await lock_transaction(session, AdvisoryLock.CATALOG_WRITES)
