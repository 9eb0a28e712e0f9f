"""Prometheus metrics of the background loops of an API process."""

from prometheus_client import Counter, Gauge

_UP = Gauge(
    "genonaut_background_loop_up", "1 while a background loop runs, 0 while it fails.", ["loop"]
)
_ENDS = Counter(
    "genonaut_background_loop_ends", "How often a background loop ended unexpectedly.", ["loop"]
)


def record_loop_state(name: str, is_failing: bool) -> None:
    """Update the metrics of a loop that starts, ends or is stable again."""
    _UP.labels(name).set(0 if is_failing else 1)
    if is_failing:
        _ENDS.labels(name).inc()
