"""The event that tells open websockets to look at somebody's notifications."""

from uuid import UUID

import msgspec

from genonaut.core.messages import Event

EVERYBODY_TOPIC = "notifications-of:everybody"


def notification_topic(user_id: UUID) -> str:
    """Return the topic of one user's notifications."""
    return f"notifications-of:{user_id}"


class NotificationsChanged(Event, frozen=True):
    """Something was added, read or deleted.

    It only says where to look: two transactions that end at the same moment would each count
    without the other, so that the number is read after the commit, by those who show it.
    """

    user_id: UUID | None
    """None: everybody's."""

    @property
    def channel(self) -> str:
        """Return the user's own channel, which every API process reads."""
        return f"users:{self.user_id or 'everybody'}"

    @property
    def topics(self) -> tuple[str, ...]:
        """Return the topic of the user, or of everybody."""
        if self.user_id is None:
            return (EVERYBODY_TOPIC,)
        return (notification_topic(self.user_id),)

    @property
    def replaces(self) -> str:
        """Looking once serves all that happened before."""
        return "notifications"

    def frame(self) -> bytes:
        """Return an empty object: it is not meant for clients."""
        return msgspec.json.encode({})
