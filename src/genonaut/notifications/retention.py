"""Old notifications and webhook deliveries."""

from datetime import timedelta

from sqlalchemy import and_, func

from genonaut.config.settings import NotificationSettings, WebhookSettings
from genonaut.db.retention import ExpiredRows, table_of
from genonaut.notifications.tables import UserNotification
from genonaut.notifications.webhooks.tables import WebhookDelivery


def expired_notifications(
    notifications: NotificationSettings, webhooks: WebhookSettings
) -> list[ExpiredRows]:
    """Return the rules for read and unread notifications and for ended deliveries."""
    row, delivery, now = UserNotification, WebhookDelivery, func.clock_timestamp()
    read_before = now - timedelta(days=notifications.retention_days)
    unread_before = now - timedelta(days=notifications.unread_days)
    return [
        ExpiredRows(
            name="read notifications",
            setting="notifications.retention_days",
            table=table_of(row),
            condition=and_(row.read_status, row.read_at < read_before),
            at=table_of(row).c.read_at,
        ),
        ExpiredRows(
            name="unread notifications",
            setting="notifications.unread_days",
            table=table_of(row),
            condition=and_(~table_of(row).c.read_status, row.created_at < unread_before),
            at=table_of(row).c.created_at,
        ),
        ExpiredRows(
            name="webhook deliveries",
            setting="webhooks.log_days",
            table=table_of(delivery),
            condition=delivery.ended_at < now - timedelta(days=webhooks.log_days),
            at=table_of(delivery).c.ended_at,
        ),
    ]
