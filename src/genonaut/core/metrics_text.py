"""The metrics of this process, or of all processes that share a port, in the text format."""

import os

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

CONTENT_TYPE = CONTENT_TYPE_LATEST
_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""Set for processes that share a port: they then keep their metrics in this directory."""


def is_shared() -> bool:
    """Return whether several processes share a port, and any of them answers for all."""
    return _VARIABLE in os.environ


def metrics_text(*more: CollectorRegistry) -> bytes:
    """Return all metrics, with those of further registries."""
    own = REGISTRY
    if is_shared():
        own = CollectorRegistry()
        MultiProcessCollector(own)  # type: ignore[no-untyped-call]
    return b"".join(generate_latest(registry) for registry in (own, *more))
