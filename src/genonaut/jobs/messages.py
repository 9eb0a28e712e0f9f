"""The tasks and events of the generation queue."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from genonaut.core.messages import Event, Task
from genonaut.jobs.states import JobStatus

FrameStatus = Literal["queued", "started", "processing", "completed", "failed", "cancelled"]
_encode = msgspec.json.Encoder().encode


class WakeRender(Task, frozen=True, tag="jobs.wake_render"):
    """Look for a job to render; names none, so that a lost or doubled one is harmless."""

    queue: ClassVar[str] = "render"


def job_topic(job_id: int) -> str:
    """Return the topic of one job."""
    return f"job:{job_id}"


def owner_topic(user_id: UUID) -> str:
    """Return the topic of all jobs of one user."""
    return f"jobs-of:{user_id}"


def preview_topic(job_id: int) -> str:
    """Return the topic of one job's preview images."""
    return f"preview:{job_id}"


def owner_preview_topic(user_id: UUID) -> str:
    """Return the topic of the preview images of all jobs of one user."""
    return f"previews-of:{user_id}"


def preview_channel(user_id: UUID) -> str:
    """Return the channel of one user's preview images, subscribed only while watched."""
    return f"previews:{user_id}"


class JobFrame(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="job"):
    """What websocket clients get when a job changes or advances."""

    job_id: int
    status: FrameStatus
    job_status: JobStatus
    attempt: int
    seq: int
    timestamp: datetime
    progress: int | UnsetType = UNSET
    """Percent of the whole run, 0..100; with ``processing``."""
    node: str | UnsetType | None = UNSET
    step: int | UnsetType | None = UNSET
    """Where the node stands of its ``steps``; null for nodes that do not count."""
    steps: int | UnsetType | None = UNSET
    content_id: int | UnsetType | None = UNSET
    output_paths: list[str] | UnsetType = UNSET
    error: str | UnsetType = UNSET
    error_code: str | UnsetType = UNSET


class JobChanged(Event, frozen=True):
    """A job changed its state, or came further."""

    user_id: UUID
    job: JobFrame

    @property
    def channel(self) -> str:
        """Return the job's own channel."""
        return f"jobs:{self.job.job_id}"

    @property
    def topics(self) -> tuple[str, ...]:
        """Return the job's and its owner's topic."""
        return (job_topic(self.job.job_id), owner_topic(self.user_id))

    @property
    def replaces(self) -> str | None:
        """Only progress is worthless once there is more of it."""
        return f"progress:{self.job.job_id}" if self.job.status == "processing" else None

    @property
    def order(self) -> tuple[int, int, int]:
        """Return (job, attempt, seq)."""
        return (self.job.job_id, self.job.attempt, self.job.seq)

    @property
    def is_terminal(self) -> bool:
        """Return whether the job has ended."""
        return self.job.job_status.is_terminal

    def frame(self) -> bytes:
        """Return the frame's JSON."""
        return _encode(self.job)


class PreviewFrame(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="preview"):
    """An unfinished image, for those who asked with ``?previews=1``."""

    job_id: int
    mime: str
    data: bytes
    """Base64 in JSON."""


class PreviewMade(Event, frozen=True):
    """ComfyUI sent a preview of a running job."""

    user_id: UUID
    preview: PreviewFrame

    @property
    def channel(self) -> str:
        """Return the owner's preview channel."""
        return preview_channel(self.user_id)

    @property
    def topics(self) -> tuple[str, ...]:
        """Return the job's and its owner's preview topic."""
        return (preview_topic(self.preview.job_id), owner_preview_topic(self.user_id))

    @property
    def replaces(self) -> str:
        """Only the newest preview matters."""
        return f"preview:{self.preview.job_id}"

    def frame(self) -> bytes:
        """Return the frame's JSON."""
        return _encode(self.preview)


CONTROL_TOPIC = "control"


class CancelOrder(msgspec.Struct, frozen=True, tag_field="type", tag="cancel"):
    """Tells the worker that holds the job to look at it now."""

    job_id: int


class CancelRequested(Event, frozen=True):
    """Somebody wants a running job to stop; the row says so too."""

    job_id: int

    @property
    def channel(self) -> str:
        """Return the channel that every worker reads."""
        return "control"

    @property
    def topics(self) -> tuple[str, ...]:
        """Return the workers' topic."""
        return (CONTROL_TOPIC,)

    def frame(self) -> bytes:
        """Return the order's JSON."""
        return _encode(CancelOrder(self.job_id))
