"""Read the unread count and the newest notifications in one statement, without the ORM."""

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Select, bindparam, func, select
from sqlalchemy.orm import aliased

from genonaut.core.pagination import COUNTED_UP_TO, Slice, bounded_total
from genonaut.db.reader import ReadStatement, Row
from genonaut.notifications.repository import unread_count_query
from genonaut.notifications.service import read_cursor, write_cursor
from genonaut.notifications.tables import UserNotification
from genonaut.runtime import Runtime

COLUMNS = (
    "id", "user_id", "title", "message", "notification_type", "read_status", "related_job_id",
    "related_content_id", "created_at", "read_at",
)  # fmt: skip
"""The names of the columns of a row, as fields of a notification's view."""


def _page_query(*, is_first: bool) -> Select[*tuple[Any, ...]]:
    """Return the query for the newest ones; the first page has the total as last column."""
    row = UserNotification
    query = select(*(getattr(row, name) for name in COLUMNS))
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

    def __init__(self, runtime: Runtime, *, user_id: UUID) -> None:
        self.runtime = runtime
        self.user_id = user_id

    async def unread_count(self) -> int:
        """Return the number of unread notifications; 10,000 means 10,000 or more."""
        row = await self.runtime.reader.fetch_one(_UNREAD_COUNT, user_id=self.user_id)
        return min(row[0], COUNTED_UP_TO) if row else 0

    async def page(self, *, cursor: str | None, limit: int) -> Slice[Row]:
        """Return one page, newest first; the first page has the total.

        Raises:
            InvalidInputError: the cursor does not belong to this list.
        """
        wanted: dict[str, Any] = {"user_id": self.user_id, "limit": limit + 1}
        total = None
        if cursor is None:
            rows = await self.runtime.reader.fetch(_FIRST_PAGE, **wanted)
            total = bounded_total(rows[0][-1] if rows else 0)
        else:
            rows = await self.runtime.reader.fetch(_NEXT_PAGE, after=read_cursor(cursor), **wanted)
        shown = rows[:limit]
        following = write_cursor(shown[-1][0]) if len(rows) > limit else None
        return Slice(shown, following, total)
