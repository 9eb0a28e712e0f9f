"""The tasks and events of the catalogue."""

from typing import Any, Literal

import msgspec

from genonaut.core.messages import Event, Task

Phase = Literal["files", "servers", "hashes"]
TOPIC = "models"
_encode = msgspec.json.Encoder().encode


class RefreshModels(Task, frozen=True, tag="catalog.refresh"):
    """Refresh the catalogue if that was requested or is due; does nothing otherwise."""


class HashModels(Task, frozen=True, tag="catalog.hash"):
    """Hash the files that have no hash; does nothing if there are none."""


class ProgressFrame(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="progress"):
    """Progress of a refresh or of hashing; a ``total`` of 0 means that it is not known yet."""

    phase: Phase
    done: int
    total: int
    unit: Literal["models", "bytes"]
    detail: str
    """The current server or file."""


class ModelsRefreshProgressed(Event, frozen=True):
    """A refresh or the hashing made progress."""

    progress: ProgressFrame

    @property
    def channel(self) -> str:
        """Return the one channel of the catalogue."""
        return TOPIC

    @property
    def topics(self) -> tuple[str, ...]:
        """Return the one topic of the catalogue."""
        return (TOPIC,)

    @property
    def replaces(self) -> str:
        """Newer progress replaces older progress of the same phase."""
        return f"models:{self.progress.phase}"

    def frame(self) -> bytes:
        """Return the frame's JSON."""
        return _encode(self.progress)


class ChangedFrame(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="changed"):
    """The lists of models changed and should be read again."""

    reason: Literal["refreshed", "hashed", "edited", "listed"]
    report: dict[str, Any]


class ModelsChanged(Event, frozen=True):
    """Models were added, removed, corrected or hashed."""

    changed: ChangedFrame

    @property
    def channel(self) -> str:
        """Return the one channel of the catalogue."""
        return TOPIC

    @property
    def topics(self) -> tuple[str, ...]:
        """Return the one topic of the catalogue."""
        return (TOPIC,)

    def frame(self) -> bytes:
        """Return the frame's JSON."""
        return _encode(self.changed)
