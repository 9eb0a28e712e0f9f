"""Long-lived loops of a process, restarted when they end."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from typing import Any

import structlog

from genonaut.core.backoff import Backoff
from genonaut.core.task_cancellation import stop_tasks

log = structlog.get_logger()
STABLE_SECONDS = 10.0
"""A restarted loop that has run for this long no longer counts as failing."""
_FIRST_DELAY_SECONDS = 0.2
_MAX_DELAY_SECONDS = 30.0

Loop = Callable[[], Coroutine[Any, Any, None]]
OnChange = Callable[[str, bool], None]


class BackgroundLoops:
    """Runs loops that must never end, and restarts with backoff each one that does."""

    def __init__(
        self,
        loops: Mapping[str, Loop],
        *,
        on_change: OnChange = lambda _name, _is_failing: None,
        stable_seconds: float = STABLE_SECONDS,
    ) -> None:
        """Take the loops by name.

        Args:
            loops: functions that start a loop.
            on_change: called with a name and whether the loop is failing: at the start, after
                every end, and when the loop is stable again.
            stable_seconds: see ``STABLE_SECONDS``.
        """
        self._loops = loops
        self._on_change = on_change
        self._stable_seconds = stable_seconds
        self._failing: set[str] = set()

    @property
    def failing(self) -> list[str]:
        """Return the names of the loops that ended and have not run stably since."""
        return sorted(self._failing)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run all loops during the block."""
        tasks = [
            asyncio.create_task(self._keep_running(name, start), name=f"keep {name} running")
            for name, start in self._loops.items()
        ]
        try:
            yield
        finally:
            await stop_tasks(*tasks)

    async def _keep_running(self, name: str, start: Loop) -> None:
        backoff = Backoff(first=_FIRST_DELAY_SECONDS, longest=_MAX_DELAY_SECONDS)
        self._on_change(name, False)
        while True:
            began = time.monotonic()
            task = asyncio.create_task(start(), name=name)
            try:
                done, _ = await asyncio.wait({task}, timeout=self._stable_seconds)
                if not done:
                    self._note(name, is_failing=False)
                    backoff.reset()
                    await asyncio.wait({task})
            finally:
                await stop_tasks(task)
            delay = backoff.next_seconds()
            log.error(
                "loop.ended",
                loop=name,
                ran_seconds=round(time.monotonic() - began, 1),
                restart_seconds=round(delay, 1),
                exc_info=None if task.cancelled() else task.exception(),
            )
            self._note(name, is_failing=True)
            await asyncio.sleep(delay)

    def _note(self, name: str, *, is_failing: bool) -> None:
        if is_failing:
            self._failing.add(name)
        elif name in self._failing:
            self._failing.discard(name)
        else:
            return
        self._on_change(name, is_failing)
