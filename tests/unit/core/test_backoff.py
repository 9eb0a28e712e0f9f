"""Delays between tries."""

import pytest

from genonaut.core.backoff import Backoff, backoff_seconds, jittered


@pytest.mark.parametrize(
    ("failures", "full"),
    [(-1, 0.1), (0, 0.1), (1, 0.2), (4, 1.6), (6, 5.0), (2000, 5.0), (10**9, 5.0)],
)
def test_delays_double_up_to_the_longest(failures: int, full: float) -> None:
    delays = [backoff_seconds(failures, first=0.1, longest=5.0) for _ in range(50)]
    assert all(full * 0.5 <= delay <= full for delay in delays)
    assert len(set(delays)) > 1


def test_a_success_starts_over_with_the_first_delay() -> None:
    backoff = Backoff(first=1.0, longest=30.0)
    for full in (1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0):
        assert full * 0.5 <= backoff.next_seconds() <= full
    backoff.reset()
    assert backoff.next_seconds() <= 1.0


def test_jitter_stays_within_its_share() -> None:
    durations = [jittered(10.0, share=0.2) for _ in range(50)]
    assert all(8.0 <= duration <= 12.0 for duration in durations)
    assert len(set(durations)) > 1
