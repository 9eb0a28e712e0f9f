"""Background tasks end, even if they swallow a cancellation."""

import asyncio
import contextlib

import pytest
from tests.support.timeouts import patiently

from genonaut.core import task_cancellation as stopping
from genonaut.core.task_cancellation import raise_if_cancelled, stop_tasks


async def swallow(times: int) -> None:
    """Swallow cancellations, as asyncio.wait_for of Python 3.11 sometimes does."""
    for _ in range(times):
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(60)
    await asyncio.sleep(60)


async def break_down() -> None:
    try:
        await asyncio.sleep(60)
    finally:
        raise RuntimeError("while ending")


async def test_a_swallowed_cancellation_is_repeated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stopping, "_REPEAT_SECONDS", 0.01)
    tasks = [asyncio.create_task(swallow(times)) for times in (0, 1, 3)]
    await asyncio.sleep(0)
    async with patiently():
        await stop_tasks(*tasks)
    assert all(task.cancelled() for task in tasks)


async def test_errors_during_the_cleanup_are_dropped() -> None:
    ended = asyncio.create_task(asyncio.sleep(0))
    await ended
    breaking = asyncio.create_task(break_down())
    await asyncio.sleep(0)
    await stop_tasks(ended, breaking)
    assert breaking.done()
    await stop_tasks()


async def test_a_swallowed_cancellation_is_raised_at_the_next_step() -> None:
    async def listen() -> None:
        raise_if_cancelled()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(60)
        raise_if_cancelled()
        pytest.fail("it went on")

    task = asyncio.create_task(listen())
    await asyncio.sleep(0)
    await stop_tasks(task)
    assert task.cancelled()


async def test_an_expired_timeout_is_no_cancellation() -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0):
            await asyncio.sleep(60)
    raise_if_cancelled()
