"""The task that delivers one webhook event."""

from genonaut.core.messages import Task


class DeliverWebhook(Task, frozen=True, tag="webhooks.deliver"):
    """Try one delivery if it is due; losing or repeating this task is harmless."""

    delivery_id: int
