"""Pause the queue or one backend: no job is started, running jobs continue."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import structlog
from redis.exceptions import RedisError
from sqlalchemy import ColumnElement, delete, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.accounts.audit import AuditLog
from genonaut.core.errors import InvalidInputError
from genonaut.jobs.messages import WakeRender
from genonaut.jobs.queue.waiting_reasons import update_reasons
from genonaut.jobs.tables import ComfyuiBackend, QueuePause
from genonaut.runtime import RELEASE_SECONDS, Runtime

log = structlog.get_logger()
WHOLE_QUEUE = ""
"""The ``backend`` of a pause of the whole queue; no backend has an empty name."""


class PauseService:
    """Pauses and resumes on behalf of one administrator; both are idempotent."""

    def __init__(self, runtime: Runtime, user_id: UUID) -> None:
        self._runtime = runtime
        self._user_id = user_id

    async def pause(self, backend: str | None, reason: str | None) -> None:
        """Start no job on any backend (None) or on one, until ``resume``.

        No job is claimed after this returns; running jobs continue. If a pause exists, only its
        reason is replaced.

        Raises:
            InvalidInputError: no such backend is enabled.
        """
        name = backend or WHOLE_QUEUE
        async with self._runtime.begin() as uow:
            await _lock_backends(uow.session, backend)
            statement = insert(QueuePause).values(
                backend=name, reason=reason, paused_by=self._user_id
            )
            await uow.session.execute(
                statement.on_conflict_do_update(
                    index_elements=["backend"], set_={"reason": statement.excluded.reason}
                )
            )
            await AuditLog(uow.session).record("queue.paused", _subject(backend), reason=reason)
        await self._update_reasons()

    async def resume(self, backend: str | None) -> None:
        """End a pause and wake the workers; does nothing if there is none.

        Raises:
            InvalidInputError: no such backend is enabled.
        """
        async with self._runtime.begin() as uow:
            slots = await _lock_backends(uow.session, backend)
            ended = await uow.session.scalar(
                delete(QueuePause)
                .where(QueuePause.backend == (backend or WHOLE_QUEUE))
                .returning(QueuePause.backend)
            )
            if ended is None:
                return
            await AuditLog(uow.session).record("queue.resumed", _subject(backend))
        await self._update_reasons()
        await self._wake(slots)

    async def _update_reasons(self) -> None:
        # In a transaction of its own: claims must not wait while many rows are written.
        async with self._runtime.begin() as uow:
            await update_reasons(uow.session)

    async def _wake(self, number: int) -> None:
        """Send one wake-up per slot; the sweep sends lost ones again."""
        try:
            async with asyncio.timeout(RELEASE_SECONDS):
                await self._runtime.queue.send_all([WakeRender()] * number)
        except (RedisError, OSError, TimeoutError) as error:
            log.warning("queue.wake_up_failed", error=type(error).__name__)


async def pauses(session: AsyncSession) -> Sequence[QueuePause]:
    """Return all pauses; that of the whole queue first."""
    return (await session.scalars(select(QueuePause).order_by(QueuePause.backend))).all()


def is_not_paused() -> ColumnElement[bool]:
    """Return the condition that neither the backend nor the whole queue is paused."""
    return ~exists().where(QueuePause.backend.in_([WHOLE_QUEUE, ComfyuiBackend.name]))


async def _lock_backends(session: AsyncSession, backend: str | None) -> int:
    """Lock the backends against claims until the commit; return their number of slots."""
    query = select(ComfyuiBackend.name, ComfyuiBackend.slots).where(ComfyuiBackend.enabled)
    if backend is not None:
        query = query.where(ComfyuiBackend.name == backend)
    # In the order in which claims lock them.
    query = query.order_by(ComfyuiBackend.name).with_for_update()
    found = (await session.execute(query)).all()
    if backend is not None and not found:
        raise InvalidInputError.of("backend", f"there is no ComfyUI server {backend!r}")
    return sum(slots for _, slots in found)


def _subject(backend: str | None) -> str:
    return "queue" if backend is None else f"backend:{backend}"
