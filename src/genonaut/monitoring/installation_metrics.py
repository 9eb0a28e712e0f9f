"""Metrics of the whole installation, read from the stores at most every ten seconds.

All API processes share one reading through Redis, so that the load on PostgreSQL does not grow with
their number.
"""

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence

import msgspec
import structlog
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from redis.exceptions import RedisError

from genonaut.core.messages import Task
from genonaut.db import DatabaseError
from genonaut.jobs.messages import WakeRender
from genonaut.monitoring.snapshot import BackendReading, InstallationReading, read_installation
from genonaut.runtime import Runtime
from genonaut.storage.disk import DiskSpace
from genonaut.storage.errors import StorageError

log = structlog.get_logger()
READ_SECONDS = 10.0
"""How old a reading may be."""
_REDIS_SECONDS = 1.0
_QUEUES = (Task.queue, WakeRender.queue)


class InstallationMetrics(Collector):
    """Reads the installation for ``/metrics``; concurrent requests share one reading.

    The samples are made for each scrape instead of being kept as gauges: gauges of processes that
    share a port are files, in which the sample of a ComfyUI server or state that is gone would stay.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._in_progress = asyncio.Lock()
        self._read_at = float("-inf")
        self.reading: InstallationReading | None = None
        """The last reading; None while the database does not answer."""
        self._queue_lengths: dict[str, int] | None = None
        self._space: DiskSpace | None = None
        self._key = f"{runtime.settings.redis.namespace}:metrics:installation"
        self.registry = CollectorRegistry()
        self.registry.register(self)

    async def refresh(self) -> None:
        """Read the installation again if the last reading is older than ten seconds."""
        async with self._in_progress:
            if time.monotonic() - self._read_at >= READ_SECONDS:
                self.reading = await self._read()
                self._queue_lengths = await self._read_queues()
                self._space = await self._read_disk()
                self._read_at = time.monotonic()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Return the metrics of the last reading; what is unknown has no sample."""
        yield from _installation(self.reading)
        yield from _backends(() if self.reading is None else self.reading.backends)
        lengths, space = self._queue_lengths, self._space
        yield _value(
            "genonaut_redis_up", "1 if Redis answered the last reading.", lengths is not None
        )
        arq = "Tasks of ARQ that wait or run, by queue."
        yield _family("genonaut_arq_queue_length", arq, "queue", lengths or {})
        free = {} if space is None else {"images": space.free_bytes}
        total = {} if space is None else {"images": space.total_bytes}
        description = "Free bytes of the local file system."
        yield _family("genonaut_storage_free_bytes", description, "store", free)
        description = "Size of the local file system."
        yield _family("genonaut_storage_total_bytes", description, "store", total)

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

    async def _read_queues(self) -> dict[str, int] | None:
        """Return the lengths of the queues; None while Redis does not answer."""
        try:
            async with asyncio.timeout(_REDIS_SECONDS):
                return {name: await self._runtime.queue.length(name) for name in _QUEUES}
        except (RedisError, OSError, TimeoutError):
            return None

    async def _read_disk(self) -> DiskSpace | None:
        try:
            return await self._runtime.store.disk_space()
        except StorageError as error:
            log.warning("metrics.disk_unreadable", error=str(error))
            return None


def _installation(reading: InstallationReading | None) -> Iterator[GaugeMetricFamily]:
    description = "1 if PostgreSQL answered the last reading."
    yield _value("genonaut_database_up", description, reading is not None)
    jobs = {} if reading is None else reading.jobs
    yield _family("genonaut_jobs", "Jobs that have not ended, by status.", "status", jobs)
    stored = {} if reading is None else reading.storage_bytes
    yield _family("genonaut_storage_bytes", "Stored bytes by kind.", "kind", stored)
    items = {} if reading is None else reading.storage_items
    description = "Items in the gallery and in the trash."
    yield _family("genonaut_storage_items", description, "kind", items)
    alerts = {} if reading is None else reading.alerts
    yield _family("genonaut_alerts_active", "Active alerts by kind.", "kind", alerts)
    description = "Age of the oldest waiting job; 0: none waits."
    oldest = None if reading is None else reading.oldest_waiting_seconds
    yield _value("genonaut_queue_oldest_seconds", description, oldest)
    workers = None if reading is None else reading.workers
    yield _value("genonaut_workers", "Workers with a recent heartbeat.", workers)
    failing = None if reading is None else reading.failing_loops
    description = "Background loops that fail in any worker."
    yield _value("genonaut_worker_loops_failing", description, failing)
    pending = None if reading is None else reading.pending_deliveries
    description = "Webhook deliveries not yet ended."
    yield _value("genonaut_webhook_deliveries_pending", description, pending)


def _backends(backends: Sequence[BackendReading]) -> Iterator[GaugeMetricFamily]:
    up = {one.name: float(one.is_up) for one in backends}
    yield _family("genonaut_backend_up", "1 if the ComfyUI server answers.", "backend", up)
    slots = GaugeMetricFamily(
        "genonaut_backend_slots", "Slots of a ComfyUI server.", labels=["backend", "state"]
    )
    for one in backends:
        slots.add_metric([one.name, "used"], one.slots_used)
        slots.add_metric([one.name, "free"], max(one.slots - one.slots_used, 0))
    yield slots
    queues = {one.name: one.queue_length for one in backends if one.queue_length is not None}
    description = "Prompts in the queue of a ComfyUI server."
    yield _family("genonaut_backend_queue_length", description, "backend", queues)


def _value(name: str, description: str, value: float | None) -> GaugeMetricFamily:
    """Return a metric without labels; None: without a sample."""
    family = GaugeMetricFamily(name, description)
    if value is not None:
        family.add_metric([], float(value))
    return family


def _family(
    name: str, description: str, label: str, values: Mapping[str, float]
) -> GaugeMetricFamily:
    """Return a metric with one label."""
    family = GaugeMetricFamily(name, description, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family
