"""What the API says about the model catalogue, as far as the command line uses it."""

from datetime import datetime
from typing import Any

import msgspec


class Abilities(msgspec.Struct, frozen=True, kw_only=True):
    """What a submission may ask of a model, as far as commands need it."""

    text_to_image: bool = True
    reads_control: list[str] = []


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """A model of the catalogue; ``name`` is the one ComfyUI uses."""

    name: str
    id: int = 0
    folder: str = ""
    display_name: str = ""
    kind: str = ""
    architecture: str = ""
    variant: str = ""
    precision: str = ""
    size_bytes: int | None = None
    sha256: str | None = None
    autov2: str | None = None
    autov3: str | None = None
    trigger_words: list[str] = []
    notes: str = ""
    my_note: str = ""
    is_favourite: bool = False
    enabled: bool = True
    available: bool = True
    available_on: list[str] = []
    source: str = ""
    evidence: list[dict[str, Any]] = []
    ambiguous_between: list[str] = []
    conflicts: list[str] = []
    health: list[dict[str, str]] = []
    overrides: dict[str, Any] = {}
    abilities: Abilities | None = None


class ModelPage(msgspec.Struct, frozen=True):
    """One page of models."""

    items: list[Model]
    next_cursor: str | None = None
    total: int | None = None


class Refresh(msgspec.Struct, frozen=True, kw_only=True):
    """The times and the report of the last refresh of the catalogue."""

    requested_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    report: dict[str, Any] = {}
