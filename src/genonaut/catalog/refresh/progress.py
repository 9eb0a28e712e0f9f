"""Telling how far background work has come, at most ten times a second."""

import time

from redis.exceptions import RedisError

from genonaut.catalog.messages import ModelsRefreshProgressed, Phase, ProgressFrame
from genonaut.realtime import Bus

_INTERVAL_SECONDS = 0.1


class ModelProgressPublisher:
    """Publishes progress; what comes too fast, or cannot be sent, is left out."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._told_at = float("-inf")

    async def tell(
        self, phase: Phase, done: int, total: int, *, detail: str = "", unit: str = "models"
    ) -> None:
        """Publish, unless something was a moment ago; an end is always told."""
        now = time.monotonic()
        if now - self._told_at < _INTERVAL_SECONDS and done < total:
            return
        self._told_at = now
        frame = ProgressFrame(
            phase=phase,
            done=done,
            total=total,
            unit="bytes" if unit == "bytes" else "models",
            detail=detail,
        )
        try:
            await self._bus.publish([ModelsRefreshProgressed(frame)])
        except (RedisError, OSError):
            return  # nobody can watch at the moment
