"""The event that makes processes re-check the permission of a user."""

from uuid import UUID

import msgspec

from genonaut.core.messages import Event

ACCESS_TOPIC = "access"
"""The topic of changes to the access of any user."""


def access_topic(user_id: UUID) -> str:
    """Return the topic of changes to a user's access."""
    return f"access-of:{user_id}"


class AccessChanged(Event, frozen=True):
    """A session ended, a key was revoked, a user was deactivated or the role changed.

    It only triggers a re-check; the rows decide.
    """

    user_id: UUID

    @property
    def channel(self) -> str:
        """Return the user's channel; every API process subscribes to it."""
        return f"users:{self.user_id}"

    @property
    def topics(self) -> tuple[str, ...]:
        """Return the topics of open websockets of the user, and of the cache of identities."""
        return (access_topic(self.user_id), ACCESS_TOPIC)

    def frame(self) -> bytes:
        """Return an empty object: the event is not sent to clients."""
        return msgspec.json.encode({})
