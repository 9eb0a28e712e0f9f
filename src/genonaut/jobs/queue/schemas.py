"""What goes in and out over HTTP about the queue as a whole."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from genonaut.core.schemas import NO_NUL, RequestBody, View
from genonaut.jobs.queue.pauses import WHOLE_QUEUE
from genonaut.jobs.queue.workers import SeenWorker, WorkerState
from genonaut.jobs.tables import QueuePause

BackendName = Annotated[str, Meta(min_length=1, max_length=63, pattern=NO_NUL)]
Reason = Annotated[str, Meta(max_length=200, pattern=NO_NUL)]


class QueuePauseSubmit(RequestBody, frozen=True):
    """What to pause and why; without ``backend`` the whole queue."""

    backend: BackendName | None = None
    reason: Reason | None = None


class QueueResumeSubmit(RequestBody, frozen=True):
    """What to resume; without ``backend`` the whole queue."""

    backend: BackendName | None = None


class QueuePauseView(View, frozen=True):
    """A pause."""

    reason: str | None
    paused_at: datetime
    paused_by: UUID | None

    @classmethod
    def of(cls, row: QueuePause) -> "QueuePauseView":
        """Return the view of a row."""
        return cls(reason=row.reason, paused_at=row.paused_at, paused_by=row.paused_by)


class QueueView(View, frozen=True):
    """Whether anything new is begun: ``pause`` is that of the whole queue."""

    is_paused: bool
    pause: QueuePauseView | None
    backends: dict[str, QueuePauseView]
    """The pauses of single ComfyUI servers, by name."""

    @classmethod
    def of(cls, rows: Sequence[QueuePause]) -> "QueueView":
        """Return the view of all pauses."""
        by_name = {row.backend: QueuePauseView.of(row) for row in rows}
        whole = by_name.pop(WHOLE_QUEUE, None)
        return cls(is_paused=whole is not None, pause=whole, backends=by_name)


class HeldJobView(View, frozen=True):
    """A job that a worker renders."""

    job_id: int
    attempt: int
    backend: str
    claimed_at: datetime


class WorkerView(View, frozen=True):
    """A worker process: ``silent`` when it should beat and does not.

    ``slots`` is how many jobs it may render at once over all ComfyUI servers it knows; other
    workers may share them. ``jobs`` may be more: images that come home need no slot.
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
    jobs: list[HeldJobView]

    @classmethod
    def of(cls, seen: SeenWorker) -> "WorkerView":
        """Return the view of a worker."""
        row = seen.worker
        jobs = [
            HeldJobView(
                job_id=job.job_id,
                attempt=job.attempt,
                backend=job.backend,
                claimed_at=job.claimed_at,
            )
            for job in seen.held
        ]
        return cls(
            id=row.id,
            hostname=row.hostname,
            pid=row.pid,
            version=row.version,
            state=seen.state,
            started_at=row.started_at,
            seen_at=row.seen_at,
            stopped_at=row.stopped_at,
            slots=row.slots,
            slots_used=min(len(jobs), row.slots),
            jobs=jobs,
        )
