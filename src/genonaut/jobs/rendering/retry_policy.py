"""What is retried: the table of job-engine verdicts as a pure function."""

from collections.abc import Sequence
from enum import StrEnum

import msgspec

from genonaut.core.backoff import backoff_seconds, jittered
from genonaut.jobs.states import ErrorCode


class Fault(StrEnum):
    """Everything that can keep an attempt from its image."""

    UNREACHABLE = "unreachable"
    """The backend did not take the prompt."""
    NOT_STARTED = "not_started"
    """Accepted, but not begun within the limit, or the backend is stuck."""
    SERVER_ERROR = "server_error"
    PROMPT_LOST = "prompt_lost"
    DOWNLOAD_FAILED = "download_failed"
    MODEL_GONE = "model_gone"
    """The backend refused it for want of a file that it had listed."""
    GRAPH_REFUSED = "graph_refused"
    NODE_FAILED = "node_failed"
    OUT_OF_MEMORY = "out_of_memory"
    INTERRUPTED = "interrupted"
    NO_OUTPUT = "no_output"
    BAD_IMAGE = "bad_image"
    TIME_LIMIT = "time_limit"
    STORAGE_FAILED = "storage_failed"
    INTERNAL = "internal"
    """A mistake of ours."""


class Failure(Exception):  # noqa: N818  # not an error of the program: it is a verdict on its way
    """Carries a fault and its words from where it was met to where it is decided on."""

    def __init__(self, fault: Fault, message: str) -> None:
        super().__init__(message)
        self.fault = fault
        self.message = message


class Fail(msgspec.Struct, frozen=True):
    """The job has failed for good."""

    code: ErrorCode


class TryAgain(msgspec.Struct, frozen=True):
    """Another attempt after ``delay_seconds``; ``counts`` against the budget of failures."""

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
}
_TRANSIENT = {
    Fault.MODEL_GONE: ErrorCode.WORKFLOW_REJECTED,
    Fault.SERVER_ERROR: ErrorCode.BACKEND_FAILED,
    Fault.PROMPT_LOST: ErrorCode.BACKEND_FAILED,
    Fault.DOWNLOAD_FAILED: ErrorCode.BACKEND_FAILED,
    Fault.STORAGE_FAILED: ErrorCode.STORAGE_FAILED,
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
) -> Fail | TryAgain:
    """Return what becomes of a job after a fault.

    Args:
        fault: what happened.
        failures: counted failures before this one.
        out_of_memory_count: how often this job ran out of memory before.
        delays_seconds: the wait before each retry; their number is the budget.
        attempt: number of the attempt that ended, from 1.
    """
    if fault in _FREE:
        return TryAgain(_free_delay(attempt - 1 - failures), counts=False, avoid_backend=True)
    if fault is Fault.OUT_OF_MEMORY:
        if out_of_memory_count:
            return Fail(ErrorCode.OUT_OF_MEMORY)
        return TryAgain(_jittered(delays_seconds[:1]), counts=True, avoid_backend=True)
    if fault in _PERMANENT:
        return Fail(_PERMANENT[fault])
    if failures >= len(delays_seconds):
        return Fail(_TRANSIENT[fault])
    delay = _jittered(delays_seconds[failures : failures + 1])
    return TryAgain(delay, counts=True, avoid_backend=fault is not Fault.STORAGE_FAILED)


def _free_delay(earlier: int) -> float:
    """Return a delay that grows with free attempts: a backend may be up and refuse every prompt."""
    return backoff_seconds(earlier, first=_FREE_DELAY_SECONDS, longest=_LONGEST_FREE_DELAY_SECONDS)


def _jittered(delay: Sequence[float]) -> float:
    return jittered(sum(delay))
