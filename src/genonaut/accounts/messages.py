"""The event that tells open websockets to look whether they may stay."""

from uuid import UUID

import msgspec

from genonaut.core.messages import Event


def access_topic(user_id: UUID) -> str:
    """Return the topic of everything that may end a user's access."""
    return f"access-of:{user_id}"


class AccessChanged(Event, frozen=True):
    """A session ended, a key was revoked, a user was deactivated or got another role.

    It says only where to look: the rows decide.
    """

    user_id: UUID

    @property
    def channel(self) -> str:
        """Return the user's own channel, which every API process reads."""
        return f"users:{self.user_id}"

    @property
    def topics(self) -> tuple[str, ...]:
        """Return the topic that the keepers of open websockets watch."""
        return (access_topic(self.user_id),)

    def frame(self) -> bytes:
        """Return an empty object: it is not meant for clients."""
        return msgspec.json.encode({})
