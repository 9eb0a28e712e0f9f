"""Ending jobs on request: cancel, retry, delete."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, func, select, update

from genonaut.accounts.audit import AuditLog
from genonaut.core.errors import ConflictError, NotFoundError
from genonaut.core.schemas import MAX_ID
from genonaut.db import UnitOfWork
from genonaut.jobs.attempts import abandon_prompt
from genonaut.jobs.messages import CancelRequested
from genonaut.jobs.states import WAITING, JobStatus
from genonaut.jobs.tables import GenerationJob
from genonaut.jobs.transitions import Transitions


class CancellationService:
    """Stops what waits at once, and asks the owner of what runs to stop it."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self._session = uow.session
        self._transitions = Transitions(uow)

    async def cancel(self, job_id: int, *, owner_id: UUID | None) -> GenerationJob:
        """Cancel one job; a running one ends when its worker has seen to it.

        Args:
            job_id: the job.
            owner_id: only this user's jobs exist; None for an administrator.

        Raises:
            NotFoundError: no such job of this owner.
            ConflictError: it has already ended.
        """
        job = await self._lock(job_id, owner_id)
        if job.status.is_terminal:
            raise ConflictError(f"job {job_id} is already {job.status}")
        return await self._stop(job)

    async def cancel_batch(
        self, batch_id: UUID, *, owner_id: UUID | None
    ) -> Sequence[GenerationJob]:
        """Cancel what has not ended of a batch; returns those jobs.

        Raises:
            NotFoundError: no such batch of this owner.
        """
        query = (
            select(GenerationJob)
            .where(GenerationJob.batch_id == batch_id)
            .order_by(GenerationJob.id)
            .with_for_update()
        )
        jobs = (await self._session.scalars(query)).all()
        if not jobs or (owner_id is not None and jobs[0].user_id != owner_id):
            raise NotFoundError(f"no batch {batch_id}")
        return [await self._stop(job) for job in jobs if not job.status.is_terminal]

    async def delete(self, job_id: int, *, owner_id: UUID | None) -> None:
        """Delete a job that has ended; what it made stays.

        Raises:
            NotFoundError: no such job of this owner.
            ConflictError: it still waits or runs.
        """
        job = await self._lock(job_id, owner_id)
        if not job.status.is_terminal:
            raise ConflictError(f"job {job_id} is {job.status}; cancel it first")
        await self._session.execute(delete(GenerationJob).where(GenerationJob.id == job_id))
        await AuditLog(self._session).record("job.deleted", f"job:{job_id}")

    async def _lock(self, job_id: int, owner_id: UUID | None) -> GenerationJob:
        query = select(GenerationJob).where(GenerationJob.id == job_id).with_for_update()
        job = await self._session.scalar(query) if 1 <= job_id <= MAX_ID else None
        if job is None or (owner_id is not None and job.user_id != owner_id):
            raise NotFoundError(f"no job {job_id}")
        return job

    async def _stop(self, job: GenerationJob) -> GenerationJob:
        if job.status in WAITING:
            if job.resume_until is not None:
                await abandon_prompt(self._session, job.id, job.attempt)
            values = {
                "status": JobStatus.CANCELLED,
                "completed_at": func.now(),
                "cancel_requested_at": func.now(),
                "resume_until": None,
                "waiting_reason": None,
            }
            return await self._transitions.apply(job.id, "cancelled", values) or job
        marked = await self._session.scalar(
            update(GenerationJob)
            .where(GenerationJob.id == job.id)
            .values(
                cancel_requested_at=func.coalesce(GenerationJob.cancel_requested_at, func.now())
            )
            .returning(GenerationJob)
            .execution_options(synchronize_session=False, populate_existing=True)
        )
        self._uow.publish(CancelRequested(job_id=job.id))
        return marked or job
