"""Models of a ComfyUI graph: checkpoint, VAE and LoRAs."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from genonaut.metadata.generation import UsedLora, chosen, integer, number, words
from genonaut.metadata.graph_links import GraphLinks
from genonaut.metadata.lora_tags import loras_in_prompt

Json = Any

_MODEL_INPUTS = (
    "ckpt_name", "unet_name", "model_name", "base_ckpt_name", "ckpt", "diffusion_name", "model_path", "gguf_name",
)  # fmt: skip
_CARRIERS = (
    "model",
    "opt_model",
    "base_model",
    "pipe",
    "basic_pipe",
    "sdxl_tuple",
    "detailer_pipe",
    "model_high_noise",
)
_LORA_CARRIERS = (*_CARRIERS, "lora_stack", "optional_lora_stack")
_OTHER_DATA = ("clip", "vae", "positive", "negative", "image", "control_net")
_NO_LATENT = ("model", "clip", "vae", "positive", "negative", "pixels")
_NUMBERED = re.compile(r"lora_(?:name_)?(\d{1,3})(?:_name)?")
_MODEL_WEIGHTS = (
    "model_weight_{0}", "model_str_{0}", "strength_{0}", "strength_model_{0}", "lora_{0}_model_strength",
    "lora_wt_{0}", "lora_{0}_strength",
)  # fmt: skip
_CLIP_WEIGHTS = ("clip_weight_{0}", "clip_str_{0}", "lora_{0}_clip_strength")
_SINGLE_WEIGHTS = ("strength_model", "lora_model_strength", "lora_strength", "strength")
_SINGLE_CLIP_WEIGHTS = ("strength_clip", "lora_clip_strength")


def model_of(graph: GraphLinks, *node_ids: str) -> str | None:
    """Return the checkpoint or diffusion model that one of these nodes uses, the first first."""
    for node_id in node_ids:
        for key in graph.upstream(graph.link(node_id, *_CARRIERS), _OTHER_DATA):
            value = words(graph.value(key, *_MODEL_INPUTS))
            is_loader = "Loader" in graph.kind(key) and isinstance(
                graph.inputs(key).get("model"), str
            )
            value = value or (words(graph.inputs(key)["model"]) if is_loader else None)
            if value and "Lora" not in graph.kind(key):
                return value
    return None


def vae_of(graph: GraphLinks, sampler_id: str) -> str | None:
    """Return the VAE that decodes what a sampler made; None for the one in the checkpoint."""
    for key in graph.nodes:
        latent = graph.upstream(graph.link(key, "samples", "latent"), _NO_LATENT)
        vae = graph.link(key, "vae")
        if vae is None or sampler_id not in latent:
            continue
        for holder in graph.upstream(vae):
            name = words(graph.value(holder, "vae_name"))
            if name is not None or "ckpt_name" in graph.inputs(holder):
                return chosen(name)
    return chosen(graph.value(sampler_id, "vae_name"))


def clip_skip_of(graph: GraphLinks) -> int | None:
    """Return at how many layers from the end the text encoder stops."""
    for key in graph.nodes:
        layer = integer(graph.value(key, "stop_at_clip_layer", "clip_skip"))
        if layer:
            return abs(layer)
    return None


def loras_of(graph: GraphLinks, *node_ids: str) -> tuple[UsedLora, ...]:
    """Return the LoRAs that one of these nodes uses, the first first."""
    for node_id in node_ids:
        found = [
            lora
            for key in graph.upstream(graph.link(node_id, *_LORA_CARRIERS), _OTHER_DATA)
            for lora in _loras_of(graph, key)
        ]
        if found:
            return tuple(dict.fromkeys(found))
    return ()


def _loras_of(graph: GraphLinks, key: str) -> Iterator[UsedLora]:
    """Return the LoRAs of a loader: one, a list, numbered names, or tags in a text."""
    inputs, kind = graph.inputs(key), graph.kind(key)
    single = inputs.get("lora")  # A link leads to the node that has the strength too.
    name = chosen(graph.value(key, "lora_name")) or chosen(single)
    if name:
        clip = number(graph.value(key, *_SINGLE_CLIP_WEIGHTS))
        yield UsedLora(name, _weight(graph.value(key, *_SINGLE_WEIGHTS)), clip)
    yield from _switched(inputs.values())
    listed = inputs.get("loras")
    listed = listed.get("__value__") if isinstance(listed, dict) else listed
    if isinstance(listed, list) and any(isinstance(item, dict) for item in listed):
        yield from _listed(listed)
    elif any(word in kind for word in ("Lora", "Wildcard", "Power Prompt")):
        for field in ("populated_text", "text", "lora_syntax", "prompt"):
            text = inputs.get(field)
            if isinstance(text, str) and "<lora:" in text:
                yield from loras_in_prompt(text)
                break
    yield from _numbered(graph, key)


def _switched(values: Iterable[Json]) -> Iterator[UsedLora]:
    """Return the LoRAs that are on, as rgthree's loader writes them."""
    for value in values:
        if isinstance(value, dict) and isinstance(value.get("lora"), str) and value.get("on"):
            clip = number(value.get("strengthTwo"))
            yield UsedLora(value["lora"], _weight(value.get("strength")), clip)


def _listed(items: list[Json]) -> Iterator[UsedLora]:
    for item in items:
        name = words(item.get("name")) if isinstance(item, dict) else None
        if name and item.get("active", True):
            yield UsedLora(name, _weight(item.get("strength")), number(item.get("clipStrength")))


def _numbered(graph: GraphLinks, key: str) -> Iterator[UsedLora]:
    inputs = graph.inputs(key)
    is_simple = inputs.get("input_mode", inputs.get("mode")) == "simple"
    count = integer(inputs.get("lora_count", inputs.get("num_loras")))
    for field, value in inputs.items():
        match = _NUMBERED.fullmatch(field)
        name = chosen(value) if match else None
        if match is None or name is None:
            continue
        index = match[1]
        is_off = inputs.get(f"switch_{index}", "On") not in ("On", True) or (
            count is not None and int(index) > count
        )
        if not is_off:
            names = [form.format(index) for form in _MODEL_WEIGHTS]
            weight = graph.value(key, *(reversed(names) if is_simple else names))
            clip_names = () if is_simple else _CLIP_WEIGHTS
            clip = graph.value(key, *(form.format(index) for form in clip_names))
            yield UsedLora(name, _weight(weight), number(clip))


def _weight(value: Json) -> float:
    weight = number(value)
    return 1.0 if weight is None else weight
