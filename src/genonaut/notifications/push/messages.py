"""The task that sends a notification to the browsers of a user."""

from uuid import UUID

from genonaut.core.messages import Task


class SendPush(Task, frozen=True, tag="push.send"):
    """Send a notification to all browsers of its user.

    It can be lost with Redis; the notification itself is stored.
    """

    user_id: UUID
    title: str
    message: str
    path: str
    """Page of the web app that it opens."""
    tag: str
    """Messages with the same tag replace each other in the browser."""
