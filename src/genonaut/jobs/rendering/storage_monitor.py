"""Check that this worker can write the storage; while it cannot, it claims no job."""

import asyncio
from collections.abc import Callable

import structlog
from sqlalchemy import update

from genonaut.core.clock import utcnow
from genonaut.db import DatabaseError
from genonaut.jobs.tables import Worker
from genonaut.notifications.dispatcher import Announcement, NotificationDispatcher
from genonaut.notifications.tables import NotificationType
from genonaut.runtime import Runtime
from genonaut.storage.errors import StorageError

log = structlog.get_logger()
_CHECK_SECONDS = 30.0
_RECHECK_SECONDS = 2.0
_TITLE = "The storage cannot be written"


class StorageMonitor:
    """Writes a small file regularly; stores the result in the worker's row."""

    def __init__(self, runtime: Runtime, worker: Worker) -> None:
        self._runtime = runtime
        self._worker = worker
        self._error: str | None = None
        self._stored_error: str | None = None
        self._writable = asyncio.Event()
        self._failed = asyncio.Event()

    @property
    def is_writable(self) -> bool:
        """Return whether the last check succeeded and no write has failed since."""
        return self._writable.is_set()

    async def wait_writable(self) -> None:
        """Return once a check has succeeded."""
        await self._writable.wait()

    def report_failure(self, error: StorageError) -> None:
        """Record that a write failed, and check again soon."""
        self._set(str(error))
        self._failed.set()

    async def run(self, on_writable: Callable[[], None]) -> None:
        """Check until cancelled; call ``on_writable`` when the storage becomes writable."""
        while True:
            was_writable = self.is_writable
            await self._check()
            if self.is_writable and not was_writable:
                on_writable()
            await self._publish()
            is_settled = self.is_writable and self._error == self._stored_error
            if not is_settled:
                await asyncio.sleep(_RECHECK_SECONDS)
                continue
            self._failed.clear()
            try:
                async with asyncio.timeout(_CHECK_SECONDS):
                    await self._failed.wait()
            except TimeoutError:
                continue
            # Show the failure before the check that may clear it.
            await self._publish()
            await asyncio.sleep(_RECHECK_SECONDS)

    async def _check(self) -> None:
        try:
            await self._runtime.store.check_writable()
        except StorageError as error:
            self._set(str(error))
        else:
            self._set(None)

    def _set(self, error: str | None) -> None:
        if error is None:
            if self._error is not None:
                log.info("storage.writable")
            self._writable.set()
        else:
            if self._error is None:
                log.error("storage.not_writable", reason=error)
            self._writable.clear()
        self._error = error

    async def _publish(self) -> None:
        """Store the state if it changed, and notify the administrators of a failure once a day."""
        error = self._error
        if error == self._stored_error:
            return
        try:
            async with self._runtime.begin() as uow:
                await uow.session.execute(
                    update(Worker).where(Worker.id == self._worker.id).values(storage_error=error)
                )
                if error is not None and self._stored_error is None:
                    await NotificationDispatcher(uow).notify_administrators(
                        Announcement(
                            title=_TITLE,
                            message=f"Worker on {self._worker.hostname}: {error}. It starts no jobs "
                            "until the storage can be written; finished images wait in ComfyUI.",
                            notification_type=NotificationType.SYSTEM,
                        ),
                        dedupe_key=f"storage:{utcnow():%Y-%m-%d}",
                    )
        except (DatabaseError, OSError) as failure:  # the next round stores it
            log.warning("storage.report_failed", error=type(failure).__name__)
            return
        self._stored_error = error
