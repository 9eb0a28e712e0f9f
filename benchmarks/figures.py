"""Percentiles in milliseconds."""

import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """Return p50, p95 and the number of samples; times in milliseconds."""
    ordered = sorted(seconds)

    def at(share: float) -> float:
        return round(1000 * ordered[min(int(len(ordered) * share), len(ordered) - 1)], 2)

    return {"p50_ms": at(0.5), "p95_ms": at(0.95), "samples": len(ordered)}


def difference(longer: dict[str, float], floor: dict[str, float]) -> dict[str, float]:
    """Return the difference to the floor, for each percentile."""
    return {key: round(longer[key] - floor[key], 2) for key in ("p50_ms", "p95_ms")}


async def timed(act: Callable[[], Awaitable[Any]], samples: int) -> dict[str, float]:
    """Return the percentiles of consecutive calls."""
    for _ in range(10):
        await act()
    seconds = []
    for _ in range(samples):
        began = time.perf_counter()
        await act()
        seconds.append(time.perf_counter() - began)
    return percentiles(seconds)
