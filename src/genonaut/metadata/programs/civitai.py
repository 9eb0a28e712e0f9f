"""Civitai's generator: a graph with ``extraMetadata`` beside it, or the text of A1111."""

from typing import Any

from genonaut.metadata.entries import Entries, parse_object
from genonaut.metadata.generation import Generation, UsedLora, integer, number, words
from genonaut.metadata.graph_values import graph_values, is_graph

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
            str(item.get("modelName") or item.get("air") or item.get("modelVersionId")),
            1.0 if (weight := number(item.get("strength", item.get("weight")))) is None else weight,
        )
        for item in extra.get("resources") or []
        if isinstance(item, dict)
        and str(item.get("type", "")).lower() in {"lora", "lycoris", "locon", "dora"}
    )
