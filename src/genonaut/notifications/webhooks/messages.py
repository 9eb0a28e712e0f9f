"""The task that makes one call."""

from genonaut.core.messages import Task


class DeliverWebhook(Task, frozen=True, tag="webhooks.deliver"):
    """Try one delivery if it is due; a lost or doubled one is harmless."""

    delivery_id: int
