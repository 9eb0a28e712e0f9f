"""Prompts that wait, the one that runs, and those that ran."""

import asyncio
import heapq
from collections.abc import Callable
from typing import Any

# (number, prompt id, graph, extra data, outputs). A plain tuple on purpose: ComfyUI orders its heap
# by comparing these, which raises when number and id are equal and the graphs differ.
QueuedPrompt = tuple[float, str, dict[str, Any], Any, list[str]]

MAX_HISTORY = 10_000  # Source: ComfyUI execution.py, MAXIMUM_HISTORY_SIZE


class PromptQueue:
    """The queue of one server; everything in it dies with a restart."""

    def __init__(self, announce: Callable[[], None]) -> None:
        self._announce = announce
        self._filled = asyncio.Event()
        self.pending: list[QueuedPrompt] = []
        self.running: list[QueuedPrompt] = []
        self.history: dict[str, Any] = {}

    @property
    def remaining(self) -> int:
        """How many prompts wait or run: the number in every ``status``."""
        return len(self.pending) + len(self.running)

    def put(self, item: QueuedPrompt) -> None:
        """Queue a prompt.

        Raises:
            TypeError: An entry with the same number and id but another graph waits already; the
                prompt is queued all the same, and nothing runs any more.
        """
        self._filled.set()
        heapq.heappush(self.pending, item)
        self._announce()

    async def filled(self) -> QueuedPrompt:
        """Wait until a prompt is waiting; return the next one without taking it."""
        while not self.pending:
            self._filled.clear()
            await self._filled.wait()
        return self.pending[0]

    def is_pending(self, item: QueuedPrompt) -> bool:
        """Tell whether this very entry is still pending."""
        return any(pending is item for pending in self.pending)

    def take(self) -> QueuedPrompt:
        """Mark the next prompt as running.

        Raises:
            TypeError: Two entries cannot be ordered (see put).
        """
        item = heapq.heappop(self.pending)
        self.running.append(item)
        self._announce()
        return item

    def finish(self, item: QueuedPrompt, entry: dict[str, Any] | None) -> None:
        """Move a prompt from running to the history in one go; None leaves no trace of it."""
        self.running.remove(item)
        if entry is not None:
            if len(self.history) > MAX_HISTORY:
                self.history.pop(next(iter(self.history)))
            self.history[item[1]] = entry
        self._announce()

    def delete(self, prompt_id: Any) -> bool:  # noqa: ANN401  # whatever the client sent
        """Drop the first waiting entry with this id; tell whether there was one."""
        for index, item in enumerate(self.pending):
            if item[1] == prompt_id:
                del self.pending[index]
                heapq.heapify(self.pending)
                self._announce()
                return True
        return False

    def clear(self) -> None:
        """Drop everything that waits; what runs goes on."""
        self.pending.clear()
        self._announce()

    def history_page(self, max_items: int | None, offset: int) -> dict[str, Any]:
        """Return history entries, oldest first.

        Args:
            max_items: At most so many; the newest ones unless ``offset`` says otherwise.
            offset: Where to start, counted from the oldest; below 0 means: as to get the newest.
        """
        keys = list(self.history)
        if offset < 0:
            offset = 0 if max_items is None else max(0, len(keys) - max_items)
        end = None if max_items is None else offset + max_items
        return {key: self.history[key] for key in keys[offset:end]}
