"""Publish the progress of background work, at most ten times a second."""

import time

from redis.exceptions import RedisError

from genonaut.catalog.messages import ModelsRefreshProgressed, Phase, ProgressFrame
from genonaut.realtime import Bus

_INTERVAL_SECONDS = 0.1


class ModelProgressPublisher:
    """Publishes progress; drops frames that follow too fast or cannot be sent."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._published_at = float("-inf")

    async def publish(
        self, phase: Phase, done: int, total: int, *, detail: str = "", unit: str = "models"
    ) -> None:
        """Publish unless the last frame was just sent; the frame with ``done == total`` is always sent."""
        now = time.monotonic()
        if now - self._published_at < _INTERVAL_SECONDS and done < total:
            return
        self._published_at = now
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
            return  # no client can receive it anyway
