"""States of jobs and outcomes of attempts."""

from enum import StrEnum


class JobType(StrEnum):
    """Kind of the main result of a job."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    TEXT = "text"
    MODEL3D = "model3d"
    FILE = "file"


class JobStatus(StrEnum):
    """State of a job; the last three are terminal."""

    PENDING = "pending"
    """Stored; no wake-up has been sent."""
    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_terminal(self) -> bool:
        """Return whether the status never changes again."""
        return self in TERMINAL

    @property
    def is_waiting(self) -> bool:
        """Return whether the job waits to be claimed."""
        return self in WAITING


TERMINAL = frozenset({JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELLED})
WAITING = frozenset({JobStatus.PENDING, JobStatus.QUEUED})


class AttemptResult(StrEnum):
    """Why an attempt ended."""

    COMPLETED = "completed"
    FAILED = "failed"
    RETRIED = "retried"
    """Failed and counted as a failure; the job is queued for another attempt."""
    CANCELLED = "cancelled"
    HANDED_BACK = "handed_back"
    """Ended without a fault of the job; not counted as a failure."""
    ORPHANED = "orphaned"
    """The lease expired."""


class ErrorCode(StrEnum):
    """Why a job failed, for programs."""

    WORKFLOW_REJECTED = "workflow_rejected"
    EXECUTION_FAILED = "execution_failed"
    OUT_OF_MEMORY = "out_of_memory"
    INTERRUPTED = "interrupted"
    NO_OUTPUT = "no_output"
    BAD_IMAGE = "bad_image"
    TIMEOUT = "timeout"
    STORAGE_FAILED = "storage_failed"
    MODEL_UNAVAILABLE = "model_unavailable"
    BACKEND_FAILED = "backend_failed"
    """ComfyUI answered with errors or lost the prompt, and all retries are used."""
    INPUT_UNUSABLE = "input_unusable"
    """A file that the job names was deleted or is damaged."""
    INTERNAL_ERROR = "internal_error"
