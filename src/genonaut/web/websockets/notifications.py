"""Websocket of notifications: a snapshot, then each new one and every change of the count."""

import asyncio

import msgspec
from litestar import WebSocket, websocket
from litestar.di import NamedDependency

from genonaut.accounts.identity import Identity
from genonaut.notifications.messages import (
    EVERYBODY_TOPIC,
    NotificationsChanged,
    notification_topic,
)
from genonaut.notifications.schemas import NotificationView
from genonaut.notifications.service import NotificationService, Overview
from genonaut.notifications.tables import UserNotification
from genonaut.realtime import Hub
from genonaut.runtime import Runtime
from genonaut.web.websockets.connection import Socket, run_connection

SNAPSHOT_NEWEST = 10
REMINDER_SECONDS = 30.0
"""Longest delay of a change whose event was lost between COMMIT and PUBLISH."""
_READ_LIMIT = 50
"""Notifications read per check; older ones are found in the list."""


class NotificationSnapshot(msgspec.Struct, frozen=True, tag_field="type", tag="snapshot"):
    """The first frame."""

    unread_count: int
    items: list[NotificationView]


class NotificationFrame(NotificationView, frozen=True, tag_field="type", tag="notification"):
    """A new notification."""


class UnreadCountFrame(msgspec.Struct, frozen=True, tag_field="type", tag="unread_count"):
    """The number of unread notifications; 10,000 means 10,000 or more."""

    unread_count: int


class SentNotifications:
    """Remembers which notifications a client has received."""

    def __init__(self, overview: Overview) -> None:
        self.unread_count = overview.unread_count
        self._ids: set[int] = set()
        self._oldest = 0
        self._remember(overview)

    def unsent(self, overview: Overview) -> list[UserNotification]:
        """Return the notifications that the client has not received, oldest first.

        Commit order differs from id order: a new notification may have a lower id than a sent one.
        """
        fresh = [
            row for row in overview.newest if row.id not in self._ids and row.id > self._oldest
        ]
        self._remember(overview)
        return fresh[::-1]

    def _remember(self, overview: Overview) -> None:
        ids = {row.id for row in overview.newest}
        if len(ids) == _READ_LIMIT:
            self._oldest = max(self._oldest, min(ids))
        self._ids = {one for one in self._ids | ids if one > self._oldest}


class NotificationStream:
    """Sends one client the notifications of its user."""

    def __init__(self, runtime: Runtime, hub: Hub, identity: Identity, socket: Socket) -> None:
        self._runtime = runtime
        self._hub = hub
        self._user_id = identity.user_id
        self._socket = socket

    async def run(self) -> None:
        """Send until the client disconnects; subscribes before reading, so that no change is missed."""
        topics = [notification_topic(self._user_id), EVERYBODY_TOPIC]
        async with self._hub.watch(topics) as mailbox:
            known = await self._send_snapshot()
            while True:
                await mailbox.get()
                await self._send_unsent(known)

    async def _read(self) -> Overview:
        async with self._runtime.begin() as uow:
            service = NotificationService(uow, user_id=self._user_id)
            return await service.overview(limit=_READ_LIMIT)

    async def _send_snapshot(self) -> SentNotifications:
        overview = await self._read()
        items = [NotificationView.of(row) for row in overview.newest[:SNAPSHOT_NEWEST]]
        await self._send(NotificationSnapshot(overview.unread_count, items))
        return SentNotifications(overview)

    async def _send_unsent(self, known: SentNotifications) -> None:
        overview = await self._read()
        unsent = known.unsent(overview)
        for row in unsent:
            await self._send(NotificationFrame(**msgspec.structs.asdict(NotificationView.of(row))))
        if unsent or overview.unread_count != known.unread_count:
            known.unread_count = overview.unread_count
            await self._send(UnreadCountFrame(overview.unread_count))

    async def _send(self, frame: msgspec.Struct) -> None:
        await self._socket.send(msgspec.json.encode(frame))


async def remind(hub: Hub, *, interval_seconds: float = REMINDER_SECONDS) -> None:
    """Make every open socket re-read its notifications periodically, until cancelled."""
    while True:
        await asyncio.sleep(interval_seconds)
        hub.deliver(NotificationsChanged(user_id=None))


@websocket("/ws/notifications")
async def notifications(
    socket: WebSocket,  # type: ignore[type-arg]
    runtime: NamedDependency[Runtime],
    hub: NamedDependency[Hub],
    identity: NamedDependency[Identity],
) -> None:
    """Follow the caller's notifications."""
    connection = Socket(socket)
    await connection.accept()
    await run_connection(connection, NotificationStream(runtime, hub, identity, connection).run())


SOCKETS = [notifications]
