"""The tasks and events of the generation queue."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from genonaut.core.messages import Event, Task
from genonaut.jobs.states import JobStatus
from genonaut.realtime import JobPreview

FrameStatus = Literal["queued", "started", "processing", "completed", "failed", "cancelled"]
_encode = msgspec.json.Encoder().encode


class WakeRender(Task, frozen=True, tag="jobs.wake_render"):
    """Wake-up: check for a claimable job. Names no job, so a lost or repeated one is harmless."""

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
    """Return the channel of one user's previews; subscribed only while a client wants them."""
    return f"previews:{user_id}"


class JobFrame(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="job"):
    """Websocket frame for a state change or progress of a job."""

    job_id: int
    status: FrameStatus
    job_status: JobStatus
    attempt: int
    seq: int
    timestamp: datetime
    progress: int | UnsetType = UNSET
    """Percent of the whole run, 0..100; only with status ``processing``."""
    waiting_reason: str | UnsetType = UNSET
    """Instead of ``progress``: the prompt waits in the queue of its backend."""
    node: str | UnsetType | None = UNSET
    step: int | UnsetType | None = UNSET
    """Current step of ``steps`` of the node; null for nodes without steps."""
    steps: int | UnsetType | None = UNSET
    content_id: int | UnsetType | None = UNSET
    content_ids: Sequence[int] | UnsetType = UNSET
    """All results; absent if the frame repeats an earlier state."""
    output_paths: list[str] | UnsetType = UNSET
    error: str | UnsetType = UNSET
    error_code: str | UnsetType = UNSET


def in_backend_queue(backend: str | None) -> str:
    """Return the waiting reason of a running job whose prompt waits in the queue of its backend."""
    return f"waits in the queue of ComfyUI server {backend}"


class JobChanged(Event, frozen=True):
    """A job changed its state or made progress."""

    user_id: UUID
    job: JobFrame

    @property
    def channel(self) -> str:
        """Return the job's own channel."""
        return f"jobs:{self.job.job_id}"

    @property
    def family(self) -> str:
        """Return the family of all job frames."""
        return "jobs"

    @property
    def topics(self) -> tuple[str, ...]:
        """Return the job's and its owner's topic."""
        return (job_topic(self.job.job_id), owner_topic(self.user_id))

    @property
    def replaces(self) -> str | None:
        """Return a key for progress frames, which a newer one replaces; None for state changes."""
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
    """Intermediate image, sent to clients that connected with ``?previews=1``."""

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
        """Return the key under which a newer preview replaces this one."""
        return f"preview:{self.preview.job_id}"

    def frame(self) -> bytes:
        """Return the frame's JSON."""
        return _encode(self.preview)


def preview_made(job_id: int, user_id: UUID, preview: JobPreview) -> PreviewMade:
    """Return the event of a preview."""
    frame = PreviewFrame(job_id=job_id, mime=preview.mime, data=preview.data)
    return PreviewMade(user_id=user_id, preview=frame)


CONTROL_TOPIC = "control"


class CancelCommand(msgspec.Struct, frozen=True, tag_field="type", tag="cancel"):
    """Makes the worker that runs the job check for its cancellation."""

    job_id: int


class CancelRequested(Event, frozen=True):
    """Cancellation of a running job was requested; ``cancel_requested_at`` is set as well."""

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
        """Return the command's JSON."""
        return _encode(CancelCommand(self.job_id))
