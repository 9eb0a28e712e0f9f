"""SwarmUI: JSON with ``sui_image_params``."""

from typing import Any

from genonaut.metadata.entries import Entries, parse_json
from genonaut.metadata.generation import Generation, UsedLora, chosen, integer, number, words
from genonaut.metadata.programs.comfyui import with_graph

Json = Any


def read_swarmui(entries: Entries) -> Generation | None:
    """Return what SwarmUI wrote; a graph beside it is kept."""
    data = None
    for key in ("parameters", "UserComment", "Model"):
        found = entries.mapping(key)
        if found is not None and isinstance(found.get("sui_image_params"), dict):
            data = found
            break
    if data is None:
        return None
    params = data["sui_image_params"]
    graph = entries.mapping("prompt")
    generation = Generation(
        program="swarmui",
        version=words(params.get("swarm_version")),
        prompt=words(params.get("prompt")),
        negative_prompt=words(params.get("negativeprompt")),
        seed=integer(params.get("seed")),
        steps=integer(params.get("steps")),
        cfg=number(params.get("cfgscale")),
        guidance=number(params.get("fluxguidancescale")),
        sampler=words(params.get("sampler")),
        scheduler=words(params.get("scheduler")),
        denoise=number(params.get("initimagecreativity")),
        width=integer(params.get("width")),
        height=integer(params.get("height")),
        model=words(params.get("model")),
        model_hash=_hash(data.get("sui_models")),
        vae=chosen(params.get("vae")),
        loras=_loras(params),
        hires=_hires(params),
        settings=data,
    )
    return with_graph(generation, graph, entries.mapping("workflow"))


def _hires(params: dict[str, Json]) -> dict[str, Json]:
    """Return the second pass, if it enlarges the image."""
    scale = number(params.get("refinerupscale"))
    if scale is None or scale == 1:
        return {}
    found = {
        "scale": scale,
        "denoise": number(params.get("refinercontrolpercentage")),
        "upscaler": words(params.get("refinerupscalemethod")),
        "steps": integer(params.get("refinersteps")),
        "model": chosen(params.get("refinermodel")),
    }
    return {name: value for name, value in found.items() if value is not None}


def _loras(params: dict[str, Json]) -> tuple[UsedLora, ...]:
    names, weights = _list(params.get("loras")), _list(params.get("loraweights"))
    weights += [None] * (len(names) - len(weights))
    return tuple(
        UsedLora(str(name), 1.0 if (weight := number(raw)) is None else weight)
        for name, raw in zip(names, weights, strict=False)
    )


def _list(value: Json) -> list[Json]:
    if isinstance(value, str):
        parsed = parse_json(value)
        return (
            parsed
            if isinstance(parsed, list)
            else [part.strip() for part in value.split(",") if part.strip()]
        )
    return list(value) if isinstance(value, list) else []


def _hash(models: Json) -> str | None:
    for model in models if isinstance(models, list) else []:
        if isinstance(model, dict) and model.get("param") == "model":
            return words(model.get("hash"))
    return None
