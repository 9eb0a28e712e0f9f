"""Which frames a client receives after its snapshot."""

from types import SimpleNamespace
from typing import Any

from genonaut.jobs.states import JobStatus
from genonaut.realtime import Envelope
from genonaut.web.websockets.jobs import Freshness


def known(*, attempt: int, seq: int, status: JobStatus = JobStatus.RUNNING) -> Any:
    return SimpleNamespace(id=1, attempt=attempt, seq=seq, status=status)


def state(attempt: int, seq: int, *, job_id: int = 1) -> Envelope:
    return Envelope((), b"{}", None, (job_id, attempt, seq))


def progress(attempt: int, seq: int) -> Envelope:
    return Envelope((), b"{}", "progress:1", (1, attempt, seq))


def test_only_states_newer_than_the_snapshot_pass_and_each_once() -> None:
    freshness = Freshness([known(attempt=1, seq=7)])
    assert not freshness.is_newer(state(1, 6))
    assert not freshness.is_newer(state(1, 7))
    assert freshness.is_newer(state(1, 9))
    assert not freshness.is_newer(state(1, 9))
    assert not freshness.is_newer(state(1, 8))
    assert freshness.is_newer(state(2, 10))


def test_progress_of_the_current_attempt_always_passes() -> None:
    freshness = Freshness([known(attempt=2, seq=7)])
    assert freshness.is_newer(progress(2, 7))
    assert freshness.is_newer(progress(2, 7))
    assert not freshness.is_newer(progress(1, 3))


def test_progress_after_the_terminal_state_is_dropped() -> None:
    freshness = Freshness([known(attempt=1, seq=7)])
    assert freshness.is_newer(state(1, 8))
    freshness.note_end(1)
    assert not freshness.is_newer(progress(1, 7))
    assert not freshness.is_newer(progress(1, 99))


def test_progress_of_a_job_that_is_terminal_in_the_snapshot_is_dropped() -> None:
    freshness = Freshness([known(attempt=1, seq=7, status=JobStatus.COMPLETED)])
    assert not freshness.is_newer(progress(1, 7))


def test_jobs_created_after_the_snapshot_pass() -> None:
    freshness = Freshness([])
    assert freshness.is_newer(state(0, 1, job_id=2))
    assert freshness.is_newer(Envelope((), b"{}", None, None))


def test_memory_is_bounded_to_the_latest_jobs() -> None:
    freshness = Freshness([])
    for job_id in range(1, 5_001):
        assert freshness.is_newer(state(1, job_id, job_id=job_id))
        freshness.note_end(job_id)
    assert all(len(remembered) <= 1_000 for remembered in vars(freshness).values())
    assert not freshness.is_newer(state(1, 4_999, job_id=4_999))
