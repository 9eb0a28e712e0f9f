"""Queries on notifications; no rules, no commit."""

from collections.abc import Sequence
from functools import cache
from typing import Any, cast
from uuid import UUID

import msgspec
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CursorResult,
    Select,
    bindparam,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from genonaut.core.pagination import COUNTED_UP_TO
from genonaut.db.counting import bounded_count
from genonaut.db.fast_work import Transaction
from genonaut.db.query_plans import USE_CUSTOM_PLANS
from genonaut.db.statement import Statement
from genonaut.notifications.tables import NotificationType, UserNotification

_IS_READ: ColumnElement[bool] = UserNotification.__table__.c.read_status
_IS_UNREAD = ~_IS_READ


class NotificationFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Filter of a user's notifications; None matches all."""

    unread: bool | None = None
    types: Sequence[NotificationType] = ()
    search: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the filter as SQL."""
        row = UserNotification
        found: list[ColumnElement[bool]] = []
        if self.unread is not None:
            # Written like the predicates of the partial indexes, else PostgreSQL does not use them.
            found.append(_IS_UNREAD if self.unread else _IS_READ)
        if self.types:
            found.append(row.notification_type.in_(self.types))
        if self.search:
            words = (row.title, row.message)
            found.append(or_(*(one.icontains(self.search, autoescape=True) for one in words)))
        return found


class NewNotification(msgspec.Struct, frozen=True, kw_only=True):
    """A notification to be created."""

    user_id: UUID
    title: str
    message: str
    notification_type: NotificationType
    related_job_id: int | None = None
    related_content_id: int | None = None
    dedupe_key: str | None = None


def unread_count_query(user_id: UUID | BindParameter[UUID]) -> Select[int]:
    """Return the query of the unread count, which counts up to 10,001."""
    unread = select(UserNotification.id).where(UserNotification.user_id == user_id, _IS_UNREAD)
    return select(func.count()).select_from(unread.limit(COUNTED_UP_TO + 1).subquery())


class NotificationRepository:
    """Reads and writes notifications."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(
        self, notification_id: int, user_id: UUID, *, lock: bool = False
    ) -> UserNotification | None:
        """Return one of a user's notifications; ``lock`` locks the row until the commit."""
        query = select(UserNotification).where(
            UserNotification.id == notification_id, UserNotification.user_id == user_id
        )
        return await self._session.scalar(query.with_for_update() if lock else query)

    async def page(
        self, user_id: UUID, wanted: NotificationFilter, *, after: int | None, limit: int
    ) -> Sequence[UserNotification]:
        """Return the newest ones, after the id ``after``."""
        if wanted.search:
            await self._session.execute(USE_CUSTOM_PLANS)
        query = select(UserNotification).where(
            UserNotification.user_id == user_id, *wanted.conditions()
        )
        if after is not None:
            query = query.where(UserNotification.id < after)
        query = query.order_by(UserNotification.id.desc()).limit(limit)
        return (await self._session.scalars(query)).all()

    async def count(self, user_id: UUID, wanted: NotificationFilter) -> int:
        """Return the number of notifications, counted up to 10,001."""
        query = select(UserNotification.id).where(
            UserNotification.user_id == user_id, *wanted.conditions()
        )
        return await bounded_count(self._session, query)

    async def unread_count(self, user_id: UUID) -> int:
        """Return the number of unread notifications; 10,000 means 10,000 or more."""
        counted = await self._session.scalar(unread_count_query(user_id)) or 0
        return min(counted, COUNTED_UP_TO)

    async def mark_all_read(self, user_id: UUID) -> int:
        """Mark all as read; returns how many were unread."""
        statement = (
            update(UserNotification)
            .where(UserNotification.user_id == user_id, _IS_UNREAD)
            .values(read_status=True, read_at=func.clock_timestamp())
            .execution_options(synchronize_session=False)
        )
        return await self._changed(statement)

    async def delete(self, notification_id: int, user_id: UUID) -> bool:
        """Delete one; returns whether it existed."""
        one = (UserNotification.id == notification_id, UserNotification.user_id == user_id)
        return bool(await self._changed(delete(UserNotification).where(*one)))

    async def delete_read(self, user_id: UUID) -> int:
        """Delete the read ones; returns their number."""
        read = (UserNotification.user_id == user_id, UserNotification.read_status)
        return await self._changed(delete(UserNotification).where(*read))

    async def add_all(self, new: Sequence[NewNotification]) -> None:
        """Create many without references, in one statement."""
        rows = [msgspec.structs.asdict(one) for one in new]
        if rows:
            await self._session.execute(insert(UserNotification), rows)

    async def _changed(self, statement: Any) -> int:  # noqa: ANN401 - UPDATE or DELETE
        return cast(CursorResult[Any], await self._session.execute(statement)).rowcount


async def add_notification(uow: Transaction, new: NewNotification) -> bool:
    """Create one, unless its dedupe key exists; returns whether it was created.

    A reference to a job or item that is deleted concurrently becomes null: a foreign key error
    would abort the transaction that completes the job.
    """
    return bool(await uow.fetch(_insertion(), **msgspec.structs.asdict(new)))


def _lock_reference(column: InstrumentedAttribute[int | None]) -> Select[int]:
    """Return the query that locks a referenced row until the commit, if it exists."""
    target = next(iter(column.property.columns[0].foreign_keys)).column
    found = select(target).where(target == bindparam(column.key, type_=target.type))
    return found.with_for_update(read=True, key_share=True)


@cache
def _insertion() -> Statement:
    """Return the statement, built once: it is executed at the end of every batch."""
    row = UserNotification
    item = _lock_reference(row.related_content_id).cte("item")
    # Deleting a job locks its item first; this condition, always true, enforces the same order.
    after_item = select(func.count()).select_from(item).scalar_subquery() >= 0
    job = _lock_reference(row.related_job_id).where(after_item).cte("job")
    values: dict[str, ColumnElement[Any]] = {
        name: bindparam(name) for name in NewNotification.__struct_fields__
    }
    values["related_job_id"] = select(job.c.id).scalar_subquery()
    values["related_content_id"] = select(item.c.id).scalar_subquery()
    return Statement(
        insert(row.metadata.tables[row.__tablename__])
        .values(values)
        .on_conflict_do_nothing(index_elements=["dedupe_key"])
        .returning(row.id)
    )
