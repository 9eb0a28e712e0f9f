"""Cancel and delete jobs on request."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, delete, func, select, update

from genonaut.accounts.audit import AuditLog, is_foreign
from genonaut.content.recording import lock_item_of_job
from genonaut.core.errors import ConflictError, NotFoundError
from genonaut.core.ids import is_valid_id
from genonaut.db import UnitOfWork
from genonaut.jobs.lifecycle.attempts import abandon_prompt
from genonaut.jobs.lifecycle.transitions import Transitions
from genonaut.jobs.messages import CancelRequested
from genonaut.jobs.states import TERMINAL, WAITING, JobStatus
from genonaut.jobs.tables import GenerationJob


class CancellationService:
    """Cancels waiting jobs at once and asks the worker of a running job to stop it."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self._session = uow.session
        self._transitions = Transitions(uow)

    async def cancel(self, job_id: int, *, owner_id: UUID | None) -> GenerationJob:
        """Cancel one job; a running job ends when its worker has stopped it.

        Args:
            job_id: the job.
            owner_id: only jobs of this user are found; None for an administrator.

        Raises:
            NotFoundError: no such job of this owner.
            ConflictError: the job has already ended.
        """
        job = await self._lock(job_id, owner_id)
        if job.status.is_terminal:
            raise ConflictError(f"job {job_id} is already {job.status}")
        await self._audit_foreign("job.cancelled", f"job:{job_id}", job.user_id)
        return await self._stop(job)

    async def cancel_batch(
        self, batch_id: UUID, *, owner_id: UUID | None
    ) -> Sequence[GenerationJob]:
        """Cancel the jobs of a batch that have not ended; return those jobs.

        Raises:
            NotFoundError: no such batch of this owner.
        """
        of_batch = GenerationJob.batch_id == batch_id
        found = await self._session.scalar(select(GenerationJob.user_id).where(of_batch).limit(1))
        if found is None or owner_id not in {None, found}:
            raise NotFoundError(f"no batch {batch_id}")
        query = (
            select(GenerationJob)
            # key_share: notifications about the batch reference its ended jobs.
            .where(of_batch, GenerationJob.status.not_in(TERMINAL))
            .order_by(GenerationJob.id)
            .with_for_update(key_share=True)
        )
        jobs = (await self._session.scalars(query)).all()
        if jobs:
            await self._audit_foreign("batch.cancelled", f"batch:{batch_id}", found, jobs=len(jobs))
        return [await self._stop(job) for job in jobs]

    async def delete(self, job_id: int, *, owner_id: UUID | None) -> None:
        """Delete a job that has ended; its image is kept.

        Raises:
            NotFoundError: no such job of this owner.
            ConflictError: the job has not ended.
        """
        job = await self._find(select(GenerationJob), job_id, owner_id)
        if not job.status.is_terminal:
            raise ConflictError(f"job {job_id} is {job.status}; cancel it first")
        # Item before job, the order in which a purge of the item locks them. A terminal job gets no
        # other item.
        await lock_item_of_job(self._session, job_id)
        deleted = await self._session.scalar(
            delete(GenerationJob).where(GenerationJob.id == job_id).returning(GenerationJob.id)
        )
        if deleted is None:  # another request deleted it first
            raise NotFoundError(f"no job {job_id}")
        await AuditLog(self._session).record("job.deleted", f"job:{job_id}")

    async def _audit_foreign(
        self, kind: str, subject: str, owner_id: UUID, *, jobs: int = 1
    ) -> None:
        """Record that an administrator cancels jobs of another user."""
        if is_foreign(owner_id):
            audit = AuditLog(self._session)
            await audit.record(kind, subject, owner_id=str(owner_id), jobs=jobs)

    async def _lock(self, job_id: int, owner_id: UUID | None) -> GenerationJob:
        return await self._find(
            select(GenerationJob).with_for_update(key_share=True), job_id, owner_id
        )

    async def _find(
        self, query: Select[GenerationJob], job_id: int, owner_id: UUID | None
    ) -> GenerationJob:
        query = query.where(GenerationJob.id == job_id)
        job = await self._session.scalar(query) if is_valid_id(job_id) else None
        if job is None or (owner_id is not None and job.user_id != owner_id):
            raise NotFoundError(f"no job {job_id}")
        return job

    async def _stop(self, job: GenerationJob) -> GenerationJob:
        if job.status in WAITING:
            if job.resume_until is not None:
                await abandon_prompt(self._uow, job.id, job.attempt)
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
