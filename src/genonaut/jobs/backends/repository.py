"""Queries on the rows of ComfyUI servers and workers."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ARRAY, Text, any_, bindparam, case, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.comfyui import redact_url
from genonaut.config.settings import BackendSettings
from genonaut.db.advisory_locks import AdvisoryLock, lock_transaction
from genonaut.jobs.backends.capability import is_capable
from genonaut.jobs.tables import ComfyuiBackend, GenerationAttempt, QueuePause, Worker

SILENT_AFTER = timedelta(seconds=30)
"""A backend without a report, or a worker without a heartbeat, for this long counts as gone."""

_RETIRED = "retired"
"""Status of a backend that is in no live worker's settings."""


class BackendRepository:
    """Queries on backends and workers; no rules, no commit."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def lock_registrations(self) -> None:
        """Keep other workers from registering or retiring servers until the transaction ends."""
        await lock_transaction(self._session, AdvisoryLock.BACKENDS)

    async def register(self, backends: Sequence[BackendSettings]) -> None:
        """Insert or update the rows of a worker's backends from its settings."""
        is_retired = ComfyuiBackend.status == _RETIRED
        status = case((is_retired, "unknown"), else_=ComfyuiBackend.status)
        # In the order of the locks of claims.
        for backend in sorted(backends, key=lambda one: one.name):
            values = {
                # Only for display: the password stays in the settings.
                "url": redact_url(backend.url),
                "slots": backend.slots,
                "enabled": backend.enabled,
            }
            await self._session.execute(
                insert(ComfyuiBackend)
                .values(name=backend.name, **values)
                .on_conflict_do_update(index_elements=["name"], set_={**values, "status": status})
            )

    async def retire_unnamed(self, names: Sequence[str]) -> None:
        """Disable backends that are neither in ``names`` nor in a live worker's settings."""
        named_elsewhere = exists().where(
            Worker.stopped_at.is_(None),
            Worker.seen_at > func.clock_timestamp() - SILENT_AFTER,
            ComfyuiBackend.name == any_(Worker.backends),
        )
        unnamed = (ComfyuiBackend.enabled, ComfyuiBackend.name.not_in(names), ~named_elsewhere)
        # In the order of the locks of claims.
        in_order = select(ComfyuiBackend.name).where(*unnamed).order_by(ComfyuiBackend.name)
        await self._session.execute(in_order.with_for_update())
        await self._session.execute(
            update(ComfyuiBackend).where(*unnamed).values(enabled=False, status=_RETIRED)
        )

    async def revive(self, name: str) -> bool:
        """Enable a backend again that was retired; return whether it was.

        Another worker retires it if its own worker was frozen or without the database for long.
        """
        revived = await self._session.execute(
            update(ComfyuiBackend)
            .where(ComfyuiBackend.name == name, ComfyuiBackend.status == _RETIRED)
            .values(enabled=True, status="unknown")
            .returning(ComfyuiBackend.name)
        )
        return revived.one_or_none() is not None

    async def report(
        self,
        name: str,
        *,
        status: str,
        version: str | None,
        queue_length: int | None,
        offers: Sequence[str] | None,
        last_error: str | None,
    ) -> None:
        """Update a backend's row; ``offers`` None keeps the known offers.

        A backend that was just retired stays retired until the next report.
        """
        values: dict[str, Any] = {
            "status": status,
            "version": version,
            "queue_length": queue_length,
            "last_error": last_error,
            "checked_at": func.clock_timestamp(),
            "down_since": None
            if status == "up"
            else func.coalesce(ComfyuiBackend.down_since, func.clock_timestamp()),
        }
        if offers is not None:
            # Kept as it is if it is equal: thousands of names would be written every few seconds.
            reported = bindparam("offers", list(offers), ARRAY(Text))
            is_new = ComfyuiBackend.offers.is_distinct_from(reported)
            values["offers"] = case((is_new, reported), else_=ComfyuiBackend.offers)
        await self._session.execute(
            update(ComfyuiBackend)
            .where(ComfyuiBackend.name == name, ComfyuiBackend.status != _RETIRED)
            .values(**values)
        )

    async def all(self) -> Sequence[ComfyuiBackend]:
        """Return the enabled backends by name."""
        query = select(ComfyuiBackend).where(ComfyuiBackend.enabled).order_by(ComfyuiBackend.name)
        return (await self._session.scalars(query)).all()

    async def has_other(
        self, name: str, needs: Sequence[str], *, with_free_slot: bool = False
    ) -> bool:
        """Return whether another backend is up, not paused, and offers all needs."""
        query = select(ComfyuiBackend.name).where(
            ComfyuiBackend.name != name,
            ComfyuiBackend.enabled,
            ComfyuiBackend.status == "up",
            is_capable(needs),
            ~exists().where(QueuePause.backend.in_(["", ComfyuiBackend.name])),
        )
        if with_free_slot:
            open_attempts = (
                select(func.count())
                .where(
                    GenerationAttempt.ended_at.is_(None),
                    GenerationAttempt.backend == ComfyuiBackend.name,
                )
                .scalar_subquery()
            )
            query = query.where(open_attempts < ComfyuiBackend.slots)
        found = await self._session.scalar(query.limit(1))
        return found is not None

    async def count_workers(self) -> int:
        """Return the number of live workers."""
        count = await self._session.scalar(
            select(func.count())
            .select_from(Worker)
            .where(
                Worker.stopped_at.is_(None),
                Worker.seen_at > func.clock_timestamp() - SILENT_AFTER,
            )
        )
        return count or 0

    async def storage_error(self) -> str | None:
        """Return why a live worker cannot write the storage; None if all can."""
        return await self._session.scalar(
            select(Worker.storage_error)
            .where(
                Worker.stopped_at.is_(None),
                Worker.seen_at > func.clock_timestamp() - SILENT_AFTER,
                Worker.storage_error.is_not(None),
            )
            .order_by(Worker.seen_at.desc())
            .limit(1)
        )

    async def failing_loops(self) -> Sequence[str]:
        """Return the names of background loops that are failing in a live worker."""
        query = select(Worker.failing_loops).where(
            Worker.stopped_at.is_(None),
            Worker.seen_at > func.clock_timestamp() - SILENT_AFTER,
            func.cardinality(Worker.failing_loops) > 0,
        )
        found = (await self._session.scalars(query)).all()
        return sorted({loop for loops in found for loop in loops})

    async def add_worker(self, worker: Worker) -> None:
        """Insert a worker's row."""
        self._session.add(worker)

    async def stop_worker(self, worker: Worker) -> None:
        """Record that a worker stopped."""
        await self._session.execute(
            update(Worker).where(Worker.id == worker.id).values(stopped_at=func.clock_timestamp())
        )
