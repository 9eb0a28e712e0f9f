"""Request and response bodies of notifications."""

from datetime import datetime
from operator import itemgetter
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from genonaut.core.schemas import NO_NUL, RequestBody, View
from genonaut.db.reader import Row
from genonaut.notifications.dispatcher import Announced, Announcement
from genonaut.notifications.fast_queries import COLUMNS
from genonaut.notifications.tables import TITLE_LENGTH, NotificationType, UserNotification

Title = Annotated[str, Meta(min_length=1, max_length=TITLE_LENGTH, pattern=NO_NUL)]
Message = Annotated[str, Meta(max_length=10_000, pattern=NO_NUL)]


class NotificationView(View, frozen=True):
    """One notification; ``read_at`` is null while it is unread."""

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

    @classmethod
    def of(cls, row: UserNotification) -> "NotificationView":
        """Return the view of a row."""
        return cls(**{name: getattr(row, name) for name in NotificationView.__struct_fields__})

    @classmethod
    def of_columns(cls, row: Row) -> "NotificationView":
        """Return the view of a row of the fast queries."""
        return cls(*_VALUES_OF_ROW(row))


_VALUES_OF_ROW = itemgetter(*(COLUMNS.index(name) for name in NotificationView.__struct_fields__))


class NotificationSubmit(RequestBody, frozen=True):
    """A message to one user, or to all without ``user_id``. Users who disabled the type do not get it."""

    title: Title
    message: Message = ""
    notification_type: NotificationType = NotificationType.SYSTEM
    user_id: UUID | None = None

    def announcement(self) -> Announcement:
        """Return the message for the dispatcher."""
        return Announcement(
            title=self.title, message=self.message, notification_type=self.notification_type
        )


class AnnouncedView(View, frozen=True):
    """The number of users who got the notification, and of those who have it disabled."""

    created: int
    skipped: int

    @classmethod
    def of(cls, announced: Announced) -> "AnnouncedView":
        """Return the view of a result."""
        return cls(created=announced.created, skipped=announced.skipped)


class UnreadCountView(View, frozen=True):
    """The number of unread notifications; 10,000 means 10,000 or more."""

    unread_count: int


class ManyChangedView(View, frozen=True):
    """The number of changed notifications, and of those that are now unread."""

    changed: int
    unread_count: int
