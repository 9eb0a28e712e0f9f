"""Civitai's generator: a graph with ``extraMetadata`` beside it, or the text of A1111."""

from typing import Any

from genonaut.metadata.entries import Entries, parse_object
from genonaut.metadata.generation import (
    Generation,
    UsedLora,
    chosen,
    integer,
    number,
    objects,
    seed_of,
    words,
)
from genonaut.metadata.graph_values import graph_values, is_graph
from genonaut.metadata.lora_tags import loras_in_prompt

Json = Any


def read_civitai(entries: Entries) -> Generation | None:
    """Return what Civitai wrote beside a graph."""
    for key in ("UserComment", "parameters", "prompt", "extrametadata"):
        data = entries.mapping(key)
        if data is None:
            continue
        extra = data.get("extraMetadata") if key != "extrametadata" else data
        if isinstance(extra, str):
            extra = parse_object(extra)
        if isinstance(extra, dict):
            return _generation(data, extra, entries)
    return None


def _generation(data: dict[str, Json], extra: dict[str, Json], entries: Entries) -> Generation:
    graph = {
        key: node for key, node in data.items() if isinstance(node, dict) and "class_type" in node
    }
    if not graph:
        beside = entries.mapping("prompt")
        graph = beside if beside is not None and is_graph(beside) else {}
    values = graph_values(graph) if graph else {}
    given = {
        "prompt": words(extra.get("prompt")),
        "negative_prompt": words(extra.get("negativePrompt")),
        "seed": integer(extra.get("seed")),
        "steps": integer(extra.get("steps")),
        "cfg": number(extra.get("cfgScale")),
        "sampler": words(extra.get("sampler")),
        "denoise": number(extra.get("denoise")),
        "width": integer(extra.get("width")),
        "height": integer(extra.get("height")),
        "clip_skip": integer(extra.get("clipSkip")),
        "loras": _loras(extra),
    }
    values |= {name: value for name, value in given.items() if value not in (None, ())}
    # Of an image that was only enlarged, nothing but the family of the model is known.
    values.setdefault("model", words(extra.get("baseModel")))
    return Generation(program="civitai", graph=graph or None, settings=extra, **values)


def _loras(extra: dict[str, Json]) -> tuple[UsedLora, ...]:
    return tuple(
        UsedLora(
            str(_name(item)),
            1.0 if (weight := number(item.get("strength", item.get("weight")))) is None else weight,
        )
        for item in objects(extra.get("resources"))
        if str(item.get("type", "")).lower() in {"lora", "lycoris", "locon", "dora"}
    )


def _name(item: dict[str, Json]) -> Json:
    keys = ("modelName", "name", "air", "modelVersionId")
    return next((item[key] for key in keys if item.get(key)), None)


def read_civitai_meta(data: dict[str, Json]) -> Generation | None:
    """Return the JSON of Civitai's interface, which programs that download images store beside them."""
    meta = data.get("meta", data)
    meta = meta.get("meta", meta) if isinstance(meta, dict) else None
    if not isinstance(meta, dict) or not {"cfgScale", "negativePrompt", "sampler"} & set(meta):
        return None
    prompt = words(meta.get("prompt"))
    width, _, height = str(meta.get("Size", "")).partition("x")
    return Generation(
        program="civitai",
        prompt=prompt,
        negative_prompt=words(meta.get("negativePrompt")),
        seed=seed_of(meta.get("seed")),
        steps=integer(meta.get("steps")),
        cfg=number(meta.get("cfgScale")),
        sampler=words(meta.get("sampler")),
        scheduler=words(meta.get("Schedule type")),
        denoise=number(meta.get("Denoising strength")),
        width=integer(width) or integer(meta.get("width")),
        height=integer(height) or integer(meta.get("height")),
        clip_skip=integer(meta.get("clipSkip", meta.get("Clip skip"))),
        model=words(meta.get("Model")),
        model_hash=words(meta.get("Model hash")),
        vae=chosen(meta.get("VAE")),
        loras=loras_in_prompt(prompt or "") or _loras(meta),
        settings=meta,
    )
