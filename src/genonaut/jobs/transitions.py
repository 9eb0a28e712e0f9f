"""The one place that changes a job's state: compare and set, an event row, a frame."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Sequence, func, insert, update

from genonaut.content.links import image_path
from genonaut.core.clock import utcnow
from genonaut.db import UnitOfWork
from genonaut.jobs.ending import announce_batch
from genonaut.jobs.messages import FrameStatus, JobChanged, JobFrame
from genonaut.jobs.states import JobStatus
from genonaut.jobs.tables import GenerationBatch, GenerationJob, GenerationJobEvent

_EVENT_IDS = Sequence("generation_job_events_id_seq")

FRAME_OF_STATUS: Mapping[JobStatus, FrameStatus] = {
    JobStatus.PENDING: "queued",
    JobStatus.QUEUED: "queued",
    JobStatus.RUNNING: "started",
    JobStatus.COMPLETED: "completed",
    JobStatus.FAILED: "failed",
    JobStatus.CANCELLED: "cancelled",
}


class Transitions:
    """Moves jobs from state to state within one unit of work."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self._session = uow.session

    async def apply(
        self,
        job_id: int,
        kind: str,
        values: Mapping[str, Any],
        *conditions: ColumnElement[bool],
        detail: Mapping[str, Any] | None = None,
    ) -> GenerationJob | None:
        """Change the job if the conditions hold on its locked row; None when they do not.

        Writes the timeline's entry, whose id becomes the job's ``seq``, announces the change, and
        counts the batch down when the job has ended; its last one tells the owner.
        """
        statement = (
            update(GenerationJob)
            .where(GenerationJob.id == job_id, *conditions)
            .values(seq=_EVENT_IDS.next_value(), updated_at=func.clock_timestamp(), **values)
            .returning(GenerationJob)
            .execution_options(synchronize_session=False, populate_existing=True)
        )
        job = await self._session.scalar(statement)
        if job is None:
            return None
        await self.record(job, kind, detail or {})
        if job.status.is_terminal and await self._count_down(job.batch_id) == 0:
            await announce_batch(self._uow, job.batch_id)
        return job

    async def record(self, job: GenerationJob, kind: str, detail: Mapping[str, Any]) -> None:
        """Write the entry ``job.seq`` of the timeline and announce the job's state."""
        entry = insert(GenerationJobEvent).values(
            id=job.seq, job_id=job.id, attempt=job.attempt, kind=kind, detail=dict(detail)
        )
        await self._session.execute(entry)
        self._uow.publish(JobChanged(user_id=job.user_id, job=state_frame(job, at=utcnow())))

    async def _count_down(self, batch_id: UUID) -> int | None:
        return await self._session.scalar(
            update(GenerationBatch)
            .where(GenerationBatch.id == batch_id)
            .values(open_count=GenerationBatch.open_count - 1)
            .returning(GenerationBatch.open_count)
            .execution_options(synchronize_session=False)
        )


def next_seq() -> ColumnElement[int]:
    """Return the expression that draws the id of the event about to be written."""
    return _EVENT_IDS.next_value()


def state_frame(job: GenerationJob, *, at: datetime) -> JobFrame:
    """Return the frame that tells the job's present state."""
    return JobFrame(
        job_id=job.id,
        status=FRAME_OF_STATUS[job.status],
        job_status=job.status,
        attempt=job.attempt,
        seq=job.seq,
        timestamp=at,
        **_outcome_of(job),
    )


def _outcome_of(job: GenerationJob) -> dict[str, Any]:
    if job.status is JobStatus.COMPLETED:
        paths = [] if job.content_id is None else [image_path(job.content_id)]
        return {"content_id": job.content_id, "output_paths": paths}
    if job.status is JobStatus.FAILED:
        return {"error": job.error_message or "", "error_code": str(job.error_code)}
    return {}
