"""Watch the installation: alerts, statistics and storage; one process at a time does each."""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import structlog
from redis.exceptions import RedisError
from sqlalchemy import func, select

from genonaut.content.storage_quota import users_to_warn
from genonaut.content.storage_tables import StorageUsage
from genonaut.content.usage import measure_storage
from genonaut.core.clock import utcnow
from genonaut.core.errors import GenonautError, NotFoundError
from genonaut.core.sizes import format_bytes
from genonaut.db import DatabaseError, UnitOfWork
from genonaut.db.advisory_locks import AdvisoryLock, try_lock_transaction
from genonaut.monitoring.alerts import AlertService
from genonaut.monitoring.conditions import (
    CHECKS,
    AlertKind,
    Condition,
    api_loops_failing,
    loops_failing,
    no_worker,
)
from genonaut.monitoring.job_statistics import roll_up
from genonaut.notifications.dispatcher import Announcement, NotificationDispatcher
from genonaut.notifications.tables import NotificationType
from genonaut.runtime import Runtime

log = structlog.get_logger()
MEASURED_AGAIN_AFTER = timedelta(minutes=5)
_CHECKS_UNTIL_END = 2
Step = Callable[[], Awaitable[None]]


class Watch:
    """Checks of a worker (all conditions) or of the API (whether workers run, and background loops)."""

    def __init__(
        self,
        runtime: Runtime,
        *,
        is_worker: bool,
        failing_loops: Callable[[], Sequence[str]] = tuple,
    ) -> None:
        """Prepare the checks.

        Args:
            runtime: the open connections.
            is_worker: whether this process is a worker.
            failing_loops: returns the failing loops of this process, if it is an API process. Those
                of workers are in the database.
        """
        self._runtime = runtime
        self._is_worker = is_worker
        self._failing_loops = failing_loops
        self._started_at = utcnow()
        self._pause_seconds = runtime.settings.alerts.check_seconds

    async def run(self) -> None:
        """Check until cancelled; the first time after one interval."""
        while True:
            await asyncio.sleep(self._pause_seconds)
            await self.check()

    async def check(self) -> None:
        """Do everything that is due once; a failure is logged and does not stop the rest."""
        steps: dict[str, Step] = {}
        if self._runtime.settings.alerts.is_enabled:
            steps["alerts"] = self.check_alerts
        if self._is_worker:
            steps |= {"statistics": self._roll_up, "storage": self._measure}
        for name, step in steps.items():
            try:
                await step()
            except (DatabaseError, RedisError, OSError, GenonautError) as error:
                log.warning("watch.failed", step=name, error=type(error).__name__)

    async def check_alerts(self) -> None:
        """Check the conditions, and begin and end alerts, unless another process does so now."""
        found = await self._disk()
        await self._report_loops()
        async with self._runtime.begin() as uow:
            if not await try_lock_transaction(uow.session, AdvisoryLock.ALERTS):
                return
            found += await no_worker(uow.session, self._runtime.settings, self._started_at)
            checked = {AlertKind.NO_WORKER, AlertKind.LOOP_FAILING}
            if not self._is_worker:
                found += await loops_failing(uow.session, self._runtime.settings)
            else:
                found += await self._conditions(uow)
                checked = set(AlertKind)
            await AlertService(uow).update(found, checked=checked, quiet=self._quiet)

    @property
    def _quiet(self) -> timedelta:
        return timedelta(seconds=self._pause_seconds * _CHECKS_UNTIL_END)

    async def _report_loops(self) -> None:
        """Report the failing loops of this process; it does so in every check, others cannot."""
        failing = api_loops_failing(self._failing_loops(), host=socket.gethostname())
        if failing:
            async with self._runtime.begin() as uow:
                await AlertService(uow).update(failing, checked=(), quiet=self._quiet)

    async def _conditions(self, uow: UnitOfWork) -> list[Condition]:
        settings = self._runtime.settings
        return [
            condition
            for check in CHECKS.values()
            for condition in await check(uow.session, settings)
        ]

    async def _disk(self) -> list[Condition]:
        limit = self._runtime.settings.alerts.disk_free_bytes
        space = await self._runtime.store.disk_space() if self._is_worker and limit else None
        if space is None or space.free_bytes >= limit:
            return []
        return [
            Condition(
                kind=AlertKind.DISK_LOW,
                title="The disk with the images is nearly full",
                message=f"{format_bytes(space.free_bytes)} are free; the limit is {format_bytes(limit)}. "
                "Delete images, empty the trash, or set a retention policy.",
                details={"free_bytes": space.free_bytes, "total_bytes": space.total_bytes},
            )
        ]

    async def _roll_up(self) -> None:
        await roll_up(self._runtime)

    async def _measure(self) -> None:
        async with self._runtime.begin() as uow:
            if not await try_lock_transaction(uow.session, AdvisoryLock.STORAGE_USAGE):
                return
            due = func.max(StorageUsage.measured_at) < func.now() - MEASURED_AGAIN_AFTER
            if await uow.session.scalar(select(func.coalesce(due, True))):  # SQL
                await measure_storage(uow.session)
                await self._warn_of_quotas(uow)

    async def _warn_of_quotas(self, uow: UnitOfWork) -> None:
        quota = self._runtime.settings.storage.quota_bytes
        for user_id, used, limit in await users_to_warn(uow.session, quota):
            announcement = Announcement(
                title="Your storage is nearly full",
                message=f"You store {format_bytes(used)} of images, with the trash; "
                f"{format_bytes(limit)} are allowed. Without room you cannot generate images. "
                "Delete images and empty the trash, or ask an administrator for more.",
                notification_type=NotificationType.SYSTEM,
            )
            with contextlib.suppress(NotFoundError):  # deactivated meanwhile
                await NotificationDispatcher(uow).announce(announcement, user_id=user_id)
