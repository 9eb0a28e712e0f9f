"""Fooocus and its relatives: Fooocus-MRE and RuinedFooocus."""

import ast
import re
from typing import Any

from genonaut.metadata.entries import Entries, parse_json
from genonaut.metadata.generation import Generation, UsedLora, chosen, integer, number, words

Json = Any

_PAIR = re.compile(r"(\d{1,6})\D{1,5}(\d{1,6})")


def read_fooocus(entries: Entries) -> Generation | None:
    """Return what Fooocus wrote in its own scheme; its A1111 scheme is read as A1111's."""
    for key in ("parameters", "UserComment"):
        data = entries.mapping(key)
        if data is None:
            continue
        if str(data.get("software", "")).startswith("RuinedFooocus"):
            return _ruined(data)
        if "base_model" in data and (
            "performance" in data or "metadata_scheme" in data or "styles" in data
        ):
            return _fooocus(data)
    return _mre(entries)


def _fooocus(data: dict[str, Json]) -> Generation:
    width, height = _size(data.get("resolution"))
    return Generation(
        program="fooocus",
        version=words(data.get("version")),
        prompt=words(data.get("prompt")),
        negative_prompt=words(data.get("negative_prompt")),
        seed=integer(data.get("seed")),
        steps=integer(data.get("steps")),
        cfg=number(data.get("guidance_scale")),
        sampler=words(data.get("sampler")),
        scheduler=words(data.get("scheduler")),
        width=width,
        height=height,
        clip_skip=integer(data.get("clip_skip")),
        model=words(data.get("base_model")),
        model_hash=words(data.get("base_model_hash")),
        vae=chosen(data.get("vae")),
        loras=tuple(_loras(data)),
        settings=data,
    )


def _loras(data: dict[str, Json]) -> list[UsedLora]:
    value = data.get("loras")
    if isinstance(value, str):
        value = _literal(value)
    found = [lora for item in value if (lora := _lora(item))] if isinstance(value, list) else []
    for key, text in data.items():
        if re.fullmatch(r"lora_combined_\d+", key) and isinstance(text, str):
            name, _, weight = text.rpartition(" : ")
            if chosen(name):
                found.append(UsedLora(name.strip(), _weight(weight)))
    return found


def _lora(item: Json) -> UsedLora | None:
    if isinstance(item, dict):
        name = chosen(item.get("name"))
        return UsedLora(name, _weight(item.get("weight"))) if name else None
    if isinstance(item, str):  # RuinedFooocus: "0.5 - name", or "name - 0.5"
        first, _, last = item.partition(" - ")
        name, weight = (last, first) if number(first) is not None else (first, last)
        return UsedLora(name.strip(), _weight(weight)) if chosen(name) else None
    if isinstance(item, list | tuple) and len(item) > 1:
        name, weight, *more = item
        hashed = words(more[0]) if more else None
        return UsedLora(str(name), _weight(weight), hash=hashed) if chosen(name) else None
    return None


def _weight(value: Json) -> float:
    weight = number(value)
    return 1.0 if weight is None else weight


def _ruined(data: dict[str, Json]) -> Generation:
    loras = data.get("loras")
    return Generation(
        program="ruined-fooocus",
        version=words(data.get("software")),
        prompt=words(data.get("Prompt")),
        negative_prompt=words(data.get("Negative")),
        seed=integer(data.get("seed")),
        steps=integer(data.get("steps")),
        cfg=number(data.get("cfg")),
        sampler=words(data.get("sampler_name")),
        scheduler=words(data.get("scheduler")),
        denoise=number(data.get("denoise")),
        width=integer(data.get("width")),
        height=integer(data.get("height")),
        clip_skip=integer(data.get("clip_skip")),
        model=words(data.get("base_model_name")),
        model_hash=words(data.get("base_model_hash")),
        loras=tuple(_loras({"loras": loras if isinstance(loras, list) else []})),
        settings=data,
    )


def _mre(entries: Entries) -> Generation | None:
    """Return what Fooocus-MRE wrote as a comment; other programs' comments are no such JSON."""
    data = entries.mapping("Comment")
    if (
        data is None
        or "prompt" not in data
        or not ({"real_prompt", "positive_prompt_strength", "base_model_name"} & set(data))
    ):
        return None
    return Generation(
        program="fooocus-mre",
        prompt=words(data.get("prompt")),
        negative_prompt=words(data.get("negative_prompt")),
        seed=integer(data.get("seed")),
        steps=integer(data.get("steps")),
        cfg=number(data.get("cfg")),
        sampler=words(data.get("sampler") or data.get("sampler_name")),
        scheduler=words(data.get("scheduler")),
        width=integer(data.get("width")),
        height=integer(data.get("height")),
        model=words(data.get("base_model") or data.get("base_model_name")),
        settings=data,
    )


def _size(value: Json) -> tuple[int | None, int | None]:
    match = _PAIR.search(value) if isinstance(value, str) else None
    return (int(match[1]), int(match[2])) if match else (None, None)


def _literal(text: str) -> Json:
    """Return a Python list that was written as text."""
    if len(text) > 10_000:  # noqa: PLR2004 - longer than any list of LoRAs
        return None
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return parse_json(text)
