"""Values that the requests of a process share for a short time."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import msgspec


class _Entry(msgspec.Struct, frozen=True):
    value: Any
    stored_at: float
    until: float


class ShortCache:
    """Keeps values for seconds, so that many readers cost one query."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._entries: dict[str, _Entry] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    def find(self, key: str) -> Any | None:  # noqa: ANN401 - as stored
        """Return the value; None if there is none or it is too old."""
        entry = self._entries.get(key)
        return None if entry is None or entry.until <= self._clock() else entry.value

    def age(self, key: str) -> float | None:
        """Return how many seconds ago the value was stored, also of one that is too old."""
        entry = self._entries.get(key)
        return None if entry is None else self._clock() - entry.stored_at

    def store(self, key: str, value: object, *, seconds: float) -> None:
        """Keep a value for so many seconds."""
        now = self._clock()
        self._entries[key] = _Entry(value, now, now + seconds)

    def forget(self, key: str) -> None:
        """Remove a value."""
        self._entries.pop(key, None)

    def lock(self, key: str) -> asyncio.Lock:
        """Return the lock for making the value, so that one task does while the others wait."""
        return self._locks.setdefault(key, asyncio.Lock())
