"""Limit the number of waiting jobs per user."""

from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.core.errors import RateLimitedError
from genonaut.db.advisory_locks import AdvisoryLock, lock_transaction
from genonaut.jobs.states import WAITING
from genonaut.jobs.tables import GenerationJob

RETRY_AFTER_SECONDS = 30
# Built once; it runs twice per submission.
_WAITING_OF = select(func.count()).where(
    GenerationJob.user_id == bindparam("owner_id"), GenerationJob.status.in_(WAITING)
)


class QueueQuota:
    """Limits the waiting jobs of each user to ``limit``; 0 means no limit."""

    def __init__(self, session: AsyncSession, limit: int) -> None:
        self._session = session
        self._limit = limit

    async def require(self, owner_id: UUID, added: int) -> None:
        """Check the limit before ``added`` jobs are stored.

        Raises:
            RateLimitedError: the new jobs would exceed the limit.
        """
        if self._limit:
            self._refuse_beyond(await self._waiting(owner_id), added)

    async def confirm(self, owner_id: UUID) -> None:
        """Check the limit with the new rows stored; the last statement before the commit.

        Takes a lock until the commit, so that the second of two concurrent submissions counts the
        jobs of the first.

        Raises:
            RateLimitedError: the limit is exceeded.
        """
        if not self._limit:
            return
        await lock_transaction(self._session, AdvisoryLock.QUEUE_QUOTA, subject=owner_id)
        self._refuse_beyond(await self._waiting(owner_id), 0)

    async def _waiting(self, owner_id: UUID) -> int:
        return await self._session.scalar(_WAITING_OF, {"owner_id": owner_id}) or 0

    def _refuse_beyond(self, waiting: int, added: int) -> None:
        if waiting + added > self._limit:
            raise RateLimitedError(
                f"at most {self._limit} of your jobs may wait at a time; "
                "let some finish or cancel some",
                retry_after_seconds=RETRY_AFTER_SECONDS,
            )
