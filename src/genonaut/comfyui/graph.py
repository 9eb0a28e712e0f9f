"""Builds text-to-image graphs in ComfyUI's API format; pure and deterministic.

Source of input names and output order: object_info of ComfyUI 0.3.64.
"""

from enum import StrEnum
from typing import Any, TypeAlias

import msgspec

Graph: TypeAlias = dict[str, dict[str, Any]]
Link: TypeAlias = list[str | int]


class LatentNode(StrEnum):
    """Node that makes the empty latent: 4 channels, 16 (SD3, Flux), or 16 over time (video)."""

    SD = "EmptyLatentImage"
    SD3 = "EmptySD3LatentImage"
    VIDEO = "EmptyHunyuanLatentVideo"


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
    DECODE = "VAEDecode"
    SAVE = "SaveImage"


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
    sampling = {
        "seed": spec.seed,
        "steps": spec.steps,
        "cfg": spec.cfg,
        "sampler_name": spec.sampler,
        "scheduler": spec.scheduler,
        "denoise": spec.denoise,
        "model": model,
        "positive": positive,
        "negative": negative,
        "latent_image": latent,
    }
    samples = _add(graph, "sampler", NodeClass.SAMPLER, "Sampler", sampling)
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
            scheduler="",
            filename_prefix="",
            latent=latent,
            flux_guidance=flux_guidance,
            flow_shift=flow_shift,
        )
    )
    return sorted({node["class_type"] for node in graph.values()})


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
