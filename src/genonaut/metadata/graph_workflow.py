"""A graph from a workflow as ComfyUI's editor saves it, as far as values can be read without its node classes.

The order of widgets is that of INPUT_TYPES in ComfyUI nodes.py and comfy_extras; newer editors name them.
"""

from collections.abc import Iterator
from typing import Any

Json = Any
Source = tuple[str, int, str]

_MAX_NODES = 2_000
_MAX_INPUTS = 100
_MAX_PASSED = 20
"""Bypassed nodes that one link leads through."""
_MUTED, _BYPASSED = 2, 4
_SEEDS = ("seed", "noise_seed")
_WIDGETS = {
    "KSampler": "seed control steps cfg sampler_name scheduler denoise",
    "KSamplerAdvanced": (
        "add_noise noise_seed control steps cfg sampler_name scheduler start_at_step end_at_step return_with_leftover_noise"
    ),
    "SamplerCustom": "add_noise noise_seed control cfg",
    "RandomNoise": "noise_seed control",
    "KSamplerSelect": "sampler_name",
    "BasicScheduler": "scheduler steps denoise",
    "CFGGuider": "cfg",
    "FluxGuidance": "guidance",
    "CLIPTextEncode": "text",
    "CLIPTextEncodeSDXL": "width height crop_w crop_h target_width target_height text_g text_l",
    "CLIPTextEncodeFlux": "clip_l t5xxl guidance",
    "CLIPSetLastLayer": "stop_at_clip_layer",
    "CheckpointLoaderSimple": "ckpt_name",
    "CheckpointLoader": "config_name ckpt_name",
    "unCLIPCheckpointLoader": "ckpt_name",
    "UNETLoader": "unet_name weight_dtype",
    "UnetLoaderGGUF": "unet_name",
    "VAELoader": "vae_name",
    "UpscaleModelLoader": "model_name",
    "LoraLoader": "lora_name strength_model strength_clip",
    "LoraLoaderModelOnly": "lora_name strength_model",
    "EmptyLatentImage": "width height batch_size",
    "EmptySD3LatentImage": "width height batch_size",
    "EmptyHunyuanLatentVideo": "width height length batch_size",
    "StableCascade_EmptyLatentImage": "width height compression batch_size",
    "WanImageToVideo": "width height length batch_size",
    "SDXL Empty Latent Image (rgthree)": "dimensions clip_scale batch_size",
    "LatentUpscale": "upscale_method width height crop",
    "LatentUpscaleBy": "upscale_method scale_by",
    "ImageScale": "upscale_method width height crop",
    "ImageScaleBy": "upscale_method scale_by",
    "PrimitiveNode": "value control",
}


def graph_of(workflow: dict[str, Json]) -> dict[str, Json]:
    """Return the nodes of a workflow in API format, without those that are muted; empty for another object."""
    listed = workflow.get("nodes")
    nodes = {
        str(node.get("id")): node
        for node in (listed[:_MAX_NODES] if isinstance(listed, list) else [])
        if isinstance(node, dict) and node.get("mode") != _MUTED
    }
    sources = dict(_sources(workflow.get("links")))
    passing = {
        key: {str(one.get("type")): one.get("link") for one in reversed(_inputs(node))}
        for key, node in nodes.items()
        if node.get("mode") == _BYPASSED
    }
    return {
        key: {
            "class_type": node.get("type"),
            "inputs": _widgets(node) | _links(node, passing, sources),
        }
        for key, node in nodes.items()
        if key not in passing
    }


def _sources(links: Json) -> Iterator[tuple[str, Source]]:
    """Return for each link the node that feeds it, the place of its output, and the type of the data."""
    for link in links if isinstance(links, list) else []:
        if isinstance(link, dict):
            names = ("id", "origin_id", "origin_slot", "target_id", "target_slot", "type")
            link = [link.get(name) for name in names]  # noqa: PLW2901 - the newer form
        if isinstance(link, list) and len(link) > 5 and isinstance(link[2], int):  # noqa: PLR2004
            yield str(link[0]), (str(link[1]), link[2], str(link[5]))


def _inputs(node: dict[str, Json]) -> list[dict[str, Json]]:
    inputs = node.get("inputs")
    listed = inputs[:_MAX_INPUTS] if isinstance(inputs, list) else []
    return [one for one in listed if isinstance(one, dict)]


def _links(
    node: dict[str, Json], passing: dict[str, dict[str, Json]], sources: dict[str, Source]
) -> dict[str, Json]:
    """Return the links to a node; a bypassed one passes on its first input of the same type."""
    found: dict[str, Json] = {}
    for one in _inputs(node):
        source = sources.get(str(one.get("link")))
        for _ in range(_MAX_PASSED):
            if source is None or source[0] not in passing:
                break
            source = sources.get(str(passing[source[0]].get(source[2])))
        if source is not None:
            found[str(one.get("name") or "value")] = [source[0], source[1]]
    return found


def _widgets(node: dict[str, Json]) -> dict[str, Json]:
    values = node.get("widgets_values")
    if isinstance(values, dict):
        return {name: value for name, value in values.items() if not isinstance(value, list)}
    if not isinstance(values, list):
        return {}
    known = _WIDGETS.get(str(node.get("type")))
    names = known.split() if known else list(_named_widgets(node))
    if known is None and len(names) != len(values):
        return {}
    pairs = zip(names, values, strict=False)
    return {
        name: value for name, value in pairs if name != "control" and not isinstance(value, list)
    }


def _named_widgets(node: dict[str, Json]) -> Iterator[str]:
    """Return the names that newer editors give; a seed is followed by what happens to it after a run."""
    for one in _inputs(node):
        widget = one.get("widget")
        name = widget.get("name") if isinstance(widget, dict) else None
        if isinstance(name, str):
            yield name
            if name in _SEEDS:
                yield "control"
