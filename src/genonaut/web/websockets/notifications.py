"""The websocket of notifications: a snapshot, then each new one and every change of the count."""

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
from genonaut.web.websockets.connection import Socket, converse

SNAPSHOT_NEWEST = 10
REMINDER_SECONDS = 30.0
"""How late a change is shown at most when its event was lost between COMMIT and PUBLISH."""
_LOOKED_AT = 50
"""So many may arrive between two looks; more are found in the list."""


class NotificationSnapshot(msgspec.Struct, frozen=True, tag_field="type", tag="snapshot"):
    """The first frame."""

    unread_count: int
    items: list[NotificationView]


class NotificationFrame(NotificationView, frozen=True, tag_field="type", tag="notification"):
    """A notification that arrived."""


class UnreadCountFrame(msgspec.Struct, frozen=True, tag_field="type", tag="unread_count"):
    """How many are unread now; 10,000 stands for that many or more."""

    unread_count: int


class Known:
    """Remembers what a client was told."""

    def __init__(self, overview: Overview) -> None:
        self.unread_count = overview.unread_count
        self._ids: set[int] = set()
        self._oldest = 0
        self._remember(overview)

    def news(self, overview: Overview) -> list[UserNotification]:
        """Return what the client was not told of yet, the oldest first.

        Ids do not rise with the commits: one that is lower than others that were told may be news.
        """
        fresh = [
            row for row in overview.newest if row.id not in self._ids and row.id > self._oldest
        ]
        self._remember(overview)
        return fresh[::-1]

    def _remember(self, overview: Overview) -> None:
        ids = {row.id for row in overview.newest}
        if len(ids) == _LOOKED_AT:
            self._oldest = max(self._oldest, min(ids))
        self._ids = {one for one in self._ids | ids if one > self._oldest}


class NotificationStream:
    """One client's view of its user's notifications."""

    def __init__(self, runtime: Runtime, hub: Hub, identity: Identity, socket: Socket) -> None:
        self._runtime = runtime
        self._hub = hub
        self._user_id = identity.user_id
        self._socket = socket

    async def run(self) -> None:
        """Send until the client leaves; subscribes before it reads, so that nothing is missed."""
        topics = [notification_topic(self._user_id), EVERYBODY_TOPIC]
        async with self._hub.watch(topics) as mailbox:
            known = await self._send_snapshot()
            while True:
                await mailbox.get()
                await self._send_news(known)

    async def _look(self) -> Overview:
        async with self._runtime.begin() as uow:
            service = NotificationService(uow, user_id=self._user_id)
            return await service.overview(limit=_LOOKED_AT)

    async def _send_snapshot(self) -> Known:
        overview = await self._look()
        items = [NotificationView.of(row) for row in overview.newest[:SNAPSHOT_NEWEST]]
        await self._send(NotificationSnapshot(overview.unread_count, items))
        return Known(overview)

    async def _send_news(self, known: Known) -> None:
        overview = await self._look()
        news = known.news(overview)
        for row in news:
            await self._send(NotificationFrame(**msgspec.structs.asdict(NotificationView.of(row))))
        if news or overview.unread_count != known.unread_count:
            known.unread_count = overview.unread_count
            await self._send(UnreadCountFrame(overview.unread_count))

    async def _send(self, frame: msgspec.Struct) -> None:
        await self._socket.send(msgspec.json.encode(frame))


async def remind(hub: Hub, *, interval_seconds: float = REMINDER_SECONDS) -> None:
    """Let every open socket look once in a while, until cancelled."""
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
    conversation = Socket(socket)
    await conversation.accept()
    await converse(conversation, NotificationStream(runtime, hub, identity, conversation).run())


SOCKETS = [notifications]
