"""Make calls that come at the same time together, as one."""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import Context
from typing import Any, TypeVar

In = TypeVar("In")
Out = TypeVar("Out")


class _Batch:
    """The values of the calls that are made together next, and the task that makes them."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self.task: asyncio.Task[Any] | None = None


class SharedCalls:
    """While a call of one kind runs, others of that kind are collected; one call then serves them all.

    A call without company starts in the same turn of the event loop. Every value is handed over before
    ``act`` begins, so that it sees what its caller has committed.
    """

    def __init__(self) -> None:
        self._next: dict[str, _Batch] = {}
        self._running: dict[str, asyncio.Task[Any]] = {}

    async def run(self, kind: str, value: In, act: Callable[[list[In]], Awaitable[Out]]) -> Out:
        """Return what ``act`` returned for the values of several calls, ``value`` among them.

        ``act`` of the first of them is used; it goes on when a caller is cancelled. Raises what it raises.
        """
        batch = self._next.get(kind)
        if batch is None:
            batch = self._next[kind] = _Batch()
            # Without the context of one caller: its request id would stand for the others.
            batch.task = asyncio.create_task(
                self._run(kind, batch, act), name=f"shared {kind}", context=Context()
            )
            batch.task.add_done_callback(_retrieve)
        batch.values.append(value)
        result: Out = await asyncio.shield(batch.task)  # type: ignore[arg-type]  # set with the batch
        return result

    async def _run(
        self, kind: str, batch: _Batch, act: Callable[[list[In]], Awaitable[Out]]
    ) -> Out:
        if (earlier := self._running.get(kind)) is not None:
            await asyncio.wait({earlier})
        del self._next[kind]
        if batch.task is not None:
            self._running[kind] = batch.task
        try:
            return await act(batch.values)
        finally:
            if self._running.get(kind) is batch.task:
                del self._running[kind]


def _retrieve(task: asyncio.Task[Any]) -> None:
    """Take notice of an error, also if every caller was cancelled."""
    if not task.cancelled():
        task.exception()
