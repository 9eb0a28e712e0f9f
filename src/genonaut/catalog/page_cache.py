"""Remember pages of the catalogue for a moment: they are the same for every user."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from genonaut.catalog.messages import ModelsChanged
from genonaut.core.messages import Event
from genonaut.core.metrics import CacheMetrics

P = TypeVar("P")
VALID_SECONDS = 1.0
"""Longest time for which a page is used: bounds how late a change of another process applies."""
_MOST = 100
_METRICS = CacheMetrics("models")


class PageCache(Generic[P]):
    """Pages that were read less than a second ago, by what was asked for.

    Every ``ModelsChanged`` that this process commits empties it. Requests that ask for the same page at
    the same time share one query. A page is kept from its second read
    on, so that a single request leaves nothing behind.
    """

    def __init__(self) -> None:
        self._entries: dict[object, tuple[P | None, float]] = {}
        self._reading: dict[object, asyncio.Task[P]] = {}
        self._generation = 0

    async def get(self, wanted: object, read: Callable[[], Awaitable[P]]) -> P:
        """Return the page, from memory or with ``read``."""
        before = self._entries.get(wanted)
        began = time.monotonic()
        is_recent = before is not None and began - before[1] < VALID_SECONDS
        page = before[0] if before is not None and is_recent else None
        _METRICS.count(is_hit=page is not None)
        if page is not None:
            return page
        reading = self._reading.get(wanted)
        if reading is None:
            work = self._read(wanted, read, began, self._generation)
            reading = self._reading[wanted] = asyncio.create_task(work)
        return await asyncio.shield(reading)

    async def _read(
        self, wanted: object, read: Callable[[], Awaitable[P]], began: float, generation: int
    ) -> P:
        try:
            page = await read()
        finally:
            if generation == self._generation:
                self._reading.pop(wanted, None)
        if generation == self._generation:
            before = self._entries.pop(wanted, None)  # moves it to the end
            self._entries[wanted] = (page if before is not None else None, began)
            if len(self._entries) > _MOST:
                del self._entries[next(iter(self._entries))]
        return page

    def on_commit(self, event: Event) -> None:
        """Forget everything if an event that this process commits changes the catalogue."""
        if isinstance(event, ModelsChanged):
            self._entries.clear()
            self._reading.clear()  # what is being read may miss the change
            self._generation += 1
