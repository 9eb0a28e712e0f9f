"""First part of a graph: load the models, add LoRAs, set what the sampler needs to know of them."""

from typing import Any

import msgspec

from genonaut.comfyui.graphs.nodes import Link, NodeClass, Nodes, output
from genonaut.comfyui.graphs.specs import (
    CheckpointLoader,
    Lora,
    ShiftNode,
    SplitLoader,
    TextToImage,
)

_SHIFT_NODES = {
    ShiftNode.AURAFLOW: NodeClass.MODEL_SAMPLING,
    ShiftNode.SD3: NodeClass.MODEL_SAMPLING_SD3,
}


class Loaded(msgspec.Struct, frozen=True):
    """Diffusion model, text encoder and VAE of a graph."""

    model: Link
    clip: Link
    vae: Link


def load(nodes: Nodes, spec: TextToImage) -> Loaded:
    """Load the models and return them as they are used."""
    loaded = _load_files(nodes, spec.loader)
    model, clip = loaded.model, loaded.clip
    for number, lora in enumerate(spec.loras, start=1):
        model, clip = _apply_lora(nodes, f"lora_{number}", lora, model, clip)
    if spec.clip_skip > 1:
        clip = nodes.add(
            "clip_skip", NodeClass.CLIP_SKIP, "Clip skip",
            clip=clip, stop_at_clip_layer=-spec.clip_skip,
        )  # fmt: skip
    if spec.flow_shift is not None:
        node = _SHIFT_NODES[spec.shift_node]
        model = nodes.add(
            "model_sampling", node, "Model sampling", model=model, shift=spec.flow_shift
        )
    if spec.cfg_norm is not None:
        model = nodes.add(
            "cfg_norm", NodeClass.CFG_NORM, "Guidance norm", model=model, strength=spec.cfg_norm
        )
    return Loaded(model, clip, loaded.vae)


def load_checkpoint(nodes: Nodes, node_id: str, title: str, name: str) -> Loaded:
    """Load a checkpoint that contains everything."""
    model = nodes.add(node_id, NodeClass.CHECKPOINT, title, ckpt_name=name)
    return Loaded(model, output(model, 1), output(model, 2))


def _load_files(nodes: Nodes, loader: CheckpointLoader | SplitLoader) -> Loaded:
    if isinstance(loader, CheckpointLoader):
        loaded = load_checkpoint(nodes, "checkpoint", "Checkpoint", loader.name)
        clip = _load_text_encoders(nodes, loader) if loader.text_encoders else loaded.clip
        return Loaded(loaded.model, clip, _load_vae(nodes, loader) if loader.vae else loaded.vae)
    model = nodes.add(
        "diffusion_model", NodeClass.DIFFUSION_MODEL, "Diffusion model",
        unet_name=loader.diffusion_model, weight_dtype=loader.weight_dtype,
    )  # fmt: skip
    return Loaded(model, _load_text_encoders(nodes, loader), _load_vae(nodes, loader))


def _load_text_encoders(nodes: Nodes, loader: CheckpointLoader | SplitLoader) -> Link:
    node_class, inputs = _text_encoder_loader(loader)
    return nodes.add("text_encoders", node_class, "Text encoders", **inputs)


def _load_vae(nodes: Nodes, loader: CheckpointLoader | SplitLoader) -> Link:
    return nodes.add("vae", NodeClass.VAE, "VAE", vae_name=loader.vae)


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
    nodes: Nodes, node_id: str, lora: Lora, model: Link, clip: Link
) -> tuple[Link, Link]:
    strength_clip = lora.strength_model if lora.strength_clip is None else lora.strength_clip
    added = nodes.add(
        node_id, NodeClass.LORA, f"LoRA {lora.name}",
        lora_name=lora.name, strength_model=lora.strength_model, strength_clip=strength_clip,
        model=model, clip=clip,
    )  # fmt: skip
    return added, output(added, 1)
