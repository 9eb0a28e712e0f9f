"""The tasks and events of the catalogue."""

from typing import Any, Literal

import msgspec

from genonaut.core.messages import Event, Task

Phase = Literal["files", "servers", "hashes"]
TOPIC = "models"
_encode = msgspec.json.Encoder().encode


class RefreshModels(Task, frozen=True, tag="catalog.refresh"):
    """Look through folders and servers if that was asked for or is due; a needless one is harmless."""


class HashModels(Task, frozen=True, tag="catalog.hash"):
    """Hash what has no hash; a needless one is harmless."""


class ProgressFrame(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="progress"):
    """How far a refresh or the hashing has come; ``total`` 0 is not known yet."""

    phase: Phase
    done: int
    total: int
    unit: Literal["models", "bytes"]
    detail: str
    """The server or the file in hand."""


class ModelsRefreshProgressed(Event, frozen=True):
    """A refresh or the hashing has come further."""

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
        """Only the newest progress of a phase matters."""
        return f"models:{self.progress.phase}"

    def frame(self) -> bytes:
        """Return the frame's JSON."""
        return _encode(self.progress)


class ChangedFrame(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="changed"):
    """The lists should be read again."""

    reason: Literal["refreshed", "hashed", "edited", "listed"]
    report: dict[str, Any]


class ModelsChanged(Event, frozen=True):
    """Models were found, lost, corrected or hashed."""

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
