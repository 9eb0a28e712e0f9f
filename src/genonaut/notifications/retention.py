"""What is forgotten in time: notifications that were read, the log of webhooks."""

from datetime import timedelta

from genonaut.config.settings import NotificationSettings, WebhookSettings
from genonaut.db import UnitOfWork
from genonaut.db.advisory_locks import AdvisoryLock, try_lock_transaction
from genonaut.notifications.repository import NotificationRepository
from genonaut.notifications.webhooks.repository import WebhookRepository

PRUNED_AT_ONCE = 10_000


async def prune_notifications(
    uow: UnitOfWork, notifications: NotificationSettings, webhooks: WebhookSettings
) -> int:
    """Delete what is too old, at most 10,000 rows of each kind; returns how many rows.

    Unread notifications stay however old. Of several workers one does it, the others return.
    """
    if not await try_lock_transaction(uow.session, AdvisoryLock.NOTIFICATION_RETENTION):
        return 0
    gone = await NotificationRepository(uow.session).prune(
        older_than=timedelta(days=notifications.retention_days), limit=PRUNED_AT_ONCE
    )
    return gone + await WebhookRepository(uow.session).prune(
        older_than=timedelta(days=webhooks.log_days), limit=PRUNED_AT_ONCE
    )
