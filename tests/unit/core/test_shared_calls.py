"""Calls that come at the same time are made together."""

import asyncio
from contextvars import ContextVar

import pytest

from genonaut.core.shared_calls import SharedCalls

_REQUEST: ContextVar[str] = ContextVar("request", default="none")


class _Slow:
    """Returns the values that it was called with, each call when it is allowed to end."""

    def __init__(self) -> None:
        self.calls: list[list[int]] = []
        self.may_end = asyncio.Event()

    async def __call__(self, values: list[int]) -> list[int]:
        self.calls.append(list(values))
        await self.may_end.wait()
        return values


async def _turns() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_calls_that_come_while_one_runs_are_made_together() -> None:
    shared, act = SharedCalls(), _Slow()
    first = asyncio.create_task(shared.run("read", 1, act))
    await _turns()
    others = [asyncio.create_task(shared.run("read", number, act)) for number in (2, 3, 4)]
    await _turns()
    assert act.calls == [[1]]

    act.may_end.set()

    assert await first == [1]
    assert await asyncio.gather(*others) == [[2, 3, 4]] * 3
    assert act.calls == [[1], [2, 3, 4]]


async def test_kinds_do_not_wait_for_each_other() -> None:
    shared, slow = SharedCalls(), _Slow()
    waiting = asyncio.create_task(shared.run("read", 1, slow))
    await _turns()
    act = _Slow()
    act.may_end.set()

    assert await shared.run("send", 2, act) == [2]

    slow.may_end.set()
    await waiting


async def test_a_cancelled_caller_does_not_end_the_call_of_the_others() -> None:
    shared, act = SharedCalls(), _Slow()
    callers = [asyncio.create_task(shared.run("read", number, act)) for number in (1, 2)]
    await _turns()

    callers[0].cancel()
    await _turns()
    act.may_end.set()

    assert await callers[1] == [1, 2]
    assert callers[0].cancelled()


async def test_an_error_reaches_every_caller_and_the_next_call_runs() -> None:
    shared = SharedCalls()

    async def fail(values: list[int]) -> None:
        raise ValueError(str(values))

    callers = [asyncio.create_task(shared.run("read", number, fail)) for number in (1, 2)]
    results = await asyncio.gather(*callers, return_exceptions=True)
    assert [str(one) for one in results] == ["[1, 2]", "[1, 2]"]

    with pytest.raises(ValueError, match="3"):
        await shared.run("read", 3, fail)


async def test_the_call_does_not_run_in_the_context_of_one_caller() -> None:
    _REQUEST.set("mine")

    async def read(_: list[int]) -> str:
        return _REQUEST.get()

    assert await SharedCalls().run("read", 1, read) == "none"
