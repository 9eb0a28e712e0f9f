"""Create notifications and webhook deliveries, once, in the transaction of their cause."""

from functools import partial
from uuid import UUID, uuid4

import msgspec

from genonaut.accounts.audit import AuditLog
from genonaut.accounts.recipients import (
    Recipient,
    administrators,
    all_recipients,
    find_recipient,
)
from genonaut.core.errors import NotFoundError
from genonaut.core.metrics import NOTIFICATIONS_SENT
from genonaut.db import UnitOfWork
from genonaut.db.fast_work import Transaction
from genonaut.notifications.addressee import Addressee, find_addressee
from genonaut.notifications.messages import NotificationsChanged
from genonaut.notifications.outcomes import (
    ERROR_LENGTH,
    BatchOutcome,
    message_of,
    shortened,
    title_of,
)
from genonaut.notifications.push.messages import SendPush
from genonaut.notifications.push.service import has_subscription
from genonaut.notifications.repository import (
    NewNotification,
    NotificationRepository,
    add_notification,
)
from genonaut.notifications.tables import TITLE_LENGTH, NotificationType
from genonaut.notifications.webhooks.events import WebhookEvent
from genonaut.notifications.webhooks.outbox import Outbox
from genonaut.notifications.webhooks.payloads import AlertData, BatchData, JobData, SearchData


class Announcement(msgspec.Struct, frozen=True, kw_only=True):
    """A message of an administrator."""

    title: str
    message: str
    notification_type: NotificationType


class Announced(msgspec.Struct, frozen=True):
    """The number of users who got the notification, and of those who have it disabled."""

    created: int
    skipped: int


class NotificationDispatcher:
    """Creates notifications and webhook deliveries."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self._rows = NotificationRepository(uow.session)

    async def search_matched(
        self, user_id: UUID, match: SearchData, *, title: str, message: str
    ) -> bool:
        """Notify a user of items that match a saved search; return whether a notification is new.

        It is left out if the preferences disable the type; webhooks do not depend on them.
        """
        recipient = await find_recipient(self._uow, user_id)
        if recipient is None:
            return False
        newest = match.content_ids[0]
        key = f"search:{match.search_id}:{newest}:{match.count}"
        kind = NotificationType.SEARCH_ALERT
        new = NewNotification(
            user_id=user_id,
            title=shortened(title, TITLE_LENGTH),
            message=message,
            notification_type=kind,
            related_content_id=newest,
            dedupe_key=key,
        )
        is_new = recipient.preferences.wants(kind) and await add_notification(self._uow, new)
        if is_new:
            _count(self._uow, kind)
            self._uow.publish(NotificationsChanged(user_id=user_id))
            await _push(self._uow, new)
        events = [WebhookEvent.SEARCH_MATCHED]
        await Outbox(self._uow).add(user_id, events, match, dedupe_key=key)
        return is_new

    async def announce(self, announcement: Announcement, *, user_id: UUID | None) -> Announced:
        """Notify one user or all (None), except those who disabled this type.

        Raises:
            NotFoundError: the user does not exist or is deactivated.
        """
        announced = await self._announce(announcement, user_id=user_id)
        await AuditLog(self._uow.session).record(
            "notification.announced",
            "users" if user_id is None else f"user:{user_id}",
            title=announcement.title,
            message=announcement.message,
            created=announced.created,
            skipped=announced.skipped,
        )
        return announced

    async def _announce(self, announcement: Announcement, *, user_id: UUID | None) -> Announced:
        if user_id is None:
            return await self._announce_to_all(announcement)
        recipient = await find_recipient(self._uow, user_id)
        if recipient is None:
            raise NotFoundError(f"no user {user_id}")
        if not recipient.preferences.wants(announcement.notification_type):
            return Announced(0, 1)
        new = _to(recipient, announcement)
        await add_notification(self._uow, new)
        await _push(self._uow, new)
        _count(self._uow, announcement.notification_type)
        self._uow.publish(NotificationsChanged(user_id=user_id))
        return Announced(1, 0)

    async def notify_administrators(self, announcement: Announcement, *, dedupe_key: str) -> None:
        """Notify each administrator once per ``dedupe_key``, except those who disabled the type."""
        for recipient in await administrators(self._uow.session):
            if not recipient.preferences.wants(announcement.notification_type):
                continue
            new = _to(recipient, announcement)
            new = msgspec.structs.replace(new, dedupe_key=f"{dedupe_key}:{recipient.user_id}")
            if await add_notification(self._uow, new):
                await _push(self._uow, new)
                _count(self._uow, announcement.notification_type)
                self._uow.publish(NotificationsChanged(user_id=recipient.user_id))

    async def alert_changed(self, alert: AlertData) -> None:
        """Tell the administrators that an alert began or ended, by notification and webhook.

        Call it in the transaction that stores the change. Repeated calls tell once.
        """
        has_ended = alert.ended_at is not None
        change = "ended" if has_ended else "began"
        announcement = Announcement(
            title=f"Ended: {alert.title}" if has_ended else alert.title,
            message=alert.message,
            notification_type=NotificationType.SYSTEM,
        )
        key = f"alert:{alert.alert_id}:{change}"
        await self.notify_administrators(announcement, dedupe_key=key)
        for recipient in await administrators(self._uow.session):
            await Outbox(self._uow).add(
                recipient.user_id, [WebhookEvent(f"alert.{change}")], alert, dedupe_key=key
            )

    async def _announce_to_all(self, announcement: Announcement) -> Announced:
        created = skipped = 0
        async for recipients in all_recipients(self._uow.session):
            new = [
                _to(one, announcement)
                for one in recipients
                if one.preferences.wants(announcement.notification_type)
            ]
            await self._rows.add_all(new)
            _count(self._uow, announcement.notification_type, len(new))
            created += len(new)
            skipped += len(recipients) - len(new)
        if created:
            self._uow.publish(NotificationsChanged(user_id=None))
        return Announced(created, skipped)


async def notify_batch_ended(uow: Transaction, outcome: BatchOutcome) -> None:
    """Notify the owner that the last job of a batch ended.

    Call it in the transaction that ends the job. Repeated and concurrent calls notify once.
    """
    addressee = await find_addressee(uow, outcome.user_id)
    if addressee is None or not outcome.jobs:
        return
    await _notify(uow, addressee, outcome)
    if not addressee.has_webhooks:
        return
    # Independent of the notification settings: the user entered the URL and chose the events.
    await Outbox(uow).add(
        outcome.user_id,
        [WebhookEvent(f"job.{ending}") for ending in outcome.endings],
        _data_of(outcome),
        dedupe_key=outcome.dedupe_key,
    )


async def _notify(uow: Transaction, addressee: Addressee, outcome: BatchOutcome) -> None:
    wanted = [ending for ending in outcome.endings if addressee.preferences.wants(f"job_{ending}")]
    if not wanted:
        return
    job = outcome.first(wanted[0])
    kind = NotificationType(f"job_{wanted[0]}")
    new = NewNotification(
        user_id=outcome.user_id,
        title=title_of(outcome),
        message=message_of(outcome),
        notification_type=kind,
        related_job_id=job.id,
        related_content_id=job.content_id,
        dedupe_key=outcome.dedupe_key,
    )
    if await add_notification(uow, new):
        if addressee.has_browsers:
            _send_push(uow, new)
        _count(uow, kind)
        uow.publish(NotificationsChanged(user_id=outcome.user_id))


async def _push(uow: Transaction, new: NewNotification) -> None:
    """Send a new notification to the browsers of its user, after the commit."""
    if await has_subscription(uow, new.user_id):
        _send_push(uow, new)


def _send_push(uow: Transaction, new: NewNotification) -> None:
    content_id = new.related_content_id
    uow.enqueue(
        SendPush(
            user_id=new.user_id,
            title=new.title,
            message=new.message,
            path="/notifications" if content_id is None else f"/view/{content_id}",
            tag=new.dedupe_key or f"message:{uuid4()}",
        )
    )


def _count(uow: Transaction, kind: NotificationType, number: int = 1) -> None:
    uow.after_commit(partial(NOTIFICATIONS_SENT.labels(kind).inc, number))


def _to(recipient: Recipient, announcement: Announcement) -> NewNotification:
    return NewNotification(user_id=recipient.user_id, **msgspec.structs.asdict(announcement))


def _data_of(outcome: BatchOutcome) -> BatchData:
    counts = outcome.counts
    return BatchData(
        batch_id=outcome.batch_id,
        completed=counts["completed"],
        failed=counts["failed"],
        cancelled=counts["cancelled"],
        jobs=[
            JobData(
                job_id=job.id,
                status=job.status,
                content_id=job.content_id,
                error_code=job.error_code,
                error_message=shortened(job.error_message, ERROR_LENGTH)
                if job.error_message
                else None,
                job_type=job.job_type,
                workflow_id=job.workflow_id,
            )
            for job in outcome.jobs
        ],
    )
