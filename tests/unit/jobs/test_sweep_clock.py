"""When expired leases may be believed."""

import pytest

from genonaut.jobs.sweep import SweepClock


class Clock:
    """Both clocks, turned by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ours = 1000.0
        self.theirs = 1_700_000_000.0
        monkeypatch.setattr("genonaut.jobs.sweep.time.monotonic", lambda: self.ours)

    def pass_by(self, seconds: float, *, theirs: float | None = None) -> float:
        self.ours += seconds
        self.theirs += seconds if theirs is None else theirs
        return self.theirs


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def test_nobody_is_taken_for_dead_within_one_lease_of_the_start(clock: Clock) -> None:
    sweep = SweepClock(20.0)
    assert not sweep.trusts(clock.pass_by(0.1))
    assert not sweep.trusts(clock.pass_by(19.0))
    assert sweep.trusts(clock.pass_by(1.0))


def test_a_lost_database_begins_the_wait_again(clock: Clock) -> None:
    sweep = SweepClock(20.0)
    assert sweep.trusts(clock.pass_by(21.0))
    sweep.distrust()
    assert not sweep.trusts(clock.pass_by(5.0, theirs=100.0))
    assert sweep.trusts(clock.pass_by(16.0))


@pytest.mark.parametrize("jump", [3600.0, -3600.0, 6.0, -6.0])
def test_a_clock_that_jumps_is_not_believed_for_one_lease(clock: Clock, jump: float) -> None:
    sweep = SweepClock(20.0)
    assert sweep.trusts(clock.pass_by(21.0))
    assert not sweep.trusts(clock.pass_by(5.0, theirs=5.0 + jump))
    assert not sweep.trusts(clock.pass_by(15.0))
    assert sweep.trusts(clock.pass_by(5.1))


def test_clocks_may_drift_a_little(clock: Clock) -> None:
    sweep = SweepClock(20.0)
    assert sweep.trusts(clock.pass_by(21.0))
    assert sweep.trusts(clock.pass_by(5.0, theirs=9.0))
    assert sweep.trusts(clock.pass_by(5.0, theirs=1.0))
