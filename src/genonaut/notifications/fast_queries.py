"""Read the unread count and the newest notifications in one statement, without the ORM."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import BigInteger, Select, bindparam, func, select
from sqlalchemy.orm import aliased

from genonaut.core.pagination import COUNTED_UP_TO, Slice, bounded_total
from genonaut.db.reader import Reader, ReadStatement
from genonaut.notifications.repository import unread_count_query
from genonaut.notifications.service import read_cursor, write_cursor
from genonaut.notifications.tables import NotificationType, UserNotification


class NotificationRow(msgspec.Struct):
    """The columns of a notification that its view shows; each has the name of the column."""

    id: int
    user_id: UUID
    title: str
    message: str
    notification_type: NotificationType
    read_status: bool
    related_job_id: int | None
    related_content_id: int | None
    created_at: datetime
    read_at: datetime | None

    def __post_init__(self) -> None:
        """Convert the text of the driver to an enum."""
        self.notification_type = NotificationType(self.notification_type)


_COLUMNS = len(NotificationRow.__struct_fields__)


def _page_query(*, is_first: bool) -> Select[*tuple[Any, ...]]:
    """Return the query for the newest ones; the first page has the total as last column."""
    row = UserNotification
    query = select(*(getattr(row, name) for name in NotificationRow.__struct_fields__))
    query = query.where(row.user_id == bindparam("user_id"))
    query = query.order_by(row.id.desc()).limit(bindparam("limit", type_=BigInteger))
    if not is_first:
        return query.where(row.id < bindparam("after"))
    counted = aliased(row)
    limited = select(counted.id).where(counted.user_id == bindparam("user_id"))
    total = select(func.count()).select_from(limited.limit(COUNTED_UP_TO + 1).subquery())
    return query.add_columns(total.scalar_subquery())


_UNREAD_COUNT = ReadStatement(unread_count_query(bindparam("user_id")))
_FIRST_PAGE = ReadStatement(_page_query(is_first=True))
_NEXT_PAGE = ReadStatement(_page_query(is_first=False))


class FastNotificationQueries:
    """Reads the notifications of one user like ``NotificationService``, with the same answers."""

    def __init__(self, reader: Reader, *, user_id: UUID) -> None:
        self._reader = reader
        self._user_id = user_id

    async def unread_count(self) -> int:
        """Return the number of unread notifications; 10,000 means 10,000 or more."""
        row = await self._reader.fetch_one(_UNREAD_COUNT, user_id=self._user_id)
        return min(row[0], COUNTED_UP_TO) if row else 0

    async def page(self, *, cursor: str | None, limit: int) -> Slice[NotificationRow]:
        """Return one page, newest first; the first page has the total.

        Raises:
            InvalidInputError: the cursor does not belong to this list.
        """
        wanted: dict[str, Any] = {"user_id": self._user_id, "limit": limit + 1}
        total = None
        if cursor is None:
            rows = await self._reader.fetch(_FIRST_PAGE, **wanted)
            total = bounded_total(rows[0][-1] if rows else 0)
        else:
            rows = await self._reader.fetch(_NEXT_PAGE, after=read_cursor(cursor), **wanted)
        shown = [NotificationRow(*row[:_COLUMNS]) for row in rows[:limit]]
        following = write_cursor(shown[-1].id) if len(rows) > limit else None
        return Slice(shown, following, total)
