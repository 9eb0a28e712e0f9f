"""Prometheus metrics of requests by route.

Same names and labels as the middleware of Litestar's Prometheus plugin, which looks up each metric and
builds its labels again for each request: that took a fifth of the time of a read by its id.
"""

import time
from functools import lru_cache

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from prometheus_client import Counter, Gauge, Histogram

_LABELS = ("method", "path", "status_code", "app_name")
_APP = "genonaut"
_SERVER_ERROR = 500
_TOTAL = Counter("genonaut_requests_total", "Total requests", _LABELS)
_SECONDS = Histogram("genonaut_request_duration_seconds", "Request duration, in seconds", _LABELS)
_ERRORS = Counter("genonaut_requests_error_total", "Total errors in requests", _LABELS)
_IN_PROGRESS = Gauge(
    "genonaut_requests_in_progress",
    "Total requests currently in progress",
    _LABELS,
    multiprocess_mode="livesum",
)


@lru_cache(maxsize=10_000)
def _running(method: str, path: str) -> Gauge:
    return _IN_PROGRESS.labels(method, path, 200, _APP)


@lru_cache(maxsize=10_000)
def _ended(method: str, path: str, status: int) -> tuple[Counter, Histogram]:
    labels = (method, path, status, _APP)
    return _TOTAL.labels(*labels), _SECONDS.labels(*labels)


def request_metrics(app: ASGIApp) -> ASGIApp:
    """Return a middleware that counts and times the requests of each route."""

    async def measure(scope: Scope, receive: Receive, send: Send) -> None:
        kind = scope["type"]
        method = str(scope["method"]) if kind == ScopeType.HTTP else str(kind)  # type: ignore[typeddict-item]
        path = scope["path_template"]
        status, began, seconds = 200, time.perf_counter(), 0.0

        async def note(message: Message) -> None:
            nonlocal status, seconds
            if message["type"] == "http.response.start":
                status = message["status"]
            elif message["type"] == "http.response.body":
                seconds = time.perf_counter() - began
            await send(message)

        running = _running(method, path)
        running.inc()
        try:
            await app(scope, receive, note)
        finally:
            running.dec()
            total, duration = _ended(method, path, status)
            total.inc()
            duration.observe(seconds)
            if status >= _SERVER_ERROR:
                _ERRORS.labels(method, path, status, _APP).inc()

    return measure
