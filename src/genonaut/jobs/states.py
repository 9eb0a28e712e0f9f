"""The states of a job, and how an attempt at it ends."""

from enum import StrEnum


class JobType(StrEnum):
    """What a job makes."""

    IMAGE = "image"


class JobStatus(StrEnum):
    """Where a job is; the last three never change again."""

    PENDING = "pending"
    """Stored; no wake-up has been sent."""
    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_terminal(self) -> bool:
        """Return whether the job has ended."""
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
    """A failure that counts; the job goes on with another attempt."""
    CANCELLED = "cancelled"
    HANDED_BACK = "handed_back"
    """Given up by its worker without a fault of the job."""
    ORPHANED = "orphaned"
    """Its lease expired."""


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
    """ComfyUI answered with errors, or lost the prompt, more often than we retry."""
    INTERNAL_ERROR = "internal_error"
