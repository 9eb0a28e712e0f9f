"""What leaves a unit of work after its commit: tasks for the queue, events for whoever watches."""

from typing import ClassVar

import msgspec


class Task(msgspec.Struct, frozen=True, tag_field="task"):
    """Work to be done by a worker; unknown keys are ignored, so that versions can mix."""

    queue: ClassVar[str] = "background"


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened, published once and delivered to everybody who watches a topic."""

    @property
    def channel(self) -> str:
        """Return the Redis channel, without the namespace."""
        raise NotImplementedError

    @property
    def topics(self) -> tuple[str, ...]:
        """Return what a watcher may have asked for to be told of this."""
        raise NotImplementedError

    @property
    def replaces(self) -> str | None:
        """Return a key when a newer event of that key makes this one worthless, else None."""
        return None

    @property
    def order(self) -> tuple[int, int, int] | None:
        """Return (subject, major, minor) by which a watcher tells newer from older."""
        return None

    @property
    def is_terminal(self) -> bool:
        """Return whether no newer state of the same subject can follow."""
        return False

    def frame(self) -> bytes:
        """Return the JSON text that websocket clients get."""
        raise NotImplementedError
