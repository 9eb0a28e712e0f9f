"""Easy Diffusion, Stability Matrix, TensorArt, and spaces on Hugging Face."""

import re
from typing import Any

import msgspec

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
from genonaut.metadata.programs.a1111 import read_a1111, split_sampler
from genonaut.metadata.programs.comfyui import with_graph

Json = Any

_SIZE = re.compile(r"(\d{1,6})\s*[xX\u00d7]\s*(\d{1,6})")
_EASY_NAMES = {
    "prompt": "prompt",
    "negative prompt": "negative_prompt",
    "seed": "seed",
    "stable diffusion model": "use_stable_diffusion_model",
    "vae model": "use_vae_model",
    "sampler": "sampler_name",
    "steps": "num_inference_steps",
    "guidance scale": "guidance_scale",
    "clip skip": "clip_skip",
    "width": "width",
    "height": "height",
    "prompt strength": "prompt_strength",
    "lora model": "use_lora_model",
    "lora strength": "lora_alpha",
    "lora alpha": "lora_alpha",
}


def read_easy_diffusion(entries: Entries) -> Generation | None:
    """Return what Easy Diffusion wrote: one text for each value, or JSON."""
    data: dict[str, Json] | None = entries.mapping("UserComment")
    if data is None or "use_stable_diffusion_model" not in _easy(data):
        data = {entry.key: entry.text for entry in entries.all}
    values = _easy(data)
    if "use_stable_diffusion_model" not in values:
        return None
    return Generation(
        program="easy-diffusion",
        prompt=words(values.get("prompt")),
        negative_prompt=words(values.get("negative_prompt")),
        seed=integer(values.get("seed")),
        steps=integer(values.get("num_inference_steps")),
        cfg=number(values.get("guidance_scale")),
        sampler=words(values.get("sampler_name")),
        denoise=number(values.get("prompt_strength")),
        width=integer(values.get("width")),
        height=integer(values.get("height")),
        clip_skip=integer(values.get("clip_skip")),
        model=words(values.get("use_stable_diffusion_model")),
        vae=chosen(values.get("use_vae_model")),
        loras=_easy_loras(values),
        settings=values,
    )


def _easy(data: dict[str, Json]) -> dict[str, Json]:
    return {
        _EASY_NAMES.get(key.lower().replace("_", " "), key): value for key, value in data.items()
    }


def _easy_loras(values: dict[str, Json]) -> tuple[UsedLora, ...]:
    """Return the LoRAs: one name and strength, or lists of them, also written as text."""
    names = _several(values.get("use_lora_model"))
    strengths = [number(strength) for strength in _several(values.get("lora_alpha"))]
    strengths += [None] * (len(names) - len(strengths))
    return tuple(
        UsedLora(name, 1.0 if strength is None else strength)
        for raw, strength in zip(names, strengths, strict=False)
        if (name := chosen(raw))
    )


def _several(value: Json) -> list[Json]:
    if isinstance(value, str) and value.lstrip().startswith("["):
        value = [part.strip().strip("'\"") for part in value.strip().strip("[]").split(",")]
    return value if isinstance(value, list) else [] if value is None else [value]


def read_stability_matrix(entries: Entries) -> Generation | None:
    """Return what Stability Matrix wrote; a graph beside it is kept.

    Without its JSON the text of A1111 beside its project is read.
    """
    data = entries.mapping("parameters-json")
    project = entries.mapping("smproj")
    if data is None and project is None:
        return None
    text = entries.text("parameters")
    if data is None:
        found = read_a1111(text) if text else Generation(program="")
        found = msgspec.structs.replace(found, settings=found.settings or project or {})
    else:
        found = _stability_matrix(data)
    graph = entries.mapping("prompt")
    named = msgspec.structs.replace(found, program="stability-matrix")
    whole = with_graph(named, graph, entries.mapping("workflow"))
    # Its size is that of the enlarged image, and its sampler has a name for people.
    first = graph_values(graph) if graph is not None and is_graph(graph) else {}
    names = ("width", "height", "sampler", "scheduler")
    return msgspec.structs.replace(whole, **{name: first[name] for name in names if name in first})


def _stability_matrix(data: dict[str, Json]) -> Generation:
    prompt = words(data.get("PositivePrompt"))
    sampler, scheduler = split_sampler(words(data.get("Sampler")), None)
    return Generation(
        program="stability-matrix",
        prompt=prompt,
        negative_prompt=words(data.get("NegativePrompt")),
        seed=integer(data.get("Seed")),
        steps=integer(data.get("Steps")),
        cfg=number(data.get("CfgScale")),
        sampler=sampler,
        scheduler=scheduler,
        width=integer(data.get("Width")),
        height=integer(data.get("Height")),
        model=words(data.get("ModelName")),
        model_hash=words(data.get("ModelHash")),
        loras=loras_in_prompt(prompt or ""),
        settings=data,
    )


def read_tensorart(entries: Entries) -> Generation | None:
    """Return what TensorArt wrote; a seed of -1 is replaced by the one of the graph."""
    data = entries.mapping("generation_data")
    if data is None:
        return None
    graph = entries.mapping("prompt")
    values = graph_values(graph) if graph is not None and is_graph(graph) else {}
    seed = seed_of(data.get("seed"))
    base = data.get("baseModel")
    base = base if isinstance(base, dict) else {}
    return Generation(
        program="tensorart",
        prompt=words(data.get("prompt")) or values.get("prompt"),
        negative_prompt=words(data.get("negativePrompt")) or values.get("negative_prompt"),
        seed=values.get("seed") if seed is None else seed,
        steps=integer(data.get("steps")),
        cfg=number(data.get("cfgScale")),
        guidance=number(data.get("guidance")),
        sampler=words(data.get("ksamplerName"))
        or words(data.get("samplerName"))
        or values.get("sampler"),
        scheduler=words(data.get("schedule")) or values.get("scheduler"),
        width=integer(data.get("width")),
        height=integer(data.get("height")),
        clip_skip=integer(data.get("clipSkip")),
        model=words(base.get("modelFileName")) or words(base.get("label")) or values.get("model"),
        model_hash=words(base.get("hash")),
        vae=chosen(data.get("sdVae")),
        loras=tuple(
            UsedLora(
                str(item.get("modelFileName") or item.get("label")),
                1.0 if (weight := number(item.get("weight"))) is None else weight,
                hash=words(item.get("hash")),
            )
            for item in objects(data.get("models"))
            if str(item.get("type", "")).upper() == "LORA"
        ),
        graph=graph if is_graph(graph) else None,
        settings=data,
    )


def read_hugging_face(entries: Entries) -> Generation | None:
    """Return the JSON of image generation spaces."""
    data = parse_object(entries.text("parameters"))
    if (
        data is None
        or "prompt" not in data
        or not ({"guidance_scale", "num_inference_steps"} & set(data))
    ):
        return None
    size = _SIZE.search(str(data.get("resolution", "")))
    return Generation(
        program="huggingface-space",
        prompt=words(data.get("prompt")),
        negative_prompt=words(data.get("negative_prompt")),
        seed=integer(data.get("seed")),
        steps=integer(data.get("num_inference_steps")),
        cfg=number(data.get("guidance_scale")),
        sampler=words(data.get("sampler") or data.get("scheduler")),
        hires=_space_hires(data.get("use_upscaler")),
        width=int(size[1]) if size else integer(data.get("width")),
        height=int(size[2]) if size else integer(data.get("height")),
        model=words(data.get("Model")),
        model_hash=words(data.get("Model hash")),
        settings=data,
    )


def _space_hires(value: Json) -> dict[str, Json]:
    if not isinstance(value, dict):
        return {}
    found = {
        "scale": number(value.get("upscale_by")),
        "denoise": number(value.get("upscaler_strength")),
        "upscaler": words(value.get("upscale_method")),
        "size": words(value.get("new_resolution")),
    }
    return {name: one for name, one in found.items() if one is not None}
