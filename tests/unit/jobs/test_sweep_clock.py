"""When expired leases may be believed."""

import pytest

from genonaut.jobs.queue.sweeper import SweepClock


class Clock:
    """Both clocks, turned by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ours = 1000.0
        self.theirs = 1_700_000_000.0
        monkeypatch.setattr("genonaut.jobs.queue.sweeper.time.monotonic", lambda: self.ours)

    def pass_by(self, seconds: float, *, theirs: float | None = None) -> float:
        self.ours += seconds
        self.theirs += seconds if theirs is None else theirs
        return self.theirs


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def watching(clock: Clock, *, pause_seconds: float = 5.0) -> SweepClock:
    """Return one that has watched for a lease of 20 seconds, and trusts."""
    sweep = SweepClock(20.0, pause_seconds=pause_seconds)
    passed = 0.0
    while passed < 20.0:
        assert not sweep.trusts(clock.theirs)
        clock.pass_by(pause_seconds)
        passed += pause_seconds
    assert sweep.trusts(clock.theirs)
    return sweep


def test_nobody_is_taken_for_dead_within_one_lease_of_the_start(clock: Clock) -> None:
    sweep = SweepClock(20.0, pause_seconds=5.0)
    assert not sweep.trusts(clock.pass_by(0.1))
    assert not sweep.trusts(clock.pass_by(9.9))
    assert not sweep.trusts(clock.pass_by(9.9))
    assert sweep.trusts(clock.pass_by(0.3))


def test_who_stood_still_before_the_first_look_has_not_watched(clock: Clock) -> None:
    sweep = SweepClock(20.0, pause_seconds=5.0)
    assert not sweep.trusts(clock.pass_by(60.0))
    assert not sweep.trusts(clock.pass_by(9.9))
    sweep.distrust()
    assert not sweep.trusts(clock.pass_by(60.0))
    assert not sweep.trusts(clock.pass_by(9.9))
    assert not sweep.trusts(clock.pass_by(9.9))
    assert sweep.trusts(clock.pass_by(0.3))


def test_how_long_was_watched(clock: Clock) -> None:
    sweep = SweepClock(20.0, pause_seconds=5.0)
    assert not sweep.has_watched(0.0)
    sweep.trusts(clock.theirs)
    assert not sweep.has_watched(3.0)
    sweep.trusts(clock.pass_by(4.0))
    assert sweep.has_watched(3.0)
    assert not sweep.has_watched(60.0)
    sweep.trusts(clock.pass_by(9.0))
    sweep.trusts(clock.pass_by(9.0))
    assert sweep.has_watched(60.0), "a lease is enough"
    sweep.trusts(clock.pass_by(60.0))
    assert not sweep.has_watched(3.0)


def test_a_lost_database_begins_the_wait_again(clock: Clock) -> None:
    sweep = watching(clock)
    sweep.distrust()
    assert not sweep.trusts(clock.pass_by(5.0, theirs=100.0))
    assert not sweep.trusts(clock.pass_by(8.0))
    assert not sweep.trusts(clock.pass_by(8.0))
    assert sweep.trusts(clock.pass_by(8.0))


@pytest.mark.parametrize("jump", [3600.0, -3600.0, 6.0, -6.0])
def test_a_clock_that_jumps_is_not_believed_for_one_lease(clock: Clock, jump: float) -> None:
    sweep = watching(clock)
    assert not sweep.trusts(clock.pass_by(5.0, theirs=5.0 + jump))
    assert not sweep.trusts(clock.pass_by(7.5))
    assert not sweep.trusts(clock.pass_by(7.5))
    assert sweep.trusts(clock.pass_by(5.1))


def test_one_who_stood_still_has_not_watched(clock: Clock) -> None:
    sweep = watching(clock)
    assert not sweep.trusts(clock.pass_by(60.0))
    assert not sweep.trusts(clock.pass_by(9.9))
    assert not sweep.trusts(clock.pass_by(9.9))
    assert sweep.trusts(clock.pass_by(0.3))


@pytest.mark.parametrize("pause_seconds", [0.3, 5.0, 20.0, 60.0])
def test_one_who_looks_seldom_watches_too(clock: Clock, pause_seconds: float) -> None:
    sweep = watching(clock, pause_seconds=pause_seconds)
    assert sweep.trusts(clock.pass_by(pause_seconds * 1.3))


def test_clocks_may_drift_a_little(clock: Clock) -> None:
    sweep = watching(clock)
    assert sweep.trusts(clock.pass_by(5.0, theirs=9.0))
    assert sweep.trusts(clock.pass_by(5.0, theirs=1.0))
