"""Move waiting jobs to the top of the queue, for administrators."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update

from genonaut.accounts.audit import AuditLog
from genonaut.core.errors import ConflictError, NotFoundError
from genonaut.core.ids import is_valid_id
from genonaut.db import UnitOfWork
from genonaut.jobs.lifecycle.transitions import Transitions
from genonaut.jobs.params import MAX_PRIORITY
from genonaut.jobs.states import WAITING
from genonaut.jobs.tables import GenerationBatch, GenerationJob


class PriorityService:
    """Raises the priority of waiting jobs above that of all others."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self._session = uow.session

    async def move_job(self, job_id: int) -> Sequence[GenerationJob]:
        """Make a waiting job the next one; return it.

        Raises:
            NotFoundError: there is no such job.
            ConflictError: the job does not wait.
        """
        jobs = await self._move(GenerationJob.id == job_id) if is_valid_id(job_id) else None
        if jobs is None:
            raise NotFoundError(f"no job {job_id}")
        if not jobs:
            raise ConflictError(f"job {job_id} does not wait in the queue")
        await self._record("job.moved_to_top", f"job:{job_id}", jobs[0])
        return jobs

    async def move_batch(self, batch_id: UUID) -> Sequence[GenerationJob]:
        """Make the waiting jobs of a batch the next ones; return them.

        Raises:
            NotFoundError: there is no such batch.
            ConflictError: none of its jobs waits.
        """
        jobs = await self._move(GenerationJob.batch_id == batch_id)
        if jobs is None:
            raise NotFoundError(f"no batch {batch_id}")
        if not jobs:
            raise ConflictError(f"no job of batch {batch_id} waits in the queue")
        await self._record("batch.moved_to_top", f"batch:{batch_id}", jobs[0])
        return jobs

    async def _move(self, is_wanted: ColumnElement[bool]) -> list[GenerationJob] | None:
        """Return the moved jobs; None if there are no such jobs, waiting or not."""
        job = GenerationJob
        query = select(job.id, job.batch_id).where(is_wanted, job.status.in_(WAITING))
        # In the order in which other transactions lock jobs; claims skip them meanwhile.
        found = (await self._session.execute(query.order_by(job.id).with_for_update())).all()
        if not found:
            exists = await self._session.scalar(select(job.id).where(is_wanted).limit(1))
            return None if exists is None else []
        ids = [job_id for job_id, _ in found]
        priority = await self._top(besides=ids)
        transitions = Transitions(self._uow)
        values = {"priority": priority}
        moved = [await transitions.apply(one, "moved_to_top", values) for one in ids]
        await self._session.execute(
            update(GenerationBatch)
            .where(GenerationBatch.id == found[0].batch_id)
            .values(priority=func.greatest(GenerationBatch.priority, priority))
        )
        return [one for one in moved if one is not None]

    async def _top(self, *, besides: Sequence[int]) -> int:
        """Return a priority above that of all other waiting jobs."""
        job = GenerationJob
        query = select(func.max(job.priority)).where(
            job.status.in_(WAITING), job.id.not_in(besides)
        )
        highest = await self._session.scalar(query)
        return min(max(highest or 0, 0) + 1, MAX_PRIORITY)

    async def _record(self, kind: str, subject: str, job: GenerationJob) -> None:
        await AuditLog(self._session).record(
            kind, subject, owner_id=str(job.user_id), priority=job.priority
        )
