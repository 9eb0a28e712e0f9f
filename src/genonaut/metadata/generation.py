"""What is known of how a file was generated, in the same terms for every program."""

import re
from typing import Any

import msgspec

Json = Any

_GREATEST = 10**20
"""No setting has so large a number; seeds have up to 64 bits."""
_NOT_CHOSEN = {"none", "undefined", "automatic", "auto", "baked vae", "default (model)", "default"}
"""How programs name the VAE of the checkpoint, or no model at all."""


class UsedLora(msgspec.Struct, frozen=True, omit_defaults=True):
    """A LoRA and its strengths."""

    name: str
    strength: float = 1.0
    clip_strength: float | None = None
    hash: str | None = None


class Generation(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Prompt and settings; None and empty values are unknown."""

    program: str
    """The program that wrote the file, for example ``comfyui``, ``a1111`` or ``invokeai``."""
    version: str | None = None
    prompt: str | None = None
    negative_prompt: str | None = None
    seed: int | None = None
    steps: int | None = None
    cfg: float | None = None
    guidance: float | None = None
    sampler: str | None = None
    scheduler: str | None = None
    denoise: float | None = None
    width: int | None = None
    height: int | None = None
    clip_skip: int | None = None
    model: str | None = None
    model_hash: str | None = None
    vae: str | None = None
    loras: tuple[UsedLora, ...] = ()
    hires: dict[str, Json] = msgspec.field(default_factory=dict)
    character_prompts: tuple[str, ...] = ()
    graph: dict[str, Json] | None = None
    """ComfyUI's graph in API format."""
    workflow: dict[str, Json] | None = None
    """ComfyUI's workflow as its editor saved it."""
    settings: dict[str, Json] = msgspec.field(default_factory=dict)
    """Everything else, with the program's own names."""


def integer(value: Json) -> int | None:
    """Return a whole number, also from a text; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        is_whole = isinstance(value, int) or value.is_integer()
        return int(value) if is_whole and abs(value) < _GREATEST else None
    if isinstance(value, str):
        text = re.sub(r"\.0{1,6}$", "", value.strip())
        digits = text.removeprefix("-")
        return int(text) if digits.isascii() and digits.isdecimal() and len(digits) <= 20 else None  # noqa: PLR2004
    return None


def seed_of(value: Json) -> int | None:
    """Return a seed; None for a negative number, with which programs ask for one by chance."""
    seed = integer(value)
    return None if seed is None or seed < 0 else seed


def number(value: Json) -> float | None:
    """Return a finite number, also from a text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        result = float(value)
    except (ValueError, OverflowError):
        return None
    return result if abs(result) < float("inf") else None


def objects(value: Json) -> list[dict[str, Json]]:
    """Return the objects of a list; none for anything else."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def words(value: Json) -> str | None:
    """Return a text; None for an empty one and anything else."""
    if isinstance(value, str):
        return value.strip() or None
    return None


def chosen(value: Json) -> str | None:
    """Return the name of a model; None when a program says that none was chosen."""
    text = words(value)
    return None if text is None or text.lower() in _NOT_CHOSEN else text


def base_name(value: Json) -> str | None:
    r"""Return the file name of a model's path, with / or \\ between folders."""
    text = words(value)
    return text.replace("\\", "/").rpartition("/")[2] if text else None
