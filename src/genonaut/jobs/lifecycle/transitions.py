"""The one place that changes a job's state: compare and set, an event row, a frame."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Sequence, func, insert, update

from genonaut.content.links import image_path
from genonaut.core.clock import utcnow
from genonaut.db import UnitOfWork
from genonaut.jobs.lifecycle.batch_completion import announce_batch
from genonaut.jobs.lifecycle.transition_query import COMPLETE, START
from genonaut.jobs.messages import FrameStatus, JobChanged, JobFrame
from genonaut.jobs.states import JobStatus
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


class Start(msgspec.Struct, frozen=True, kw_only=True):
    """The attempt at a waiting job that is to begin."""

    job_id: int
    user_id: UUID
    earlier_attempt: int
    """What the job's attempt was when it was chosen; another one means that somebody was faster."""
    worker_id: UUID
    backend: str
    prompt_id: str
    is_resumed: bool
    lease: timedelta


class Started(msgspec.Struct, frozen=True, kw_only=True):
    """An attempt that has begun."""

    attempt: int
    seq: int
    was_posted: bool
    executing_seconds: float | None
    """By the database's clock, since an earlier attempt saw the prompt start; None: not begun."""


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
            await announce_batch(self._uow, job.batch_id, job.user_id)
        return job

    async def start(self, start: Start) -> Started | None:
        """Set a waiting job running under a fresh attempt and lease; None when it waits no more.

        A resumed attempt takes over when its prompt was posted and began to execute.
        """
        result = await self._session.execute(
            START,
            {
                **msgspec.structs.asdict(start),
                "detail": {"backend": start.backend, "resumed": start.is_resumed},
            },
        )
        row = result.one_or_none()
        if row is None:
            return None
        started = Started(**row._asdict())
        frame = _frame(start.job_id, JobStatus.RUNNING, attempt=started.attempt, seq=started.seq)
        self._uow.publish(JobChanged(user_id=start.user_id, job=frame))
        return started

    async def complete(
        self,
        *,
        job_id: int,
        user_id: UUID,
        batch_id: UUID,
        attempt: int,
        worker_id: UUID,
        executed: timedelta | None,
        content_id: int,
    ) -> bool:
        """Complete a job and its attempt if this worker still holds it; tells whether it did.

        Counts the batch down; its last job tells the owner. ``executed`` is how long ago the prompt
        began to execute, None when nobody saw it.
        """
        parameters = {
            "job_id": job_id,
            "attempt": attempt,
            "worker_id": worker_id,
            "executed": executed,
            "content_id": content_id,
            "detail": {"content_id": content_id},
        }
        row = (await self._session.execute(COMPLETE, parameters)).one_or_none()
        if row is None:
            return False
        frame = _frame(
            job_id,
            JobStatus.COMPLETED,
            attempt=attempt,
            seq=row.seq,
            **_outcome_of_completed(content_id),
        )
        self._uow.publish(JobChanged(user_id=user_id, job=frame))
        if row.open_count == 0:
            await announce_batch(self._uow, batch_id, user_id)
        return True

    async def record(self, job: GenerationJob, kind: str, detail: Mapping[str, Any]) -> None:
        """Write the entry ``job.seq`` of the timeline and announce the job's state."""
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
            .values(open_count=GenerationBatch.open_count - 1)
            .returning(GenerationBatch.open_count)
            .execution_options(synchronize_session=False)
        )


def next_seq() -> ColumnElement[int]:
    """Return the expression that draws the id of the event about to be written."""
    return _EVENT_IDS.next_value()


def state_frame(job: GenerationJob, *, at: datetime) -> JobFrame:
    """Return the frame that tells the job's present state."""
    return _frame(job.id, job.status, attempt=job.attempt, seq=job.seq, at=at, **_outcome_of(job))


def _frame(
    job_id: int,
    status: JobStatus,
    *,
    attempt: int,
    seq: int,
    at: datetime | None = None,
    **outcome: Any,  # noqa: ANN401  # the fields of JobFrame that go with the status
) -> JobFrame:
    return JobFrame(
        job_id=job_id,
        status=FRAME_OF_STATUS[status],
        job_status=status,
        attempt=attempt,
        seq=seq,
        timestamp=at or utcnow(),
        **outcome,
    )


def _outcome_of(job: GenerationJob) -> dict[str, Any]:
    if job.status is JobStatus.COMPLETED:
        return _outcome_of_completed(job.content_id)
    if job.status is JobStatus.FAILED:
        return {"error": job.error_message or "", "error_code": str(job.error_code)}
    return {}


def _outcome_of_completed(content_id: int | None) -> dict[str, Any]:
    paths = [] if content_id is None else [image_path(content_id)]
    return {"content_id": content_id, "output_paths": paths}
