"""How many jobs of one user may wait at a time."""

from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.core.errors import RateLimitedError
from genonaut.db.advisory_locks import AdvisoryLock, lock_transaction
from genonaut.jobs.states import WAITING
from genonaut.jobs.tables import GenerationJob

RETRY_AFTER_SECONDS = 30
# Put together once: asked twice at every submission.
_WAITING_OF = select(func.count()).where(
    GenerationJob.user_id == bindparam("owner_id"), GenerationJob.status.in_(WAITING)
)


class WaitingRoom:
    """Lets nobody fill the line; ``most`` 0 sets no limit."""

    def __init__(self, session: AsyncSession, most: int) -> None:
        self._session = session
        self._most = most

    async def require(self, owner_id: UUID, added: int) -> None:
        """Refuse early what certainly has no room, before anything is stored.

        Raises:
            RateLimitedError: with what would be added there are too many.
        """
        if self._most:
            self._refuse_beyond(await self._waiting(owner_id), added)

    async def confirm(self, owner_id: UUID) -> None:
        """Count again with the new rows stored; the last statement before the commit.

        The lock lasts from here to the commit only: of two submissions at once the second counts
        the jobs of the first.

        Raises:
            RateLimitedError: there are too many.
        """
        if not self._most:
            return
        await lock_transaction(self._session, AdvisoryLock.QUEUE_QUOTA, subject=owner_id)
        self._refuse_beyond(await self._waiting(owner_id), 0)

    async def _waiting(self, owner_id: UUID) -> int:
        return await self._session.scalar(_WAITING_OF, {"owner_id": owner_id}) or 0

    def _refuse_beyond(self, waiting: int, added: int) -> None:
        if waiting + added > self._most:
            raise RateLimitedError(
                f"at most {self._most} of your jobs may wait at a time; "
                "let some finish or cancel some",
                retry_after_seconds=RETRY_AFTER_SECONDS,
            )
