"""Old notifications and webhook deliveries."""

from datetime import timedelta

from genonaut.config.settings import NotificationSettings, WebhookSettings
from genonaut.db.retention import ExpiredRows, older_than, table_of
from genonaut.notifications.tables import UserNotification
from genonaut.notifications.webhooks.tables import WebhookDelivery


def expired_notifications(
    notifications: NotificationSettings, webhooks: WebhookSettings
) -> list[ExpiredRows]:
    """Return the rules for read and unread notifications and for ended deliveries."""
    columns = table_of(UserNotification).c
    return [
        *older_than(
            timedelta(days=notifications.retention_days),
            columns.read_at,
            name="read notifications",
            setting="notifications.retention_days",
            only=columns.read_status,
        ),
        *older_than(
            timedelta(days=notifications.unread_days),
            columns.created_at,
            name="unread notifications",
            setting="notifications.unread_days",
            only=~columns.read_status,
        ),
        *older_than(
            timedelta(days=webhooks.log_days),
            table_of(WebhookDelivery).c.ended_at,
            name="webhook deliveries",
            setting="webhooks.log_days",
        ),
    ]
