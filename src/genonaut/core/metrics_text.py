"""The metrics of this process, or of all processes that share a port, in the text format."""

import os

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

CONTENT_TYPE = CONTENT_TYPE_LATEST
_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""Set for processes that share a port: they then keep their metrics in this directory."""


def metrics_text() -> bytes:
    """Return all metrics."""
    if _VARIABLE not in os.environ:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
