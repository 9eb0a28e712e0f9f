"""Change the state of jobs: compare-and-set, timeline entry, frame. No other module does."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Sequence, case, func, insert, update

from genonaut.content.links import file_path, image_path
from genonaut.core.clock import utcnow
from genonaut.core.metrics import count_job_end
from genonaut.db import UnitOfWork
from genonaut.jobs.image_work import Operation
from genonaut.jobs.lifecycle.batch_completion import announce_batch
from genonaut.jobs.messages import FrameStatus, JobChanged, JobFrame
from genonaut.jobs.states import JobStatus, JobType
from genonaut.jobs.tables import GenerationBatch, GenerationJob, GenerationJobEvent

_EVENT_IDS = Sequence("generation_job_events_id_seq")
_INSERT_EVENT = insert(GenerationJobEvent.metadata.tables[GenerationJobEvent.__tablename__])

FRAME_OF_STATUS: Mapping[JobStatus, FrameStatus] = {
    JobStatus.PENDING: "queued",
    JobStatus.QUEUED: "queued",
    JobStatus.RUNNING: "started",
    JobStatus.COMPLETED: "completed",
    JobStatus.FAILED: "failed",
    JobStatus.CANCELLED: "cancelled",
}


class Transitions:
    """Changes states of jobs within one unit of work."""

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
        """Update the job if its row meets the conditions; return None if it does not.

        Adds a timeline entry, whose id becomes the job's ``seq``, and publishes the change. A
        terminal status decrements the batch's count; at 0 the owner is notified.
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
        if job.status.is_terminal:
            self._uow.after_commit(partial(_count_end, job))
        if job.status.is_terminal and await self._count_down(job.batch_id) == 0:
            await announce_batch(self._uow, job.batch_id, job.user_id)
        return job

    async def record(self, job: GenerationJob, kind: str, detail: Mapping[str, Any]) -> None:
        """Add timeline entry ``job.seq`` and publish the job's state."""
        entry = {
            "id": job.seq,
            "job_id": job.id,
            "attempt": job.attempt,
            "kind": kind,
            "detail": dict(detail),
        }
        await self._session.execute(_INSERT_EVENT, entry)
        self._uow.publish(JobChanged(user_id=job.user_id, job=state_frame(job, at=utcnow())))

    async def _count_down(self, batch_id: UUID) -> int | None:
        return await self._session.scalar(
            update(GenerationBatch)
            .where(GenerationBatch.id == batch_id)
            .values(
                open_count=GenerationBatch.open_count - 1,
                ended_at=case((GenerationBatch.open_count == 1, func.clock_timestamp())),
            )
            .returning(GenerationBatch.open_count)
            .execution_options(synchronize_session=False)
        )


def new_job_event(job_id: int, user_id: UUID, seq: int) -> JobChanged:
    """Return the event of a job that was just queued."""
    return JobChanged(user_id=user_id, job=make_frame(job_id, JobStatus.QUEUED, attempt=0, seq=seq))


def state_frame(job: GenerationJob, *, at: datetime) -> JobFrame:
    """Return the frame of the job's current state."""
    return make_frame(
        job.id, job.status, attempt=job.attempt, seq=job.seq, at=at, **_outcome_of(job)
    )


def make_frame(
    job_id: int,
    status: JobStatus,
    *,
    attempt: int,
    seq: int,
    at: datetime | None = None,
    **outcome: Any,  # noqa: ANN401  # fields of JobFrame that depend on the status
) -> JobFrame:
    """Return the frame of a state; ``at`` defaults to now."""
    return JobFrame(
        job_id=job_id,
        status=FRAME_OF_STATUS[status],
        job_status=status,
        attempt=attempt,
        seq=seq,
        timestamp=at or utcnow(),
        **outcome,
    )


def _count_end(job: GenerationJob) -> None:
    count_job_end(
        outcome=job.status,
        error_code=job.error_code,
        backend=job.backend,
        architecture=(job.models or {}).get("architecture"),
        operation="workflow"
        if job.workflow_version_id is not None
        else (job.inputs or {}).get("operation", Operation.GENERATE),
    )


def _outcome_of(job: GenerationJob) -> dict[str, Any]:
    if job.status is JobStatus.COMPLETED:
        return _outcome_of_result(job.content_id, job.job_type)
    if job.status is JobStatus.FAILED:
        return {"error": job.error_message or "", "error_code": str(job.error_code)}
    return {}


def outcome_of_completed(content_ids: list[int], job_type: str) -> dict[str, Any]:
    """Return the fields of the frame of a job that was just completed."""
    path = image_path if job_type == JobType.IMAGE and len(content_ids) == 1 else file_path
    paths = [path(content_id) for content_id in content_ids]
    return {"content_id": content_ids[0], "content_ids": content_ids, "output_paths": paths}


def _outcome_of_result(content_id: int | None, job_type: JobType) -> dict[str, Any]:
    """Return the fields of a frame that repeats the state of a completed job."""
    if content_id is None:
        return {"content_id": None, "output_paths": []}
    path = image_path if job_type is JobType.IMAGE else file_path
    return {"content_id": content_id, "output_paths": [path(content_id)]}
