"""Decisions of the retry policy."""

import pytest

from genonaut.jobs.rendering.retry_policy import Fail, Fault, Retry, decide
from genonaut.jobs.states import ErrorCode

DELAYS = (2.0, 8.0, 32.0)


def decided(
    fault: Fault, *, failures: int = 0, out_of_memory_count: int = 0, attempt: int = 1
) -> Fail | Retry:
    return decide(
        fault,
        failures=failures,
        out_of_memory_count=out_of_memory_count,
        delays_seconds=DELAYS,
        attempt=attempt,
    )


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault.GRAPH_REFUSED, ErrorCode.WORKFLOW_REJECTED),
        (Fault.NODE_FAILED, ErrorCode.EXECUTION_FAILED),
        (Fault.INTERRUPTED, ErrorCode.INTERRUPTED),
        (Fault.NO_OUTPUT, ErrorCode.NO_OUTPUT),
        (Fault.BAD_IMAGE, ErrorCode.BAD_IMAGE),
        (Fault.TIME_LIMIT, ErrorCode.TIMEOUT),
        (Fault.STORAGE_FAILED, ErrorCode.STORAGE_FAILED),
        (Fault.INPUT_UNUSABLE, ErrorCode.INPUT_UNUSABLE),
    ],
)
def test_permanent_faults_fail_at_once(fault: Fault, code: ErrorCode) -> None:
    assert decided(fault) == Fail(code)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault.SERVER_ERROR, ErrorCode.BACKEND_FAILED),
        (Fault.PROMPT_LOST, ErrorCode.BACKEND_FAILED),
        (Fault.DOWNLOAD_FAILED, ErrorCode.BACKEND_FAILED),
        (Fault.MODEL_GONE, ErrorCode.WORKFLOW_REJECTED),
        (Fault.INTERNAL, ErrorCode.INTERNAL_ERROR),
        (Fault.INPUT_GONE, ErrorCode.BACKEND_FAILED),
        (Fault.INPUT_UNREADABLE, ErrorCode.STORAGE_FAILED),
    ],
)
def test_transient_faults_are_retried_three_times(fault: Fault, code: ErrorCode) -> None:
    for failures, delay in enumerate(DELAYS):
        again = decided(fault, failures=failures)
        assert isinstance(again, Retry)
        assert again.counts
        assert delay * 0.8 <= again.delay_seconds <= delay * 1.2
    assert decided(fault, failures=3) == Fail(code)


@pytest.mark.parametrize("fault", [Fault.UNREACHABLE, Fault.NOT_STARTED])
def test_faults_of_the_backend_are_not_counted_and_the_delay_doubles(fault: Fault) -> None:
    delays = []
    for attempt in range(1, 12):
        again = decided(fault, failures=3, attempt=attempt + 3)
        assert isinstance(again, Retry)
        assert not again.counts
        assert again.avoid_backend
        delays.append(again.delay_seconds)
    full_delays = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0, 60.0, 60.0, 60.0]
    for full, delay in zip(full_delays, delays, strict=True):
        assert full / 2 <= delay <= full


def test_out_of_memory_is_retried_once_even_without_retries_left() -> None:
    again = decided(Fault.OUT_OF_MEMORY, failures=3)
    assert isinstance(again, Retry)
    assert again.avoid_backend
    assert decided(Fault.OUT_OF_MEMORY, out_of_memory_count=1) == Fail(ErrorCode.OUT_OF_MEMORY)


def test_every_fault_has_a_decision() -> None:
    for fault in Fault:
        assert isinstance(decided(fault), Fail | Retry)
