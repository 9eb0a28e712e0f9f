"""The scene that a prompt describes."""

from enum import StrEnum

import msgspec

from genonaut.simulator.image.request import ImageRequest
from genonaut.simulator.image.subjects import SUBJECTS


class Landform(StrEnum):
    """The landscape below the sky."""

    SEA = "sea"
    MOUNTAINS = "mountains"
    HILLS = "hills"
    FOREST = "forest"
    TOWN = "town"
    DUNES = "dunes"
    SPACE = "space"


_WORDS = {
    Landform.SEA: "sea ocean wave waves beach coast lake river harbour harbor water shore island boat ship sailboat lighthouse fish whale",
    Landform.MOUNTAINS: "mountain mountains alps peak peaks cliff canyon glacier himalaya valley dragon eagle",
    Landform.HILLS: "hill hills meadow field fields flower flowers garden farm horse cow sheep house cottage barn vineyard castle",
    Landform.FOREST: "forest wood woods tree trees jungle pine cabin deer fox wolf owl bear elf fairy",
    Landform.TOWN: "city town street skyline tokyo york paris london cyberpunk skyscraper building neon car train",
    Landform.DUNES: "desert dune dunes sand sahara pyramid camel mars",
    Landform.SPACE: "space galaxy nebula planet planets cosmos universe astronaut rocket orbit stars",
}  # fmt: skip
_LANDFORM_OF_WORD = {word: landform for landform, words in _WORDS.items() for word in words.split()}
_DEFAULTS = (Landform.SEA, Landform.MOUNTAINS, Landform.HILLS, Landform.FOREST, Landform.DUNES)


class Scene(msgspec.Struct, frozen=True):
    """The parts of one image."""

    landform: Landform
    subjects: tuple[str, ...]
    aurora: bool
    water: bool  # in front of the land


def scene_of(request: ImageRequest) -> Scene:
    """Return the scene that the words name; their hash decides the rest."""
    words = request.words
    rng = request.palette_random()
    asked = [_LANDFORM_OF_WORD[word] for word in words if word in _LANDFORM_OF_WORD]
    landform = asked[0] if asked else rng.choice(_DEFAULTS)
    subjects = tuple(dict.fromkeys(word for word in words if word in SUBJECTS))[:3]
    painters = {SUBJECTS[word]: word for word in reversed(subjects)}  # synonyms only once
    return Scene(
        landform,
        tuple(word for word in subjects if word in painters.values()),
        aurora=bool({"aurora", "borealis", "northern"} & set(words)),
        water=Landform.SEA in asked and landform is not Landform.SEA,
    )
