"""Compare recorded models with those of the catalogue, and rank substitutes; no I/O."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from enum import StrEnum
from pathlib import PurePosixPath

import msgspec

MOST_SUBSTITUTES = 5


class ModelState(StrEnum):
    """How a recorded model compares with the catalogue."""

    SAME = "same"
    """It is there, and its hash is the recorded one."""
    CHANGED = "changed"
    """There is a file of that name with another hash."""
    UNVERIFIED = "unverified"
    """It is there, but its hash was not recorded or is not known."""
    MISSING = "missing"


class Closeness(StrEnum):
    """Why a model is offered as a substitute."""

    SAME_FILE = "same_file"
    """The same bytes under another name."""
    SAME_ARCHITECTURE = "same_architecture"
    SIMILAR_NAME = "similar_name"


class RecordedModel(msgspec.Struct, frozen=True, kw_only=True):
    """A model as it was recorded; ``autov2`` is the first ten digits of its SHA-256."""

    role: str
    """checkpoint, lora or vae."""
    name: str
    autov2: str | None
    architecture: str | None


class KnownModel(msgspec.Struct, frozen=True, kw_only=True):
    """A model of the catalogue that can take the place of a recorded one."""

    name: str
    title: str
    architecture: str
    autov2: str | None


class Substitute(msgspec.Struct, frozen=True):
    """A model to use instead."""

    model: KnownModel
    closeness: Closeness


class ComparedModel(msgspec.Struct, frozen=True):
    """A recorded model, its state, and the nearest substitutes, the best first."""

    recorded: RecordedModel
    state: ModelState
    current_autov2: str | None
    substitutes: Sequence[Substitute]


def compare_model(recorded: RecordedModel, known: Sequence[KnownModel]) -> ComparedModel:
    """Compare a model with the available ones of its role.

    A model that is the same, or whose hash cannot be compared, has no substitutes.
    """
    namesake = next((one for one in known if one.name == recorded.name), None)
    state = _state(recorded, namesake)
    current = None if namesake is None else namesake.autov2
    if state in {ModelState.SAME, ModelState.UNVERIFIED}:
        return ComparedModel(recorded, state, current, ())
    return ComparedModel(recorded, state, current, _substitutes(recorded, known))


def _state(recorded: RecordedModel, namesake: KnownModel | None) -> ModelState:
    if namesake is None:
        return ModelState.MISSING
    if recorded.autov2 is None or namesake.autov2 is None:
        return ModelState.UNVERIFIED
    return ModelState.SAME if recorded.autov2 == namesake.autov2 else ModelState.CHANGED


def _substitutes(recorded: RecordedModel, known: Sequence[KnownModel]) -> list[Substitute]:
    found: list[tuple[int, float, str, Substitute]] = []
    for one in known:
        likeness = _likeness(recorded.name, one.name)
        if recorded.autov2 is not None and one.autov2 == recorded.autov2:
            closeness, rank = Closeness.SAME_FILE, 0
        elif recorded.architecture is not None and one.architecture == recorded.architecture:
            closeness, rank = Closeness.SAME_ARCHITECTURE, 1
        elif recorded.architecture is None:
            closeness, rank = Closeness.SIMILAR_NAME, 2
        else:
            continue
        found.append((rank, -likeness, one.name, Substitute(one, closeness)))
    found.sort(key=lambda entry: entry[:3])
    return [entry[3] for entry in found[:MOST_SUBSTITUTES]]


def _likeness(name: str, other: str) -> float:
    first, second = (PurePosixPath(one).stem.lower() for one in (name, other))
    return SequenceMatcher(None, first, second, autojunk=False).ratio()
