"""NovelAI: ``Comment`` as JSON beside ``Software: NovelAI``; or the same hidden in the pixels."""

from typing import Any

from genonaut.metadata.entries import Entries, parse_object
from genonaut.metadata.generation import Generation, integer, number, objects, words

Json = Any


def read_novelai(entries: Entries) -> Generation | None:
    """Return what NovelAI wrote."""
    software = entries.text("Software") or ""
    source = entries.text("Source", "Model") or ""
    data = _comment(entries)
    is_novelai = (
        software.startswith("NovelAI")
        or source.startswith("NovelAI")
        or "NovelAI" in (entries.text("Title") or "")
    )
    if not is_novelai or data is None:
        return None
    return novelai_values(data, entries.text("Description", "ImageDescription"), source or software)


def novelai_values(
    data: dict[str, Json], description: str | None, source: str | None
) -> Generation:
    """Return the values of NovelAI's JSON."""
    version = data.get("v4_prompt")
    caption = version.get("caption") if isinstance(version, dict) else None
    caption = caption if isinstance(caption, dict) else {}
    negative_version = data.get("v4_negative_prompt")
    negative_caption = (
        negative_version.get("caption") if isinstance(negative_version, dict) else None
    )
    base_negative = (
        negative_caption.get("base_caption") if isinstance(negative_caption, dict) else None
    )
    return Generation(
        program="novelai",
        version=words(source),
        prompt=words(data.get("prompt"))
        or words(caption.get("base_caption"))
        or words(description),
        negative_prompt=words(data.get("uc")) or words(base_negative),
        seed=integer(data.get("seed")),
        steps=integer(data.get("steps")),
        cfg=number(data.get("scale")),
        sampler=words(data.get("sampler")),
        scheduler=words(data.get("noise_schedule")),
        denoise=number(data.get("strength")),
        width=integer(data.get("width")),
        height=integer(data.get("height")),
        model=words(source),
        character_prompts=tuple(
            text
            for item in objects(caption.get("char_captions"))
            if (text := words(item.get("char_caption")))
        ),
        settings=data,
    )


def _comment(entries: Entries) -> dict[str, Json] | None:
    for key in ("Comment", "UserComment"):
        data = entries.mapping(key)
        if data is None:
            continue
        inner = data.get("Comment")  # The WebP form wraps all texts in one object.
        if isinstance(inner, str):
            return parse_object(inner) or data
        return data
    return None
