"""From the metadata of a file to the fields of an item."""

from pathlib import PurePosixPath
from typing import Any

import msgspec

from genonaut.imports.samplers import sampler_of
from genonaut.metadata import Generation

_TITLE_LENGTH = 255
_CHECKPOINT_LENGTH = 512
_PROMPT_LENGTH = 100_000
_MAX_EXACT = 2**53 - 1
"""Larger numbers are rounded by readers of JSON with double precision, such as browsers."""
_COPIED = (
    ("program", "program"),
    ("version", "program_version"),
    ("seed", "seed"),
    ("steps", "steps"),
    ("cfg", "cfg"),
    ("guidance", "guidance"),
    ("denoise", "denoise"),
    ("clip_skip", "clip_skip"),
    ("vae", "vae"),
    ("width", "width"),
    ("height", "height"),
    ("model", "checkpoint_model"),
    ("model_hash", "model_hash"),
)
"""Fields of a generation, and the names under which the gallery shows them."""


class ImportedTexts(msgspec.Struct, frozen=True, kw_only=True):
    """What an item says about how it was made."""

    title: str
    prompt: str
    negative_prompt: str
    checkpoint_model: str
    details: dict[str, Any]


def texts_of(name: str, found: Generation | None) -> ImportedTexts:
    """Return the texts of an imported file.

    Args:
        name: its path in the archive, or its file name.
        found: what the file says; None if it says nothing.
    """
    base = storable(name.replace("\\", "/")).rstrip("/")
    stem = PurePosixPath(base).stem.strip() or "imported"
    details: dict[str, Any] = {"origin": "import", "file_name": base[-_CHECKPOINT_LENGTH:]}
    if found is None:
        return ImportedTexts(
            title=stem[:_TITLE_LENGTH],
            prompt="",
            negative_prompt="",
            checkpoint_model="",
            details=details,
        )
    details |= _settings(found) | _sampling(found) | _loras(found)
    hires = _hires(found)
    if hires:
        details["hires"] = hires
        details.pop("denoise", None)  # That of the second pass.
    prompt = storable(found.prompt or "")[:_PROMPT_LENGTH]
    return ImportedTexts(
        title="" if prompt.strip() else stem[:_TITLE_LENGTH],
        prompt=prompt,
        negative_prompt=storable(found.negative_prompt or "")[:_PROMPT_LENGTH],
        checkpoint_model=storable(found.model or "")[:_CHECKPOINT_LENGTH],
        details=details,
    )


def _settings(found: Generation) -> dict[str, Any]:
    values = {shown: getattr(found, field) for field, shown in _COPIED}
    details = {
        name: storable(value) if isinstance(value, str) else value
        for name, value in values.items()
        if value is not None
    }
    if found.seed is not None and found.seed > _MAX_EXACT:
        details["seed_exact"] = str(found.seed)
    if found.character_prompts:
        details["character_prompts"] = [storable(text) for text in found.character_prompts]
    return details


def _loras(found: Generation) -> dict[str, Any]:
    """Return the LoRAs as a job has them, and their hashes."""
    if not found.loras:
        return {}
    used = [
        {
            "name": storable(one.name),
            "strength_model": one.strength,
            "strength_clip": one.strength if one.clip_strength is None else one.clip_strength,
        }
        for one in found.loras
    ]
    hashes = {storable(one.name): storable(one.hash) for one in found.loras if one.hash}
    return {"lora_models": used, **({"lora_hashes": hashes} if hashes else {})}


def _sampling(found: Generation) -> dict[str, str]:
    """Return sampler and scheduler by ComfyUI's names, and the program's own if they differ."""
    sampler, scheduler = sampler_of(found.sampler, found.scheduler)
    named = {"sampler_name": sampler, "scheduler": scheduler}
    if sampler != found.sampler:
        named["original_sampler"] = found.sampler
    return {name: storable(value) for name, value in named.items() if value is not None}


def _hires(found: Generation) -> dict[str, Any]:
    """Return the second pass in the fields of a job; one that names a size gets its factor."""
    hires = {
        name: storable(value) if isinstance(value, str) else value
        for name, value in found.hires.items()
    }
    size = str(hires.get("size", "")).lower().partition("x")[0].strip()
    if "scale" not in hires and size.isdecimal() and int(size) and found.width:
        hires["scale"] = round(int(size) / found.width, 3)
    return hires


def storable(text: str) -> str:
    """Return a text that columns of PostgreSQL accept."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
