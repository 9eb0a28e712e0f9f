"""HTTP bodies of the queue and the workers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from genonaut.core.schemas import NO_NUL, RequestBody, View
from genonaut.jobs.queue.pauses import WHOLE_QUEUE
from genonaut.jobs.queue.workers import WorkerDetails, WorkerState
from genonaut.jobs.tables import QueuePause

BackendName = Annotated[str, Meta(min_length=1, max_length=63, pattern=NO_NUL)]
Reason = Annotated[str, Meta(max_length=200, pattern=NO_NUL)]


class QueuePauseSubmit(RequestBody, frozen=True):
    """What to pause, and why; the whole queue without ``backend``."""

    backend: BackendName | None = None
    reason: Reason | None = None


class QueueResumeSubmit(RequestBody, frozen=True):
    """What to resume; the whole queue without ``backend``."""

    backend: BackendName | None = None


class QueuePauseView(View, frozen=True):
    """A pause of the queue or of one ComfyUI server."""

    reason: str | None
    paused_at: datetime
    paused_by: UUID | None

    @classmethod
    def of(cls, row: QueuePause) -> "QueuePauseView":
        """Return the view of a row."""
        return cls(reason=row.reason, paused_at=row.paused_at, paused_by=row.paused_by)


class QueueView(View, frozen=True):
    """State of the queue; ``is_paused`` and ``pause`` concern the whole queue."""

    is_paused: bool
    pause: QueuePauseView | None
    backends: dict[str, QueuePauseView]
    """Pauses of single ComfyUI servers, by name."""
    storage_error: str | None
    """Why a worker cannot write the storage; it starts no jobs meanwhile."""

    @classmethod
    def of(cls, rows: Sequence[QueuePause], storage_error: str | None) -> "QueueView":
        """Return the view of all pauses and of the storage."""
        by_name = {row.backend: QueuePauseView.of(row) for row in rows}
        whole = by_name.pop(WHOLE_QUEUE, None)
        return cls(
            is_paused=whole is not None,
            pause=whole,
            backends=by_name,
            storage_error=storage_error,
        )


class AssignedJobView(View, frozen=True):
    """A job that a worker runs."""

    job_id: int
    attempt: int
    backend: str
    claimed_at: datetime


class WorkerView(View, frozen=True):
    """A worker process; ``silent`` if its heartbeat is overdue.

    ``slots`` is how many jobs it may run at once over all its ComfyUI servers, which other workers
    may share. ``jobs`` may be more, as a job needs no slot while its image is downloaded and stored.
    """

    id: UUID
    hostname: str
    pid: int
    version: str
    state: WorkerState
    started_at: datetime
    seen_at: datetime
    stopped_at: datetime | None
    slots: int
    slots_used: int
    jobs: list[AssignedJobView]

    @classmethod
    def of(cls, details: WorkerDetails) -> "WorkerView":
        """Return the view of a worker."""
        row = details.worker
        jobs = [
            AssignedJobView(
                job_id=job.job_id,
                attempt=job.attempt,
                backend=job.backend,
                claimed_at=job.claimed_at,
            )
            for job in details.jobs
        ]
        return cls(
            id=row.id,
            hostname=row.hostname,
            pid=row.pid,
            version=row.version,
            state=details.state,
            started_at=row.started_at,
            seen_at=row.seen_at,
            stopped_at=row.stopped_at,
            slots=row.slots,
            slots_used=min(len(jobs), row.slots),
            jobs=jobs,
        )
