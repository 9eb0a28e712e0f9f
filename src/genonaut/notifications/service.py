"""A user's notifications: list, mark, delete."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from genonaut.core.clock import utcnow
from genonaut.core.errors import NotFoundError
from genonaut.core.ids import Id, is_valid_id
from genonaut.core.pagination import Position, Slice, bounded_total, decode_cursor, encode_cursor
from genonaut.db import UnitOfWork
from genonaut.notifications.messages import NotificationsChanged
from genonaut.notifications.repository import NotificationFilter, NotificationRepository
from genonaut.notifications.tables import UserNotification


class _Position(Position, frozen=True, tag="notifications"):
    """Where the next page starts."""

    notification_id: Id


def write_cursor(notification_id: int) -> str:
    """Return the cursor of the page after a notification."""
    return encode_cursor(_Position(notification_id))


def read_cursor(cursor: str) -> int:
    """Return the id that ``write_cursor`` encoded.

    Raises:
        InvalidInputError: the cursor does not belong to this list.
    """
    return decode_cursor(cursor, _Position).notification_id


class Overview(msgspec.Struct, frozen=True):
    """The unread count and the newest notifications."""

    unread_count: int
    newest: Sequence[UserNotification]


class NotificationService:
    """Acts for one user; those of other users are not found, not even by administrators."""

    def __init__(self, uow: UnitOfWork, *, user_id: UUID) -> None:
        self._uow = uow
        self._rows = NotificationRepository(uow.session)
        self._user_id = user_id

    async def page(
        self, wanted: NotificationFilter, *, cursor: str | None, limit: int
    ) -> Slice[UserNotification]:
        """Return one page, newest first; the first page has the total.

        Raises:
            InvalidInputError: the cursor does not belong to this list.
        """
        after = None if cursor is None else read_cursor(cursor)
        rows = await self._rows.page(self._user_id, wanted, after=after, limit=limit + 1)
        shown = rows[:limit]
        following = write_cursor(shown[-1].id) if len(rows) > limit else None
        total = None
        if after is None:
            total = bounded_total(await self._rows.count(self._user_id, wanted))
        return Slice(shown, following, total)

    async def overview(self, *, limit: int) -> Overview:
        """Return the unread count and the newest ones."""
        newest = await self._rows.page(self._user_id, NotificationFilter(), after=None, limit=limit)
        return Overview(await self.unread_count(), newest)

    async def unread_count(self) -> int:
        """Return the number of unread notifications; 10,000 means 10,000 or more."""
        return await self._rows.unread_count(self._user_id)

    async def get(self, notification_id: int) -> UserNotification:
        """Return one notification.

        Raises:
            NotFoundError: the user has no notification with this id.
        """
        return await self._one(notification_id)

    async def mark(self, notification_id: int, *, is_read: bool) -> UserNotification:
        """Mark one as read or unread; a repetition changes nothing.

        Raises:
            NotFoundError: the user has no notification with this id.
        """
        row = await self._one(notification_id, lock=True)
        if row.read_status != is_read:
            row.read_status = is_read
            row.read_at = utcnow() if is_read else None
            await self._uow.session.flush()
            self._publish_change()
        return row

    async def mark_all_read(self) -> int:
        """Mark all as read; returns how many were unread."""
        changed = await self._rows.mark_all_read(self._user_id)
        if changed:
            self._publish_change()
        return changed

    async def delete(self, notification_id: int) -> None:
        """Delete one permanently.

        Raises:
            NotFoundError: the user has no notification with this id.
        """
        possible = is_valid_id(notification_id)
        if not possible or not await self._rows.delete(notification_id, self._user_id):
            raise NotFoundError(f"no notification {notification_id}")
        self._publish_change()

    async def delete_read(self) -> int:
        """Delete the read ones; returns their number."""
        deleted = await self._rows.delete_read(self._user_id)
        if deleted:
            self._publish_change()
        return deleted

    async def _one(self, notification_id: int, *, lock: bool = False) -> UserNotification:
        row = None
        if is_valid_id(notification_id):
            row = await self._rows.find(notification_id, self._user_id, lock=lock)
        if row is None:
            raise NotFoundError(f"no notification {notification_id}")
        return row

    def _publish_change(self) -> None:
        self._uow.publish(NotificationsChanged(user_id=self._user_id))
