"""Messages that a unit of work sends after its commit: tasks for workers, events for subscribers."""

from typing import ClassVar

import msgspec


class Task(msgspec.Struct, frozen=True, tag_field="task"):
    """Work for a worker. Unknown keys are ignored, so old and new versions can run together."""

    queue: ClassVar[str] = "background"


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened, delivered to every subscriber of one of its topics."""

    @property
    def channel(self) -> str:
        """Return the Redis channel, without the namespace."""
        raise NotImplementedError

    @property
    def topics(self) -> tuple[str, ...]:
        """Return the topics whose subscribers get this event."""
        raise NotImplementedError

    @property
    def family(self) -> str | None:
        """Return the name of events that every hub receives and that may share one message."""
        return None

    @property
    def replaces(self) -> str | None:
        """Return the key under which a newer event replaces this one; None: it is never replaced."""
        return None

    @property
    def order(self) -> tuple[int, int, int] | None:
        """Return (subject, major, minor), which orders the events of one subject."""
        return None

    @property
    def is_terminal(self) -> bool:
        """Return whether no newer state of the same subject can follow."""
        return False

    def frame(self) -> bytes:
        """Return the JSON text for websocket clients."""
        raise NotImplementedError
