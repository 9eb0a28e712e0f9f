"""Metrics of the whole installation, read from the stores at most every ten seconds.

All API processes share one reading through Redis, so that the load on PostgreSQL does not grow with
their number.
"""

import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence

import msgspec
import structlog
from prometheus_client import Gauge
from redis.exceptions import RedisError

from genonaut.core.messages import Task
from genonaut.db import DatabaseError
from genonaut.jobs.messages import WakeRender
from genonaut.monitoring.snapshot import BackendReading, InstallationReading, read_installation
from genonaut.runtime import Runtime
from genonaut.storage.errors import StorageError

log = structlog.get_logger()
READ_SECONDS = 10.0
"""How old a reading may be."""
_REDIS_SECONDS = 1.0
_QUEUES = (Task.queue, WakeRender.queue)


def _gauge(name: str, description: str, labels: Sequence[str] = ()) -> Gauge:
    # Several processes behind one port: each of them has the same values.
    return Gauge(name, description, labels, multiprocess_mode="mostrecent")


_DATABASE_UP = _gauge("genonaut_database_up", "1 if PostgreSQL answered the last reading.")
_REDIS_UP = _gauge("genonaut_redis_up", "1 if Redis answered the last reading.")
_JOBS = _gauge("genonaut_jobs", "Jobs that have not ended, by status.", ["status"])
_OLDEST = _gauge("genonaut_queue_oldest_seconds", "Age of the oldest waiting job; 0: none waits.")
_BACKEND_UP = _gauge("genonaut_backend_up", "1 if the ComfyUI server answers.", ["backend"])
_SLOTS = _gauge("genonaut_backend_slots", "Slots of a ComfyUI server.", ["backend", "state"])
_BACKEND_QUEUE = _gauge(
    "genonaut_backend_queue_length", "Prompts in the queue of a ComfyUI server.", ["backend"]
)
_WORKERS = _gauge("genonaut_workers", "Workers with a recent heartbeat.")
_FAILING = _gauge("genonaut_worker_loops_failing", "Background loops that fail in any worker.")
_BYTES = _gauge("genonaut_storage_bytes", "Stored bytes by kind.", ["kind"])
_ITEMS = _gauge("genonaut_storage_items", "Items in the gallery and in the trash.", ["kind"])
_FREE = _gauge("genonaut_storage_free_bytes", "Free bytes of the local file system.", ["store"])
_TOTAL = _gauge("genonaut_storage_total_bytes", "Size of the local file system.", ["store"])
_ARQ = _gauge("genonaut_arq_queue_length", "Tasks of ARQ that wait or run, by queue.", ["queue"])
_DELIVERIES = _gauge("genonaut_webhook_deliveries_pending", "Webhook deliveries not yet ended.")
_ALERTS = _gauge("genonaut_alerts_active", "Active alerts by kind.", ["kind"])


class InstallationMetrics:
    """Reads the installation for ``/metrics``; concurrent requests share one reading."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._in_progress = asyncio.Lock()
        self._read_at = float("-inf")
        self.reading: InstallationReading | None = None
        """The last reading; None while the database does not answer."""
        self._key = f"{runtime.settings.redis.namespace}:metrics:installation"

    async def refresh(self) -> None:
        """Set the metrics, from a reading that is at most ten seconds old."""
        async with self._in_progress:
            if time.monotonic() - self._read_at >= READ_SECONDS:
                self.reading = await self._read()
                await self._record_queues()
                await self._record_disk()
                self._read_at = time.monotonic()
        _record(self.reading)

    async def _read(self) -> InstallationReading | None:
        if (shared := await self._shared()) is not None:
            return shared
        try:
            async with self._runtime.begin() as uow:
                result = await read_installation(uow.session)
        except (DatabaseError, OSError) as error:
            log.warning("metrics.database_unavailable", error=type(error).__name__)
            return None
        await self._share(result)
        return result

    async def _shared(self) -> InstallationReading | None:
        """Return the reading of another process, if it is recent."""
        try:
            async with asyncio.timeout(_REDIS_SECONDS):
                found = await self._runtime.redis.get(self._key)
            return None if found is None else msgspec.json.decode(found, type=InstallationReading)
        except (RedisError, OSError, TimeoutError, msgspec.MsgspecError):
            return None

    async def _share(self, result: InstallationReading) -> None:
        try:
            async with asyncio.timeout(_REDIS_SECONDS):
                await self._runtime.redis.set(
                    self._key, msgspec.json.encode(result), px=int(READ_SECONDS * 1000)
                )
        except (RedisError, OSError, TimeoutError):
            log.debug("metrics.not_shared")

    async def _record_queues(self) -> None:
        try:
            async with asyncio.timeout(_REDIS_SECONDS):
                lengths = {name: await self._runtime.queue.length(name) for name in _QUEUES}
        except (RedisError, OSError, TimeoutError):
            _REDIS_UP.set(0)
            _ARQ.clear()
            return
        _REDIS_UP.set(1)
        _set(_ARQ, lengths)

    async def _record_disk(self) -> None:
        try:
            space = await self._runtime.store.disk_space()
        except StorageError as error:
            log.warning("metrics.disk_unreadable", error=str(error))
            space = None
        _set(_FREE, {} if space is None else {"images": space.free_bytes})
        _set(_TOTAL, {} if space is None else {"images": space.total_bytes})


def _record(reading: InstallationReading | None) -> None:
    _DATABASE_UP.set(reading is not None)
    if reading is None:
        # No sample says more than an old one.
        for metric in (_JOBS, _BACKEND_UP, _SLOTS, _BACKEND_QUEUE, _BYTES, _ITEMS, _ALERTS):
            metric.clear()
        return
    _set(_JOBS, reading.jobs)
    _OLDEST.set(reading.oldest_waiting_seconds)
    _record_backends(reading.backends)
    _WORKERS.set(reading.workers)
    _FAILING.set(reading.failing_loops)
    _set(_BYTES, reading.storage_bytes)
    _set(_ITEMS, reading.storage_items)
    _DELIVERIES.set(reading.pending_deliveries)
    _set(_ALERTS, reading.alerts)


def _record_backends(backends: Iterable[BackendReading]) -> None:
    for metric in (_BACKEND_UP, _SLOTS, _BACKEND_QUEUE):
        metric.clear()
    for one in backends:
        _BACKEND_UP.labels(one.name).set(one.is_up)
        _SLOTS.labels(one.name, "used").set(one.slots_used)
        _SLOTS.labels(one.name, "free").set(max(one.slots - one.slots_used, 0))
        if one.queue_length is not None:
            _BACKEND_QUEUE.labels(one.name).set(one.queue_length)


def _set(metric: Gauge, values: Mapping[str, float]) -> None:
    """Set the samples of a metric with one label; samples of other values are removed."""
    metric.clear()
    for label, value in values.items():
        metric.labels(label).set(value)
