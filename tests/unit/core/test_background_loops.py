"""Background loops are restarted, and failing ones are known."""

import asyncio

import pytest
from tests.support.service import eventually

from genonaut.core import background_loops
from genonaut.core.background_loops import BackgroundLoops


@pytest.fixture(autouse=True)
def _short_delays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background_loops, "_FIRST_DELAY_SECONDS", 0.001)
    monkeypatch.setattr(background_loops, "_MAX_DELAY_SECONDS", 0.01)


@pytest.mark.parametrize("ending", ["error", "return", "cancellation"])
async def test_a_loop_that_ends_is_restarted_and_counts_as_failing(ending: str) -> None:
    starts = 0
    changes: list[tuple[str, bool]] = []

    async def loop() -> None:
        nonlocal starts
        starts += 1
        if starts <= 3 and ending == "error":
            raise RuntimeError("the handler is closed")
        if starts <= 3 and ending == "cancellation":
            raise asyncio.CancelledError
        if starts > 3:
            await asyncio.Event().wait()

    loops = BackgroundLoops(
        {"hub": loop}, on_change=lambda *change: changes.append(change), stable_seconds=0.2
    )
    async with loops.running():

        async def is_failing() -> bool:
            return loops.failing == ["hub"]

        async def is_stable() -> bool:
            return starts == 4 and loops.failing == []

        await eventually(is_failing)
        await eventually(is_stable)
    assert changes == [("hub", False), *[("hub", True)] * 3, ("hub", False)]


async def test_other_loops_are_not_affected() -> None:
    is_cancelled = asyncio.Event()

    async def broken() -> None:
        raise ValueError

    async def sound() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            is_cancelled.set()

    loops = BackgroundLoops({"broken": broken, "sound": sound})
    async with loops.running():

        async def is_failing() -> bool:
            return loops.failing == ["broken"]

        await eventually(is_failing)
        assert not is_cancelled.is_set()
    assert is_cancelled.is_set()
