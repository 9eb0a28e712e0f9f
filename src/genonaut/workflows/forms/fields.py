"""The fields of a form."""

from enum import StrEnum
from typing import Any

import msgspec

Json = Any


class FieldType(StrEnum):
    """How a field is entered."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    MODEL = "model"
    IMAGE = "image"
    MASK = "mask"
    VIDEO = "video"
    AUDIO = "audio"
    FILE = "file"
    COLOR = "color"
    SEED = "seed"


class FieldTarget(msgspec.Struct, frozen=True):
    """An input of a node of the graph."""

    node_id: str
    input: str


class Field(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One field: what it sets, how it is shown, what it accepts."""

    key: str
    """Name of the value in a submission; unique in the form."""
    label: str
    type: FieldType
    node_id: str
    input: str
    default: Json
    evidence: str
    """Why the field is in the form, for its author."""
    group: str = ""
    help: str = ""
    is_advanced: bool = False
    is_hidden: bool = False
    """Not shown; its default is used."""
    required: bool = False
    is_multiline: bool = False
    min: float | int | None = None
    max: float | int | None = None
    step: float | int | None = None
    options: tuple[Json, ...] = ()
    model_kind: str | None = None
    """Kind of the files of a field of type ``model``, for example ``checkpoint``."""
    also: tuple[FieldTarget, ...] = ()
    """Further inputs that get the same value."""

    @property
    def targets(self) -> tuple[FieldTarget, ...]:
        """All inputs that the field sets."""
        return (FieldTarget(self.node_id, self.input), *self.also)
