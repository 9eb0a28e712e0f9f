"""Decide after a fault between another attempt and failure; a pure function."""

from collections.abc import Sequence
from enum import StrEnum

import msgspec

from genonaut.core.backoff import backoff_seconds, jittered
from genonaut.jobs.states import ErrorCode


class Fault(StrEnum):
    """Everything that can make an attempt fail."""

    UNREACHABLE = "unreachable"
    """The backend did not accept the prompt, or stopped answering."""
    NOT_STARTED = "not_started"
    """Accepted, but not started within the limit, or the backend is stuck."""
    SERVER_ERROR = "server_error"
    PROMPT_LOST = "prompt_lost"
    DOWNLOAD_FAILED = "download_failed"
    MODEL_GONE = "model_gone"
    """The backend refused it because a file or node that it had listed is missing."""
    INPUT_GONE = "input_gone"
    """The backend lost a file that was sent to it, before or after it accepted the prompt."""
    INPUT_UNUSABLE = "input_unusable"
    """A file that the job names was deleted or is damaged."""
    INPUT_UNREADABLE = "input_unreadable"
    """The storage does not return a file that the job names."""
    GRAPH_REFUSED = "graph_refused"
    NODE_FAILED = "node_failed"
    OUT_OF_MEMORY = "out_of_memory"
    INTERRUPTED = "interrupted"
    NO_OUTPUT = "no_output"
    BAD_IMAGE = "bad_image"
    TIME_LIMIT = "time_limit"
    STORAGE_FAILED = "storage_failed"
    """The storage could not be written for ``jobs.storage_wait_hours``."""
    INTERNAL = "internal"
    """An unexpected error in our code."""


class Failure(Exception):  # noqa: N818  # carries a fault, it is no program error
    """Carries a fault and its message to the retry policy."""

    def __init__(self, fault: Fault, message: str) -> None:
        super().__init__(message)
        self.fault = fault
        self.message = message


class Fail(msgspec.Struct, frozen=True):
    """Decision: the job fails permanently."""

    code: ErrorCode


class Retry(msgspec.Struct, frozen=True):
    """Decision: another attempt after ``delay_seconds``; ``counts`` as a failure or not."""

    delay_seconds: float
    counts: bool
    avoid_backend: bool


_PERMANENT = {
    Fault.GRAPH_REFUSED: ErrorCode.WORKFLOW_REJECTED,
    Fault.NODE_FAILED: ErrorCode.EXECUTION_FAILED,
    Fault.INTERRUPTED: ErrorCode.INTERRUPTED,
    Fault.NO_OUTPUT: ErrorCode.NO_OUTPUT,
    Fault.BAD_IMAGE: ErrorCode.BAD_IMAGE,
    Fault.TIME_LIMIT: ErrorCode.TIMEOUT,
    Fault.STORAGE_FAILED: ErrorCode.STORAGE_FAILED,
    Fault.INPUT_UNUSABLE: ErrorCode.INPUT_UNUSABLE,
}
_TRANSIENT = {
    Fault.MODEL_GONE: ErrorCode.WORKFLOW_REJECTED,
    Fault.SERVER_ERROR: ErrorCode.BACKEND_FAILED,
    Fault.PROMPT_LOST: ErrorCode.BACKEND_FAILED,
    Fault.DOWNLOAD_FAILED: ErrorCode.BACKEND_FAILED,
    Fault.INPUT_GONE: ErrorCode.BACKEND_FAILED,
    Fault.INPUT_UNREADABLE: ErrorCode.STORAGE_FAILED,
    Fault.INTERNAL: ErrorCode.INTERNAL_ERROR,
}
_FREE = {Fault.UNREACHABLE, Fault.NOT_STARTED}
_FREE_DELAY_SECONDS = 1.0
_LONGEST_FREE_DELAY_SECONDS = 60.0


def decide(
    fault: Fault,
    *,
    failures: int,
    out_of_memory_count: int,
    delays_seconds: Sequence[float],
    attempt: int = 1,
) -> Fail | Retry:
    """Return the decision about a job after a fault.

    Args:
        fault: why the attempt ended.
        failures: number of counted failures before this one.
        out_of_memory_count: how often this job ran out of memory before.
        delays_seconds: the delay before each retry; their number is the maximum of retries.
        attempt: number of the attempt that ended, from 1.
    """
    if fault in _FREE:
        return Retry(_free_delay(attempt - 1 - failures), counts=False, avoid_backend=True)
    if fault is Fault.OUT_OF_MEMORY:
        if out_of_memory_count:
            return Fail(ErrorCode.OUT_OF_MEMORY)
        return Retry(_jittered(delays_seconds[:1]), counts=True, avoid_backend=True)
    if fault in _PERMANENT:
        return Fail(_PERMANENT[fault])
    if failures >= len(delays_seconds):
        return Fail(_TRANSIENT[fault])
    delay = _jittered(delays_seconds[failures : failures + 1])
    return Retry(delay, counts=True, avoid_backend=True)


def _free_delay(earlier: int) -> float:
    """Return a delay that doubles per uncounted attempt, as a backend may refuse every prompt."""
    return backoff_seconds(earlier, first=_FREE_DELAY_SECONDS, longest=_LONGEST_FREE_DELAY_SECONDS)


def _jittered(delay: Sequence[float]) -> float:
    return jittered(sum(delay))
