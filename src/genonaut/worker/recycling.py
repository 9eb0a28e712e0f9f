"""End the worker after a number of jobs or above a limit of memory; its supervisor starts it again.

Off by default (docs/decisions/worker-recycling.md).
"""

import asyncio

import psutil
import structlog

from genonaut.config.settings import WorkerSettings
from genonaut.core.task_cancellation import stop_tasks

log = structlog.get_logger()
_MIB = 1024 * 1024


class Recycling:
    """Decides when this process has done enough. Checked only when an attempt has ended.

    So a limit below the memory of an idle worker does not end every process at once.
    """

    def __init__(self, settings: WorkerSettings) -> None:
        self._settings = settings
        self._process = psutil.Process()
        self._is_due = asyncio.Event()

    def note_end(self, ended_attempts: int) -> None:
        """Check the limits; ``ended_attempts`` is the number of attempts that this process ended."""
        limits = self._settings
        if self._is_due.is_set() or not (limits.max_jobs or limits.max_rss_mb):
            return
        rss_mb = self._process.memory_info().rss // _MIB
        if 0 < limits.max_jobs <= ended_attempts or 0 < limits.max_rss_mb < rss_mb:
            log.info("worker.recycled", jobs=ended_attempts, rss_mb=rss_mb)
            self._is_due.set()

    async def wait(self, stop: asyncio.Event) -> None:
        """Return when ``stop`` is set, or when a limit was reached."""
        waiting = [asyncio.create_task(one.wait()) for one in (stop, self._is_due)]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await stop_tasks(*waiting)
