"""Draw Things: an XMP packet with JSON in ``exif:UserComment``."""

from typing import Any

from genonaut.metadata.entries import Entries
from genonaut.metadata.generation import Generation, UsedLora, integer, number, objects, words

Json = Any


def read_draw_things(entries: Entries) -> Generation | None:
    """Return what Draw Things wrote."""
    creator = entries.text("CreatorTool") or ""
    data = entries.mapping("UserComment")
    if not creator.startswith("Draw Things") or data is None:
        return None
    width, _, height = str(data.get("size", "")).partition("x")
    return Generation(
        program="draw-things",
        version=creator.removeprefix("Draw Things").strip() or None,
        prompt=words(data.get("c")),
        negative_prompt=words(data.get("uc")),
        seed=integer(data.get("seed")),
        steps=integer(data.get("steps")),
        cfg=number(data.get("scale")),
        sampler=words(data.get("sampler")),
        denoise=number(data.get("strength")),
        width=integer(width),
        height=integer(height),
        model=words(data.get("model")),
        loras=tuple(
            UsedLora(
                str(item.get("model") or item.get("file")),
                1.0 if (weight := number(item.get("weight"))) is None else weight,
            )
            for item in objects(data.get("lora"))
        ),
        settings=data,
    )
