"""Run several coroutines at once and fail with a plain exception."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable
from typing import Any, TypeVar

T = TypeVar("T")


async def run_all(works: Iterable[Coroutine[Any, Any, object]]) -> None:
    """Run coroutines at once; after the first error the others are cancelled and it is raised."""
    try:
        async with asyncio.TaskGroup() as tasks:
            for work in works:
                tasks.create_task(work)
    except ExceptionGroup as group:
        raise group.exceptions[0] from group


async def for_each(
    items: AsyncIterator[T], act: Callable[[T], Awaitable[object]], *, at_once: int
) -> None:
    """Call ``act`` with every item, ``at_once`` at a time; holds no more items than that.

    After the first error the others are cancelled and it is raised.
    """

    async def work() -> None:
        while True:
            async with lock:
                try:
                    item = await anext(items)
                except StopAsyncIteration:
                    return
            await act(item)

    lock = asyncio.Lock()
    await run_all(work() for _ in range(at_once))
