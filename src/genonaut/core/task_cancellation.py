"""Cancel background tasks reliably."""

import asyncio
from typing import Any

_REPEAT_SECONDS = 3.0
"""Long enough for the cleanup of a task, which a second cancellation would interrupt."""


def raise_if_cancelled() -> None:
    """Raise ``CancelledError`` if this task was cancelled and a library swallowed it.

    Loops that wait for messages call this between two messages.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


async def stop_tasks(*tasks: asyncio.Task[Any]) -> None:
    """Cancel tasks and return when all have ended; their results and errors are discarded.

    A single cancellation can get lost: ``asyncio.wait_for`` of Python 3.11, which redis-py uses for
    every write, swallows one that arrives together with its result. Therefore the cancellation is
    repeated. Tasks that call :func:`raise_if_cancelled` end without a repetition.
    Source: https://github.com/python/cpython/issues/86296
    """
    was_cancelled = False
    while pending := {task for task in tasks if not task.done()}:
        for task in pending:
            task.cancel()
        try:
            await asyncio.wait(pending, timeout=_REPEAT_SECONDS)
        except asyncio.CancelledError:  # the caller was cancelled too; finish first
            was_cancelled = True
    for task in tasks:
        if not task.cancelled():
            task.exception()  # marks it as retrieved; asyncio would log it otherwise
    if was_cancelled:
        raise asyncio.CancelledError
