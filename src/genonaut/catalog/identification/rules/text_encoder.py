"""Text encoders and image encoders in their own file: CLIP, T5, and language models.

Source: ComfyUI comfy/sd.py, detect_te_model; comfy/clip_vision.py for image encoders.
"""

from genonaut.catalog.identification.findings import Finding, tensor_evidence
from genonaut.catalog.identification.weights import Weights
from genonaut.catalog.vocabulary import Architecture, ModelKind

_CLIP_BY_WIDTH = {768: "clip-l", 1024: "clip-h", 1280: "clip-g"}
_T5_BY_WIDTH = {4096: "t5-xxl", 2048: "t5-xl", 1024: "t5-large", 768: "t5-base", 1472: "byt5-small"}
_UMT5_WORDS = 256_384
_CLIP_VISION_BY_WIDTH = {1024: "vit-l", 1280: "vit-h", 1664: "vit-g", 1152: "siglip-so400m"}

# (has q_norm, has post-feedforward norm, has biases, width): name
_LANGUAGE_MODELS: dict[tuple[bool, bool, bool, int], str] = {
    (False, True, False, 2304): "gemma-2-2b",
    (True, True, False, 2560): "gemma-3-4b",
    (True, True, False, 3840): "gemma-3-12b",
    (False, False, True, 2048): "qwen2.5-vl-3b",
    (False, False, True, 3584): "qwen2.5-vl-7b",
    (True, False, False, 1024): "qwen3-0.6b",
    (True, False, False, 2048): "qwen3-1.7b",
    (True, False, False, 2560): "qwen3-4b",
    (True, False, False, 4096): "qwen3-8b",
    (False, False, False, 4096): "llama-3-8b",
    (False, False, False, 5120): "mistral-small-24b",
}


def find_text_encoder(weights: Weights) -> Finding | None:
    """Recognise an encoder by its stack of layers."""
    return (
        _vision(weights) or _clip(weights) or _open_clip(weights) or _t5(weights) or _llm(weights)
    )


def _vision(weights: Weights) -> Finding | None:
    if weights.any_prefix("text_model.", "transformer.text_model."):
        return None
    width = _all_dim(weights, "vision_model.embeddings.class_embedding", 0)
    width = width or _all_dim(weights, "vision_model.post_layernorm.weight", 0)
    width = width or _all_dim(weights, "visual.class_embedding", 0)
    if width is None:
        return None
    variant = _CLIP_VISION_BY_WIDTH.get(width, "")
    says = tensor_evidence("clip_vision.width", f"an image encoder of width {width}")
    return Finding(ModelKind.CLIP_VISION, Architecture.CLIP, variant, evidence=says)


def _clip(weights: Weights) -> Finding | None:
    for prefix in ("text_model.", "transformer.text_model.", "clip_l.transformer.text_model.", ""):
        name = f"{prefix}encoder.layers.0.mlp.fc1.weight"
        if name in weights.all and weights.all[name].shape:
            width = weights.all[name].shape[-1]
            variant = _CLIP_BY_WIDTH.get(width, "")
            says = tensor_evidence("clip.width", f"CLIP text layers of width {width}")
            return Finding(ModelKind.TEXT_ENCODER, Architecture.CLIP, variant, evidence=says)
    return None


def _open_clip(weights: Weights) -> Finding | None:
    for prefix in ("", "model.", "transformer."):
        width = _all_dim(weights, f"{prefix}transformer.resblocks.0.ln_1.weight", 0)
        if width is not None:
            variant = _CLIP_BY_WIDTH.get(width, "")
            says = tensor_evidence("clip.open_clip", f"OpenCLIP text layers of width {width}")
            return Finding(ModelKind.TEXT_ENCODER, Architecture.CLIP, variant, evidence=says)
    return None


def _t5(weights: Weights) -> Finding | None:
    for prefix in ("", "transformer.", "text_encoders.t5xxl.transformer."):
        name = f"{prefix}encoder.block.0.layer.0.SelfAttention.k.weight"
        if name not in weights.all and f"{prefix}enc.blk.0.attn_k.weight" not in weights.all:
            continue
        return _t5_size(weights, prefix)
    if "enc.blk.0.attn_k.weight" in weights.all:  # llama.cpp's names in GGUF files
        return _t5_size(weights, "")
    return None


def _t5_size(weights: Weights, prefix: str) -> Finding:
    width = _all_dim(weights, f"{prefix}encoder.final_layer_norm.weight", 0)
    width = width or _all_dim(weights, f"{prefix}encoder.block.0.layer.0.layer_norm.weight", 0)
    width = width or _all_dim(weights, f"{prefix}enc.output_norm.weight", 0)
    width = width or _all_dim(weights, f"{prefix}encoder.block.0.layer.0.SelfAttention.k.weight", 1)
    words = _all_dim(weights, f"{prefix}shared.weight", 0)
    words = words or _all_dim(weights, f"{prefix}token_embd.weight", 0)
    variant = _T5_BY_WIDTH.get(width or 0, "")
    if words == _UMT5_WORDS:
        variant = "um" + variant
    elif f"{prefix}encoder.block.0.layer.1.DenseReluDense.wi.weight" in weights.all:
        variant += "-old"  # T5 1.0 has one matrix where 1.1 has two
    says = tensor_evidence("t5.width", f"T5 layers of width {width}, a vocabulary of {words}")
    return Finding(ModelKind.TEXT_ENCODER, Architecture.T5, variant, evidence=says)


def _llm(weights: Weights) -> Finding | None:
    for prefix in (
        "model.layers.0.",
        "model.language_model.layers.0.",
        "language_model.model.layers.0.",
    ):
        width = _all_dim(weights, f"{prefix}input_layernorm.weight", 0)
        if width is None:
            continue
        traits = (
            f"{prefix}self_attn.q_norm.weight" in weights.all,
            f"{prefix}post_feedforward_layernorm.weight" in weights.all,
            f"{prefix}self_attn.k_proj.bias" in weights.all,
            width,
        )
        return _named_llm(_LANGUAGE_MODELS.get(traits, ""), width)
    width = _all_dim(weights, "blk.0.attn_norm.weight", 0)
    if width is not None and "token_embd.weight" in weights.all:
        return _named_llm(weights.metadata.get("general.architecture", ""), width)
    return None


def _named_llm(variant: str, width: int) -> Finding:
    says = tensor_evidence(
        "llm.layers", f"a language model of width {width}: {variant or 'unknown'}", 0.9
    )
    return Finding(ModelKind.TEXT_ENCODER, Architecture.LANGUAGE_MODEL, variant, evidence=says)


def _all_dim(weights: Weights, name: str, axis: int) -> int | None:
    tensor = weights.all.get(name)
    return tensor.shape[axis] if tensor is not None and axis < len(tensor.shape) else None
