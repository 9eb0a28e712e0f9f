"""Delete old notifications and webhook deliveries."""

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
    """Delete old rows, at most 10,000 of each kind; returns their number.

    Unread notifications are kept. Returns 0 when another worker is doing it.
    """
    if not await try_lock_transaction(uow.session, AdvisoryLock.NOTIFICATION_RETENTION):
        return 0
    deleted = await NotificationRepository(uow.session).prune(
        older_than=timedelta(days=notifications.retention_days), limit=PRUNED_AT_ONCE
    )
    return deleted + await WebhookRepository(uow.session).prune(
        older_than=timedelta(days=webhooks.log_days), limit=PRUNED_AT_ONCE
    )
