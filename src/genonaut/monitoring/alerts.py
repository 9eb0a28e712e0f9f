"""Store alerts from their beginning to their end, and tell the administrators of both once."""

from collections.abc import Collection, Sequence
from datetime import timedelta

import structlog
from sqlalchemy import Boolean, Label, func, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert

from genonaut.core.ids import Id
from genonaut.core.pagination import (
    Position,
    Slice,
    bounded_total,
    decode_cursor,
    encode_cursor,
)
from genonaut.db import UnitOfWork
from genonaut.db.counting import bounded_count
from genonaut.monitoring.conditions import AlertKind, Condition
from genonaut.monitoring.tables import Alert
from genonaut.notifications.dispatcher import NotificationDispatcher
from genonaut.notifications.webhooks.payloads import AlertData

log = structlog.get_logger()
_IS_NEW: Label[bool] = literal_column("(xmax = 0)", Boolean).label("is_new")
"""Whether an INSERT … ON CONFLICT DO UPDATE inserted the row."""


class _Position(Position, frozen=True, tag="alerts"):
    """Where the next page starts."""

    alert_id: Id


class AlertService:
    """Begins and ends alerts; an index allows one active alert for each kind and subject."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self._session = uow.session

    async def update(
        self, found: Sequence[Condition], *, checked: Collection[AlertKind], quiet: timedelta
    ) -> None:
        """Store the result of a check.

        Args:
            found: the conditions that hold.
            checked: the kinds that were checked; alerts of other kinds are left alone.
            quiet: an alert ends when its condition was not found for this time.
        """
        for condition in found:
            await self._record(condition)
        await self._end(checked, quiet)

    async def page(self, *, is_active: bool | None, cursor: str | None, limit: int) -> Slice[Alert]:
        """Return one page, newest first; the first page has the total.

        Raises:
            InvalidInputError: the cursor does not belong to this list.
        """
        query = select(Alert)
        if is_active is not None:
            query = query.where(
                Alert.ended_at.is_(None) if is_active else Alert.ended_at.is_not(None)
            )
        shown = query.order_by(Alert.id.desc()).limit(limit + 1)
        total = None
        if cursor is not None:
            shown = shown.where(Alert.id < decode_cursor(cursor, _Position).alert_id)
        else:
            total = bounded_total(await bounded_count(self._session, query))
        rows = (await self._session.scalars(shown)).all()
        following = encode_cursor(_Position(rows[limit - 1].id)) if len(rows) > limit else None
        return Slice(rows[:limit], following, total)

    async def _record(self, condition: Condition) -> None:
        now = func.clock_timestamp()
        values = {
            "title": condition.title,
            "message": condition.message,
            "details": condition.details,
            "seen_at": now,
        }
        statement = (
            insert(Alert)
            .values(kind=condition.kind, subject=condition.subject, began_at=now, **values)
            .on_conflict_do_update(
                index_elements=["kind", "subject"],
                index_where=Alert.ended_at.is_(None),
                set_=values,
            )
            .returning(Alert, _IS_NEW)
            .execution_options(populate_existing=True)
        )
        alert, is_new = (await self._session.execute(statement)).one()
        if is_new:
            log.warning("alert.began", kind=alert.kind, subject=alert.subject, title=alert.title)
            await self._tell(alert)

    async def _end(self, checked: Collection[AlertKind], quiet: timedelta) -> None:
        statement = (
            update(Alert)
            .where(
                Alert.ended_at.is_(None),
                Alert.kind.in_(checked),
                # The start of this transaction, before it recorded what it found.
                Alert.seen_at < func.now() - quiet,
            )
            .values(ended_at=func.clock_timestamp())
            .returning(Alert)
            .execution_options(synchronize_session=False, populate_existing=True)
        )
        for alert in (await self._session.scalars(statement)).all():
            log.info("alert.ended", kind=alert.kind, subject=alert.subject)
            await self._tell(alert)

    async def _tell(self, alert: Alert) -> None:
        await NotificationDispatcher(self._uow).alert_changed(
            AlertData(
                alert_id=alert.id,
                kind=alert.kind,
                subject=alert.subject,
                title=alert.title,
                message=alert.message,
                began_at=alert.began_at,
                ended_at=alert.ended_at,
            )
        )
