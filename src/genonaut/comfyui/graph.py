"""Builds text-to-image graphs in ComfyUI's API format; pure and deterministic.

Source of input names and output order: object_info of ComfyUI 0.3.64; for Flux.2 of 0.33.0.
"""

from enum import StrEnum
from typing import Any, TypeAlias

import msgspec

Graph: TypeAlias = dict[str, dict[str, Any]]
Link: TypeAlias = list[str | int]


class LatentNode(StrEnum):
    """Node that makes the empty latent: 4 channels, 16 (SD3, Flux), 16 over time (video), or 128."""

    SD = "EmptyLatentImage"
    SD3 = "EmptySD3LatentImage"
    VIDEO = "EmptyHunyuanLatentVideo"
    FLUX2 = "EmptyFlux2LatentImage"


class NodeClass(StrEnum):
    """Every other node class of the graphs."""

    CHECKPOINT = "CheckpointLoaderSimple"
    DIFFUSION_MODEL = "UNETLoader"
    TEXT_ENCODER = "CLIPLoader"
    TWO_TEXT_ENCODERS = "DualCLIPLoader"
    THREE_TEXT_ENCODERS = "TripleCLIPLoader"
    FOUR_TEXT_ENCODERS = "QuadrupleCLIPLoader"
    VAE = "VAELoader"
    LORA = "LoraLoader"
    MODEL_SAMPLING = "ModelSamplingAuraFlow"
    ENCODE = "CLIPTextEncode"
    GUIDANCE = "FluxGuidance"
    SAMPLER = "KSampler"
    CUSTOM_SAMPLER = "SamplerCustomAdvanced"
    NOISE = "RandomNoise"
    GUIDER = "CFGGuider"
    SAMPLER_CHOICE = "KSamplerSelect"
    SCHEDULE = "BasicScheduler"
    FLUX2_SCHEDULE = "Flux2Scheduler"
    SPLIT_SCHEDULE = "SplitSigmasDenoise"
    DECODE = "VAEDecode"
    SAVE = "SaveImage"


FLUX2_SCHEDULER = "simple"
"""The scheduler that Flux2Scheduler replaces."""

NODE_CLASSES = frozenset[str]({*LatentNode, *NodeClass})
"""All node classes that a graph may contain."""


class CheckpointLoader(msgspec.Struct, frozen=True, tag="checkpoint"):
    """One file with diffusion model, text encoders and VAE; missing parts come from other files.

    ``clip_type`` is required with ``text_encoders``; its values are those of CLIPLoader.
    """

    name: str
    text_encoders: tuple[str, ...] = ()
    vae: str = ""
    clip_type: str = ""


class SplitLoader(msgspec.Struct, frozen=True, tag="split"):
    """Separate files; one to four text encoders; ``clip_type`` has the values of CLIPLoader."""

    diffusion_model: str
    text_encoders: tuple[str, ...]
    vae: str
    clip_type: str
    weight_dtype: str = "default"


class Lora(msgspec.Struct, frozen=True):
    """A LoRA with its strengths for the model and the text encoder, which may be negative."""

    name: str
    strength_model: float = 1.0
    strength_clip: float | None = None


class TextToImage(msgspec.Struct, frozen=True, kw_only=True):
    """Parameters of a text-to-image graph, sizes in pixels.

    ``filename_prefix`` must be unique per attempt: ComfyUI caches by inputs, and a repeated prefix
    returns the file of an earlier run, or the name of a file that no longer exists.
    """

    prompt: str
    negative_prompt: str = ""
    loader: CheckpointLoader | SplitLoader
    loras: tuple[Lora, ...] = ()
    width: int
    height: int
    seed: int
    steps: int
    cfg: float
    sampler: str
    scheduler: str
    denoise: float = 1.0
    filename_prefix: str
    latent: LatentNode = LatentNode.SD
    flux_guidance: float | None = None
    flow_shift: float | None = None
    has_flux2_schedule: bool = False
    """Whether the scheduler ``simple`` stands for Flux2Scheduler, which follows the size."""


def filename_prefix_of(prompt_id: str) -> str:
    """Return the prefix that makes an attempt's files unique, in the folder ``genonaut``."""
    return f"genonaut/{prompt_id}"


def build_text_to_image(spec: TextToImage) -> Graph:
    """Return the graph; node ids are words, which makes errors and PNG metadata readable."""
    graph: Graph = {}
    model, clip, vae = _load(graph, spec.loader)
    for number, lora in enumerate(spec.loras, start=1):
        model, clip = _apply_lora(graph, f"lora_{number}", lora, model, clip)
    if spec.flow_shift is not None:
        inputs = {"model": model, "shift": spec.flow_shift}
        model = _add(graph, "model_sampling", NodeClass.MODEL_SAMPLING, "Model sampling", inputs)
    positive = _encode(graph, "positive", "Prompt", spec.prompt, clip)
    negative = _encode(graph, "negative", "Negative prompt", spec.negative_prompt, clip)
    if spec.flux_guidance is not None:
        inputs = {"conditioning": positive, "guidance": spec.flux_guidance}
        positive = _add(graph, "guidance", NodeClass.GUIDANCE, "Guidance", inputs)
    size = {"width": spec.width, "height": spec.height, "batch_size": 1}
    if spec.latent is LatentNode.VIDEO:
        size["length"] = 1
    latent = _add(graph, "latent", spec.latent, "Empty latent image", size)
    sources = _Sources(model, positive, negative, latent)
    sample = _sample_flux2 if spec.has_flux2_schedule else _sample
    samples = sample(graph, spec, sources)
    image = _add(graph, "decode", NodeClass.DECODE, "Decode", {"samples": samples, "vae": vae})
    saving = {"images": image, "filename_prefix": spec.filename_prefix}
    _add(graph, "save", NodeClass.SAVE, "Save image", saving)
    return graph


def node_classes_of(
    loader: CheckpointLoader | SplitLoader,
    *,
    latent: LatentNode,
    has_loras: bool,
    flux_guidance: float | None = None,
    flow_shift: float | None = None,
    has_flux2_schedule: bool = False,
    scheduler: str = "",
    denoise: float = 1.0,
) -> list[str]:
    """Return the node classes of the graph with these parts, sorted."""
    graph = build_text_to_image(
        TextToImage(
            prompt="",
            loader=loader,
            loras=(Lora(""),) if has_loras else (),
            width=64,
            height=64,
            seed=0,
            steps=1,
            cfg=1.0,
            sampler="",
            scheduler=scheduler,
            denoise=denoise,
            filename_prefix="",
            latent=latent,
            flux_guidance=flux_guidance,
            flow_shift=flow_shift,
            has_flux2_schedule=has_flux2_schedule,
        )
    )
    return sorted({node["class_type"] for node in graph.values()})


class _Sources(msgspec.Struct, frozen=True):
    """What a sampler starts from."""

    model: Link
    positive: Link
    negative: Link
    latent: Link


def _sample(graph: Graph, spec: TextToImage, sources: _Sources) -> Link:
    inputs = {
        "seed": spec.seed,
        "steps": spec.steps,
        "cfg": spec.cfg,
        "sampler_name": spec.sampler,
        "scheduler": spec.scheduler,
        "denoise": spec.denoise,
        "model": sources.model,
        "positive": sources.positive,
        "negative": sources.negative,
        "latent_image": sources.latent,
    }
    return _add(graph, "sampler", NodeClass.SAMPLER, "Sampler", inputs)


def _sample_flux2(graph: Graph, spec: TextToImage, sources: _Sources) -> Link:
    """Sample with a schedule of its own; a guider with a scale of 1 ignores the negative prompt."""
    noise = _add(graph, "noise", NodeClass.NOISE, "Noise", {"noise_seed": spec.seed})
    choice = {"sampler_name": spec.sampler}
    sampler = _add(graph, "sampler_choice", NodeClass.SAMPLER_CHOICE, "Sampler choice", choice)
    guidance = {
        "model": sources.model,
        "positive": sources.positive,
        "negative": sources.negative,
        "cfg": spec.cfg,
    }
    guider = _add(graph, "guider", NodeClass.GUIDER, "Guider", guidance)
    inputs = {
        "noise": noise,
        "guider": guider,
        "sampler": sampler,
        "sigmas": _schedule(graph, spec, sources.model),
        "latent_image": sources.latent,
    }
    return _add(graph, "sampler", NodeClass.CUSTOM_SAMPLER, "Sampler", inputs)


def _schedule(graph: Graph, spec: TextToImage, model: Link) -> Link:
    if spec.scheduler != FLUX2_SCHEDULER:
        inputs = {
            "model": model,
            "scheduler": spec.scheduler,
            "steps": spec.steps,
            "denoise": spec.denoise,
        }
        return _add(graph, "schedule", NodeClass.SCHEDULE, "Schedule", inputs)
    size = {"steps": spec.steps, "width": spec.width, "height": spec.height}
    schedule = _add(graph, "schedule", NodeClass.FLUX2_SCHEDULE, "Schedule", size)
    if spec.denoise >= 1:
        return schedule
    part = {"sigmas": schedule, "denoise": spec.denoise}
    _add(graph, "last_part", NodeClass.SPLIT_SCHEDULE, "Last part of the schedule", part)
    return ["last_part", 1]


def _add(
    graph: Graph,
    node_id: str,
    node_class: NodeClass | LatentNode,
    title: str,
    inputs: dict[str, Any],
) -> Link:
    graph[node_id] = {"class_type": node_class.value, "inputs": inputs, "_meta": {"title": title}}
    return [node_id, 0]


def _load(graph: Graph, loader: CheckpointLoader | SplitLoader) -> tuple[Link, Link, Link]:
    if isinstance(loader, CheckpointLoader):
        name = {"ckpt_name": loader.name}
        model = _add(graph, "checkpoint", NodeClass.CHECKPOINT, "Checkpoint", name)
        clip: Link = ["checkpoint", 1]
        vae: Link = ["checkpoint", 2]
        if loader.text_encoders:
            clip = _load_text_encoders(graph, loader)
        if loader.vae:
            vae = _load_vae(graph, loader)
        return model, clip, vae
    unet = {"unet_name": loader.diffusion_model, "weight_dtype": loader.weight_dtype}
    model = _add(graph, "diffusion_model", NodeClass.DIFFUSION_MODEL, "Diffusion model", unet)
    return model, _load_text_encoders(graph, loader), _load_vae(graph, loader)


def _load_text_encoders(graph: Graph, loader: CheckpointLoader | SplitLoader) -> Link:
    node_class, inputs = _text_encoder_loader(loader)
    return _add(graph, "text_encoders", node_class, "Text encoders", inputs)


def _load_vae(graph: Graph, loader: CheckpointLoader | SplitLoader) -> Link:
    return _add(graph, "vae", NodeClass.VAE, "VAE", {"vae_name": loader.vae})


def _text_encoder_loader(
    loader: CheckpointLoader | SplitLoader,
) -> tuple[NodeClass, dict[str, Any]]:
    names = loader.text_encoders
    numbered = {f"clip_name{number}": name for number, name in enumerate(names, start=1)}
    match len(names):
        case 1:
            return NodeClass.TEXT_ENCODER, {"clip_name": names[0], "type": loader.clip_type}
        case 2:
            return NodeClass.TWO_TEXT_ENCODERS, {**numbered, "type": loader.clip_type}
        case 3:
            return NodeClass.THREE_TEXT_ENCODERS, numbered
        case 4:
            return NodeClass.FOUR_TEXT_ENCODERS, numbered
    raise ValueError(f"expected one to four text encoders, got {len(names)}")


def _apply_lora(
    graph: Graph, node_id: str, lora: Lora, model: Link, clip: Link
) -> tuple[Link, Link]:
    strength_clip = lora.strength_model if lora.strength_clip is None else lora.strength_clip
    inputs = {
        "lora_name": lora.name,
        "strength_model": lora.strength_model,
        "strength_clip": strength_clip,
        "model": model,
        "clip": clip,
    }
    return _add(graph, node_id, NodeClass.LORA, f"LoRA {lora.name}", inputs), [node_id, 1]


def _encode(graph: Graph, node_id: str, title: str, text: str, clip: Link) -> Link:
    return _add(graph, node_id, NodeClass.ENCODE, title, {"text": text, "clip": clip})
