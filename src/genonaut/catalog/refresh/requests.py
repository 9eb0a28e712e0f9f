"""The row with refresh requests and their results; it decides, tasks are only wake-ups."""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.catalog.effective import RULES_VERSION
from genonaut.catalog.messages import RefreshModels
from genonaut.catalog.tables import ModelRefresh
from genonaut.db import UnitOfWork

_ROW = 1


class RefreshRequests:
    """Records refresh requests and their outcome; a request is never lost."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self._session: AsyncSession = uow.session

    async def request(self) -> None:
        """Request a refresh; if one is running, another follows it."""
        now = func.clock_timestamp()
        await self._session.execute(
            insert(ModelRefresh)
            .values(id=_ROW, requested_at=now)
            .on_conflict_do_update(index_elements=["id"], set_={"requested_at": now})
        )
        self._uow.enqueue(RefreshModels())

    async def state(self) -> ModelRefresh | None:
        """Return the row; None before the first request."""
        return await self._session.get(ModelRefresh, _ROW)

    async def is_due(self, interval: timedelta) -> bool:
        """Return whether a refresh was requested, was interrupted, or ended longer than ``interval`` ago."""
        state = await self._session.scalar(select(ModelRefresh.id))
        if state is None:
            return True
        return await self._session.scalar(select(ModelRefresh.id).where(_due(interval))) is not None

    async def begin(self, interval: timedelta) -> bool:
        """Record the start of a refresh if one is due; returns whether it is."""
        if not await self.is_due(interval):
            return False
        now = func.clock_timestamp()
        await self._session.execute(
            insert(ModelRefresh)
            .values(id=_ROW, started_at=now)
            .on_conflict_do_update(
                index_elements=["id"], set_={"started_at": now, "finished_at": None}
            )
        )
        return True

    async def finish(self, report: dict[str, Any], *, rules_version: int = RULES_VERSION) -> None:
        """Record the end of a refresh and its report."""
        await self._session.execute(
            update(ModelRefresh).values(
                finished_at=func.clock_timestamp(), report=report, rules_version=rules_version
            )
        )


def _due(interval: timedelta) -> ColumnElement[bool]:
    row = ModelRefresh
    return or_(
        row.started_at.is_(None),
        row.requested_at > row.started_at,
        row.finished_at.is_(None),
        and_(row.finished_at.is_not(None), row.finished_at < func.clock_timestamp() - interval),
    )
