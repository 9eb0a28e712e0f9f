"""Waiting, running and finished prompts of one server."""

import asyncio
import heapq
from collections.abc import Callable
from typing import Any

# (number, prompt id, graph, extra data, outputs). A plain tuple, because ComfyUI orders its heap by
# comparing these, which raises if number and id are equal and the graphs differ.
QueuedPrompt = tuple[float, str, dict[str, Any], Any, list[str]]

MAX_HISTORY = 10_000  # Source: ComfyUI execution.py, MAXIMUM_HISTORY_SIZE


class PromptQueue:
    """The queue of one server; a restart loses its content."""

    def __init__(self, announce: Callable[[], None]) -> None:
        self._announce = announce
        self._filled = asyncio.Event()
        self.pending: list[QueuedPrompt] = []
        self.running: list[QueuedPrompt] = []
        self.history: dict[str, Any] = {}

    @property
    def remaining(self) -> int:
        """Number of waiting and running prompts, as in every ``status`` frame."""
        return len(self.pending) + len(self.running)

    def put(self, item: QueuedPrompt) -> None:
        """Queue a prompt.

        Raises:
            TypeError: An entry with the same number and id but another graph is waiting; the prompt
                is queued nevertheless, and no prompt runs from then on.
        """
        self._filled.set()
        heapq.heappush(self.pending, item)
        self._announce()

    async def filled(self) -> QueuedPrompt:
        """Wait for a prompt; return the next one without removing it."""
        while not self.pending:
            self._filled.clear()
            await self._filled.wait()
        return self.pending[0]

    def is_pending(self, item: QueuedPrompt) -> bool:
        """Return whether this entry is still pending."""
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
        """Move a prompt from running to the history; with None it leaves no entry."""
        self.running.remove(item)
        if entry is not None:
            if len(self.history) > MAX_HISTORY:
                self.history.pop(next(iter(self.history)))
            self.history[item[1]] = entry
        self._announce()

    def delete(self, prompt_id: Any) -> bool:  # noqa: ANN401  # any JSON value
        """Delete the first waiting entry with this id; return whether there was one."""
        for index, item in enumerate(self.pending):
            if item[1] == prompt_id:
                del self.pending[index]
                heapq.heapify(self.pending)
                self._announce()
                return True
        return False

    def clear(self) -> None:
        """Delete all waiting prompts; running ones continue."""
        self.pending.clear()
        self._announce()

    def history_page(self, max_items: int | None, offset: int) -> dict[str, Any]:
        """Return history entries, oldest first.

        Args:
            max_items: Maximum number; the newest ones unless ``offset`` is given.
            offset: First entry, counted from the oldest; negative means the newest entries.
        """
        keys = list(self.history)
        if offset < 0:
            offset = 0 if max_items is None else max(0, len(keys) - max_items)
        end = None if max_items is None else offset + max_items
        return {key: self.history[key] for key in keys[offset:end]}
