"""The worker process from start to stop."""

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import AsyncIterator
from importlib.metadata import version
from uuid import uuid4

import msgspec
import PIL.WebPImagePlugin  # noqa: F401 - else the first image would wait for Pillow
import structlog
from redis.exceptions import RedisError

from genonaut.catalog.refresh.scheduler import schedule_catalog_tasks
from genonaut.config.settings import Settings
from genonaut.core.background_loops import BackgroundLoops
from genonaut.core.clock import utcnow
from genonaut.core.logging import configure_logging
from genonaut.core.messages import Task
from genonaut.core.metrics import WAKE_UPS_SWEPT, record_loop_state
from genonaut.db import DatabaseError
from genonaut.jobs.backends.monitor import BackendMonitor
from genonaut.jobs.backends.repository import BackendRepository
from genonaut.jobs.messages import CONTROL_TOPIC, CancelCommand, WakeRender
from genonaut.jobs.queue.sweeper import Sweep, SweepClock
from genonaut.jobs.rendering.heartbeat import Heartbeat
from genonaut.jobs.rendering.progress_publisher import ProgressPublisher
from genonaut.jobs.rendering.renderer import Renderer
from genonaut.jobs.rendering.storage_monitor import StorageMonitor
from genonaut.jobs.rendering.supervisor import RenderSupervisor
from genonaut.jobs.tables import Worker
from genonaut.monitoring.watch import Watch
from genonaut.notifications.webhooks.handlers import sweep_webhooks
from genonaut.realtime import Hub, MailboxClosedError
from genonaut.runtime import Runtime, open_runtime, tracing_options
from genonaut.searches.alerts import run_alerts
from genonaut.tracing.spans import tracing
from genonaut.worker.arq_loop import serve_queue
from genonaut.worker.housekeeping import run_housekeeping
from genonaut.worker.metrics_server import MetricsServer
from genonaut.worker.recycling import Recycling
from genonaut.worker.tasks import run_background

log = structlog.get_logger()
_WAKE_PLACES = 4
_WAKE_SECONDS = 1.0
_BACKGROUND_PLACES = 8


class WorkerProcess:
    """The loops of one worker; ``run`` returns after an orderly stop."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        settings = runtime.settings
        self.row = Worker(
            id=uuid4(),
            hostname=socket.gethostname()[:255],
            pid=os.getpid(),
            version=version("genonaut"),
            backends=[backend.name for backend in settings.backends],
            started_at=utcnow(),
            seen_at=utcnow(),
            slots=sum(one.slots for one in settings.backends if one.enabled),
        )
        self._hub = Hub(settings.redis.url, settings.redis.namespace, patterns=["control"])
        self._monitor = BackendMonitor(runtime)
        self.heartbeat = Heartbeat(runtime, self.row.id, failing_loops=lambda: self.loops.failing)
        self._publisher = ProgressPublisher(runtime)
        self._clock = SweepClock(
            settings.jobs.lease_seconds, pause_seconds=settings.jobs.sweep_seconds
        )
        self._storage = StorageMonitor(runtime, self.row)
        renderer = Renderer(
            runtime, self._monitor.backends, self.heartbeat, self._publisher, self._storage
        )
        self._recycling = Recycling(settings.worker)
        self.supervisor = RenderSupervisor(
            runtime,
            self.row.id,
            self._monitor.backends,
            self.heartbeat,
            renderer,
            storage=self._storage,
            on_end=self._recycling.note_end,
        )
        self._metrics = MetricsServer(runtime)
        self.loops = self._make_loops()

    async def run(self, stop: asyncio.Event) -> None:
        """Work until ``stop`` is set or the process has done enough, then hand back unfinished jobs."""
        # Register first: other workers retire servers that no registered worker uses.
        async with self._registered(), self._monitor.open():
            try:
                async with self.loops.running():
                    log.info(
                        "worker.started",
                        worker=str(self.row.id),
                        backends=list(self._monitor.backends),
                    )
                    await self._recycling.wait(stop)
                    await self._stop_renders()
            finally:
                log.info("worker.stopped", worker=str(self.row.id))

    def _make_loops(self) -> BackgroundLoops:
        runtime = self._runtime
        return BackgroundLoops(
            {
                "heartbeat": self.heartbeat.run,
                "progress": self._publisher.run,
                "hub": self._hub.run,
                "cancellations": self._receive_cancellations,
                "renders": self.supervisor.run,
                "backends": lambda: self._monitor.run(self.supervisor.wake),
                "sweep": self._sweep,
                "storage": lambda: self._storage.run(self.supervisor.wake),
                "watch": Watch(runtime, is_worker=True).run,
                "housekeeping": lambda: run_housekeeping(runtime),
                "wake-ups": lambda: serve_queue(
                    runtime,
                    WakeRender.queue,
                    self._wake,
                    places=_WAKE_PLACES,
                    on_wake=self.supervisor.wake,
                ),
                "tasks": lambda: serve_queue(
                    runtime, Task.queue, self._run_task, places=_BACKGROUND_PLACES
                ),
                "webhooks": lambda: sweep_webhooks(runtime),
                "search-alerts": lambda: run_alerts(runtime),
                "catalogue": lambda: schedule_catalog_tasks(runtime),
                **({"metrics": self._metrics.run} if self._metrics.is_enabled else {}),
            },
            on_change=record_loop_state,
        )

    async def _stop_renders(self) -> None:
        try:
            await self.supervisor.stop()
        except (RedisError, OSError) as error:
            log.warning("worker.wake_up_unsent", error=type(error).__name__)

    @contextlib.asynccontextmanager
    async def _registered(self) -> AsyncIterator[None]:
        async with self._runtime.begin() as uow:
            await BackendRepository(uow.session).add_worker(self.row)
        try:
            yield
        finally:
            with contextlib.suppress(
                DatabaseError, OSError
            ):  # other workers notice the missing heartbeat
                async with self._runtime.begin() as uow:
                    await BackendRepository(uow.session).stop_worker(self.row)

    async def _wake(self, payload: bytes) -> None:
        try:
            msgspec.msgpack.decode(payload, type=WakeRender)
        except msgspec.MsgspecError as error:
            log.warning("task.unknown", error=str(error))
            return
        # The bell has woken the supervisor already, unless this process was not listening.
        self.supervisor.wake_if_any_wait()

    async def _run_task(self, payload: bytes) -> None:
        await run_background(self._runtime, payload)

    async def _receive_cancellations(self) -> None:
        """Forward cancel messages; the heartbeat finds those that were lost."""
        while True:
            try:
                async with self._hub.watch([CONTROL_TOPIC]) as mailbox:
                    while True:
                        delivery = await mailbox.get()
                        command = msgspec.json.decode(delivery.frame, type=CancelCommand)
                        self.heartbeat.cancel_job(command.job_id)
            except (MailboxClosedError, msgspec.MsgspecError) as error:
                log.debug("worker.control_interrupted", reason=str(error))
                await asyncio.sleep(0.1)

    async def _sweep(self) -> None:
        settings = self._runtime.settings.jobs
        while True:
            await asyncio.sleep(settings.sweep_seconds)
            try:
                async with asyncio.timeout(settings.sweep_seconds * 6):
                    await self._sweep_once()
            except (DatabaseError, OSError, TimeoutError) as error:
                self._clock.reset()
                log.warning("sweep.failed", error=type(error).__name__)

    async def _sweep_once(self) -> None:
        async with self._runtime.begin() as uow:
            sweep = Sweep(uow, self._runtime.settings.jobs)
            due = await sweep.run(self._clock, has_reported_all=self._monitor.has_reported_all)
        if due:
            # This worker checks at once, even without Redis; others are woken through Redis.
            self.supervisor.wake()
            await self._wake_others(due)

    async def _wake_others(self, number: int) -> None:
        """Send wake-ups; without Redis other workers check when they send their next report."""
        try:
            async with asyncio.timeout(_WAKE_SECONDS):
                await self._runtime.queue.send_all([WakeRender()] * number)
            WAKE_UPS_SWEPT.inc(number)
        except (RedisError, OSError, TimeoutError) as error:
            log.warning("redis.wake_up_unsent", error=type(error).__name__)


async def serve(settings: Settings) -> None:
    """Run a worker until SIGTERM or SIGINT.

    Raises:
        SettingsError: the database or Redis is not configured.
        UnavailableError: the database has the schema of another version.
    """
    configure_logging(level=settings.logging.level, style=settings.logging.format)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, stop.set)
    async with (
        tracing(tracing_options(settings, service="genonaut-worker")),
        open_runtime(settings, application="genonaut-worker") as runtime,
    ):
        await WorkerProcess(runtime).run(stop)
