"""The event that makes open websockets read the notifications again."""

from uuid import UUID

import msgspec

from genonaut.core.messages import Event

EVERYBODY_TOPIC = "notifications-of:everybody"


def notification_topic(user_id: UUID) -> str:
    """Return the topic of one user's notifications."""
    return f"notifications-of:{user_id}"


class NotificationsChanged(Event, frozen=True):
    """Notifications of a user were added, marked or deleted.

    It has no count: concurrent transactions would each count without the other's rows. The
    receiver reads the count after the commit.
    """

    user_id: UUID | None
    """None: all users."""

    @property
    def channel(self) -> str:
        """Return the user's channel; every API process subscribes to it."""
        return f"users:{self.user_id or 'everybody'}"

    @property
    def topics(self) -> tuple[str, ...]:
        """Return the topic of the user, or of all users."""
        if self.user_id is None:
            return (EVERYBODY_TOPIC,)
        return (notification_topic(self.user_id),)

    @property
    def replaces(self) -> str:
        """One check covers all earlier changes."""
        return "notifications"

    def frame(self) -> bytes:
        """Return an empty object: the event is not sent to clients."""
        return msgspec.json.encode({})
