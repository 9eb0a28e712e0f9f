"""The routes of notifications."""

from typing import Annotated, Literal

from litestar import Controller, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from genonaut.accounts.guards import ADMINS
from genonaut.core.pagination import DEFAULT_LIMIT, MAX_PAGE, Page
from genonaut.core.schemas import NO_NUL
from genonaut.db import UnitOfWork
from genonaut.notifications.dispatcher import NotificationDispatcher
from genonaut.notifications.fast_queries import FastNotificationQueries
from genonaut.notifications.repository import NotificationFilter
from genonaut.notifications.schemas import (
    AnnouncedView,
    ManyChangedView,
    NotificationSubmit,
    NotificationView,
    UnreadCountView,
)
from genonaut.notifications.service import NotificationService
from genonaut.notifications.tables import NotificationType

PageLimit = Annotated[int, QueryParameter(ge=1, le=MAX_PAGE)]
Search = Annotated[str | None, QueryParameter(max_length=200, pattern=NO_NUL)]


class NotificationController(Controller):
    """The caller's notifications: list, mark and delete."""

    path = "/notifications"
    tags = ("notifications",)

    @get("/", summary="List notifications")
    async def list_notifications(
        self,
        fast_notifications: NamedDependency[FastNotificationQueries],
        unread: FromQuery[bool | None] = None,
        type: FromQuery[list[NotificationType] | None] = None,  # noqa: A002 - name of the parameter
        search: Search = None,
        limit: PageLimit = DEFAULT_LIMIT,
        cursor: Annotated[str | None, QueryParameter(max_length=500)] = None,
    ) -> Page[NotificationView]:
        """List the caller's notifications, newest first; ``type`` may be repeated."""
        wanted = NotificationFilter(unread=unread, types=tuple(type or ()), search=search)
        if wanted == NotificationFilter():
            newest = await fast_notifications.page(cursor=cursor, limit=limit)
            items = [NotificationView.of_columns(row) for row in newest.rows]
            return Page(items=items, next_cursor=newest.next_cursor, total=newest.total)
        async with fast_notifications.runtime.begin() as uow:
            notifications = NotificationService(uow, user_id=fast_notifications.user_id)
            found = await notifications.page(wanted, cursor=cursor, limit=limit)
        items = [NotificationView.of(row) for row in found.rows]
        return Page(items=items, next_cursor=found.next_cursor, total=found.total)

    @post("/", opt=ADMINS, summary="Send a notification")
    async def create_notification(
        self, data: JSONBody[NotificationSubmit], uow: NamedDependency[UnitOfWork]
    ) -> AnnouncedView:
        """Send a notification to one user or to all users; administrators only."""
        announced = await NotificationDispatcher(uow).announce(
            data.announcement(), user_id=data.user_id
        )
        return AnnouncedView.of(announced)

    @delete("/", status_code=200, summary="Delete read notifications")
    async def delete_read(
        self,
        notifications: NamedDependency[NotificationService],
        read: FromQuery[Literal["true"]],  # noqa: ARG002 - states that unread ones are kept
    ) -> ManyChangedView:
        """Delete the caller's read notifications; requires ``?read=true``."""
        changed = await notifications.delete_read()
        return ManyChangedView(changed=changed, unread_count=await notifications.unread_count())

    @get("/unread/count", summary="Count unread notifications")
    async def unread_count(
        self, fast_notifications: NamedDependency[FastNotificationQueries]
    ) -> UnreadCountView:
        """Return how many of the caller's notifications are unread."""
        return UnreadCountView(unread_count=await fast_notifications.unread_count())

    @put("/read-all", summary="Mark all notifications as read")
    async def mark_all_read(
        self, notifications: NamedDependency[NotificationService]
    ) -> ManyChangedView:
        """Mark all of the caller's notifications as read."""
        changed = await notifications.mark_all_read()
        return ManyChangedView(changed=changed, unread_count=await notifications.unread_count())

    @get("/{notification_id:int}", summary="Get a notification")
    async def get_notification(
        self, notification_id: FromPath[int], notifications: NamedDependency[NotificationService]
    ) -> NotificationView:
        """Return one of the caller's notifications."""
        return NotificationView.of(await notifications.get(notification_id))

    @put("/{notification_id:int}/read", summary="Mark a notification as read")
    async def mark_read(
        self, notification_id: FromPath[int], notifications: NamedDependency[NotificationService]
    ) -> NotificationView:
        """Mark one of the caller's notifications as read."""
        return NotificationView.of(await notifications.mark(notification_id, is_read=True))

    @put("/{notification_id:int}/unread", summary="Mark a notification as unread")
    async def mark_unread(
        self, notification_id: FromPath[int], notifications: NamedDependency[NotificationService]
    ) -> NotificationView:
        """Mark one of the caller's notifications as unread."""
        return NotificationView.of(await notifications.mark(notification_id, is_read=False))

    @delete("/{notification_id:int}", status_code=204, summary="Delete a notification")
    async def delete_notification(
        self, notification_id: FromPath[int], notifications: NamedDependency[NotificationService]
    ) -> None:
        """Delete one of the caller's notifications."""
        await notifications.delete(notification_id)
