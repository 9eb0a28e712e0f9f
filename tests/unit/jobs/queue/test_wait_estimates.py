"""Estimates of how long waiting jobs wait."""

import pytest

from genonaut.jobs.queue.wait_estimates import RenderTime, WaitEstimates

SMALL, LARGE = 512 * 512, 1024 * 1024


def recent(model: str, pixels: int, *seconds: float, steps: int = 20) -> list[RenderTime]:
    return [RenderTime(model, pixels, steps, one) for one in seconds]


def estimate(
    estimates: WaitEstimates, position: int = 1, *, model: str = "sd15", pixels: int = SMALL
) -> int | None:
    return estimates.seconds(position, checkpoint_model=model, pixels=pixels, steps=20)


@pytest.mark.parametrize(("position", "slots", "expected"), [(1, 1, 4), (3, 1, 12), (3, 2, 6)])
def test_the_wait_is_the_median_times_the_position_by_the_slots(
    position: int, slots: int, expected: int
) -> None:
    estimates = WaitEstimates.of(recent("sd15", SMALL, 3, 4, 90), slots=slots)
    assert estimate(estimates, position) == expected


def test_jobs_of_the_same_model_and_size_count_first_then_the_model_then_all() -> None:
    times = [*recent("sd15", SMALL, 3, 3, 3), *recent("sd15", LARGE, 20, 20)]
    times += recent("flux", LARGE, 60, 60, 60)
    estimates = WaitEstimates.of(times, slots=1)
    assert estimate(estimates) == 3
    assert estimate(estimates, pixels=LARGE) == 3, "two jobs of the class are too few"
    assert estimate(estimates, model="flux", pixels=LARGE) == 60
    assert estimate(estimates, model="unseen") == 20


def test_nothing_is_estimated_without_recent_jobs_or_without_servers() -> None:
    assert estimate(WaitEstimates.of(recent("sd15", SMALL, 3, 3), slots=1)) is None
    assert estimate(WaitEstimates.of(recent("sd15", SMALL, 3, 3, 3), slots=0)) is None
