"""The event that makes the processes forget what they remember about files of items."""

from uuid import UUID

import msgspec

from genonaut.core.messages import Event

FILES_TOPIC = "content-files"


class FileAccessChanged(Event, frozen=True):
    """Items of a user were hidden, shown, trashed, restored, deleted or verified.

    It only triggers a new look at the rows, which decide.
    """

    user_id: UUID

    @property
    def channel(self) -> str:
        """Return the user's channel; every API process subscribes to it."""
        return f"users:{self.user_id}"

    @property
    def topics(self) -> tuple[str, ...]:
        """Return the topic of all such changes."""
        return (FILES_TOPIC,)

    def frame(self) -> bytes:
        """Return an empty object: the event is not sent to clients."""
        return msgspec.json.encode({})
