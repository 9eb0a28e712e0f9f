"""Percentiles in milliseconds."""

from collections.abc import Sequence


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """Return p50, p95 and the number of samples; times in milliseconds."""
    ordered = sorted(seconds)

    def at(share: float) -> float:
        return round(1000 * ordered[min(int(len(ordered) * share), len(ordered) - 1)], 2)

    return {"p50_ms": at(0.5), "p95_ms": at(0.95), "samples": len(ordered)}


def difference(longer: dict[str, float], floor: dict[str, float]) -> dict[str, float]:
    """Return the difference to the floor, for each percentile."""
    return {key: round(longer[key] - floor[key], 2) for key in ("p50_ms", "p95_ms")}
