"""When the sweep trusts expired leases."""

import pytest

from genonaut.jobs.queue.sweeper import SweepClock


class Clock:
    """The monotonic clock and the database's clock, advanced by the test."""

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
    """Return a clock that has observed a lease of 20 seconds."""
    sweep = SweepClock(20.0, pause_seconds=pause_seconds)
    passed = 0.0
    while passed < 20.0:
        assert not sweep.observe(clock.theirs)
        clock.pass_by(pause_seconds)
        passed += pause_seconds
    assert sweep.observe(clock.theirs)
    return sweep


def test_expired_leases_are_not_trusted_within_one_lease_of_the_start(clock: Clock) -> None:
    sweep = SweepClock(20.0, pause_seconds=5.0)
    assert not sweep.observe(clock.pass_by(0.1))
    assert not sweep.observe(clock.pass_by(9.9))
    assert not sweep.observe(clock.pass_by(9.9))
    assert sweep.observe(clock.pass_by(0.3))


def test_time_before_the_first_sweep_does_not_count(clock: Clock) -> None:
    sweep = SweepClock(20.0, pause_seconds=5.0)
    assert not sweep.observe(clock.pass_by(60.0))
    assert not sweep.observe(clock.pass_by(9.9))
    sweep.reset()
    assert not sweep.observe(clock.pass_by(60.0))
    assert not sweep.observe(clock.pass_by(9.9))
    assert not sweep.observe(clock.pass_by(9.9))
    assert sweep.observe(clock.pass_by(0.3))


def test_the_observed_time(clock: Clock) -> None:
    sweep = SweepClock(20.0, pause_seconds=5.0)
    assert not sweep.has_observed(0.0)
    sweep.observe(clock.theirs)
    assert not sweep.has_observed(3.0)
    sweep.observe(clock.pass_by(4.0))
    assert sweep.has_observed(3.0)
    assert not sweep.has_observed(60.0)
    sweep.observe(clock.pass_by(9.0))
    sweep.observe(clock.pass_by(9.0))
    assert sweep.has_observed(60.0), "a lease is enough"
    sweep.observe(clock.pass_by(60.0))
    assert not sweep.has_observed(3.0)


def test_a_reset_starts_the_wait_again(clock: Clock) -> None:
    sweep = watching(clock)
    sweep.reset()
    assert not sweep.observe(clock.pass_by(5.0, theirs=100.0))
    assert not sweep.observe(clock.pass_by(8.0))
    assert not sweep.observe(clock.pass_by(8.0))
    assert sweep.observe(clock.pass_by(8.0))


@pytest.mark.parametrize("jump", [3600.0, -3600.0, 6.0, -6.0])
def test_a_clock_jump_is_not_trusted_for_one_lease(clock: Clock, jump: float) -> None:
    sweep = watching(clock)
    assert not sweep.observe(clock.pass_by(5.0, theirs=5.0 + jump))
    assert not sweep.observe(clock.pass_by(7.5))
    assert not sweep.observe(clock.pass_by(7.5))
    assert sweep.observe(clock.pass_by(5.1))


def test_a_gap_between_sweeps_starts_the_wait_again(clock: Clock) -> None:
    sweep = watching(clock)
    assert not sweep.observe(clock.pass_by(60.0))
    assert not sweep.observe(clock.pass_by(9.9))
    assert not sweep.observe(clock.pass_by(9.9))
    assert sweep.observe(clock.pass_by(0.3))


@pytest.mark.parametrize("pause_seconds", [0.3, 5.0, 20.0, 60.0])
def test_rare_sweeps_are_no_gap(clock: Clock, pause_seconds: float) -> None:
    sweep = watching(clock, pause_seconds=pause_seconds)
    assert sweep.observe(clock.pass_by(pause_seconds * 1.3))


def test_a_small_clock_drift_is_tolerated(clock: Clock) -> None:
    sweep = watching(clock)
    assert sweep.observe(clock.pass_by(5.0, theirs=9.0))
    assert sweep.observe(clock.pass_by(5.0, theirs=1.0))


@pytest.mark.parametrize("sweeps", [1, 2, 3])
def test_a_flapping_database_delays_trust_by_a_bounded_time(clock: Clock, sweeps: int) -> None:
    sweep = SweepClock(20.0, pause_seconds=5.0)
    observed = 0
    for _ in range(40):
        clock.pass_by(6.0)  # the database is away
        sweep.reset()
        for _ in range(sweeps):
            observed += 1
            if sweep.observe(clock.pass_by(5.0)):
                assert observed <= 16
                return
    pytest.fail("expired leases are never trusted")


def test_a_long_outage_starts_the_count_again(clock: Clock) -> None:
    sweep = SweepClock(20.0, pause_seconds=5.0)
    for _ in range(3):
        clock.pass_by(6.0)
        sweep.reset()
        for _ in range(3):
            assert not sweep.observe(clock.pass_by(5.0))
    sweep.reset()
    clock.pass_by(600.0)
    for _ in range(4):
        assert not sweep.observe(clock.pass_by(4.9))
    assert sweep.observe(clock.pass_by(5.4))
