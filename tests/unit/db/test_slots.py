import asyncio
from collections.abc import Awaitable

import pytest
from tests.support.timeouts import PATIENCE_SECONDS

from genonaut.db.slots import Slots


async def started(waiting: Awaitable[None]) -> asyncio.Task[None]:
    async def wait() -> None:
        await waiting

    task = asyncio.create_task(wait())
    await asyncio.sleep(0)
    return task


async def test_waiting_callers_are_served_in_order() -> None:
    slots, served = Slots(1, PATIENCE_SECONDS), []

    async def use(number: int) -> None:
        await slots.acquire()
        served.append(number)
        await asyncio.sleep(0)
        slots.release()

    await asyncio.gather(*(use(number) for number in range(20)))
    assert served == list(range(20))


async def test_no_more_callers_than_slots_are_let_in() -> None:
    slots = Slots(2, PATIENCE_SECONDS)
    tasks = [await started(slots.acquire()) for _ in range(3)]
    assert [task.done() for task in tasks] == [True, True, False]
    slots.release()
    await tasks[2]


async def test_a_caller_whose_patience_ends_gives_up_and_the_next_one_is_served() -> None:
    slots = Slots(1, 0.01)
    await slots.acquire()
    with pytest.raises(TimeoutError):
        await slots.acquire()
    slots.release()
    await slots.acquire()


@pytest.mark.parametrize("is_served_first", [True, False])
async def test_a_cancelled_caller_passes_its_slot_on(is_served_first: bool) -> None:
    slots = Slots(1, PATIENCE_SECONDS)
    await slots.acquire()
    cancelled, other = await started(slots.acquire()), await started(slots.acquire())
    if is_served_first:
        slots.release()
    cancelled.cancel()
    await asyncio.wait({cancelled})
    if not is_served_first:
        slots.release()
    await other
