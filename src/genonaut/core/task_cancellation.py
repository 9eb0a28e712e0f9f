"""Ending background tasks for certain."""

import asyncio
from typing import Any

_REPEAT_SECONDS = 3.0
"""Long enough for what a task does when it ends: cancelled again, it would leave things open."""


def raise_if_cancelled() -> None:
    """Raise the cancellation of this task that a library swallowed, if there is one.

    To be called between the steps of a task that would go on waiting for the next message.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


async def stop_tasks(*tasks: asyncio.Task[Any]) -> None:
    """Cancel tasks and return once all have ended; what became of them is dropped.

    A single cancellation can get lost: ``asyncio.wait_for`` of Python 3.11, which redis-py uses for
    every write, swallows one that arrives together with its result. So it is repeated; those who call
    :func:`heed_cancellation` end at once.
    Source: https://github.com/python/cpython/issues/86296
    """
    was_cancelled = False
    while pending := {task for task in tasks if not task.done()}:
        for task in pending:
            task.cancel()
        try:
            await asyncio.wait(pending, timeout=_REPEAT_SECONDS)
        except asyncio.CancelledError:  # whoever waits for us is in a hurry too; go on first
            was_cancelled = True
    for task in tasks:
        if not task.cancelled():
            task.exception()  # else it would be reported as never looked at
    if was_cancelled:
        raise asyncio.CancelledError
