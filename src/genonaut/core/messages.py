"""What leaves a unit of work after its commit: tasks for the queue, events for whoever watches."""

from typing import ClassVar

import msgspec


class Task(msgspec.Struct, frozen=True, tag_field="task"):
    """Work to be done by a worker; unknown keys are ignored, so that versions can mix."""

    queue: ClassVar[str] = "background"


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened, published on ``channel`` (below the namespace)."""

    @property
    def channel(self) -> str:
        """Return the channel's name without the namespace."""
        raise NotImplementedError
