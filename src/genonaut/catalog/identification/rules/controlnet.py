"""ControlNets, control-LoRAs, T2I-adapters, IP-adapters and style models.

Sources: ComfyUI comfy/controlnet.py (load_controlnet), comfy/sd.py (load_style_model); the file layouts of
the IP-Adapter project.
"""

from genonaut.catalog.identification.findings import Evidence, Finding, tensor_evidence
from genonaut.catalog.identification.rules.unet import context_width
from genonaut.catalog.identification.weights import Weights
from genonaut.catalog.vocabulary import Architecture, ModelKind

PATCH, PATCH_INPAINT = "patch", "patch-inpaint"
"""Variants of control models that ComfyUI loads from ``model_patches``."""
_BY_CONTEXT = {768: Architecture.SD1, 1024: Architecture.SD2, 2048: Architecture.SDXL}
_UNET_MARKS = (
    "controlnet_cond_embedding.conv_in.weight",
    "controlnet_down_blocks.0.weight",
    "controlnet_down_blocks.0.bias",
    "input_hint_block.0.weight",
    "zero_convs.0.0.weight",
)
_PATCH_MARK = "controlnet_blocks.0.y_rms.weight"
"""Of a patch of Qwen-Image. Source: ComfyUI comfy_extras/nodes_model_patch.py."""
_PATCH_INPUTS = 64
_PAINTING_INPUTS = 17
"""Channels of a latent (16) and of a mask. Source: ComfyUI comfy/controlnet.py, concat_mask."""
_TRANSFORMER_MARKS = (
    "controlnet_blocks.0.weight",
    "controlnet_blocks.0.bias",
    "controlnet_x_embedder.weight",
)


def find_control(weights: Weights) -> Finding | None:
    """Recognise a model that controls a diffusion model."""
    return (
        _control_lora(weights)
        or _unet_control(weights)
        or _transformer_control(weights)
        or _t2i_adapter(weights)
        or _ip_adapter(weights)
        or _style(weights)
        or _gligen(weights)
    )


def _control(architecture: Architecture, variant: str, says: tuple[Evidence, ...]) -> Finding:
    return Finding(ModelKind.CONTROLNET, architecture, variant, evidence=says)


def _control_lora(weights: Weights) -> Finding | None:
    if "lora_controlnet" not in weights.all:
        return None
    context = None
    name = weights.find(".attn2.to_k.down")
    if name:
        context = weights.dim(name, -1)
    architecture = _BY_CONTEXT.get(context or 0, Architecture.UNKNOWN)
    says = tensor_evidence("controlnet.lora", f"the marker lora_controlnet, context {context}")
    return _control(architecture, "control-lora", says)


def _unet_control(weights: Weights) -> Finding | None:
    weights = weights.below("control_model.")
    if not weights.has_any(*_UNET_MARKS) or weights.any_prefix("output_blocks.", "up_blocks."):
        return None
    context = context_width(weights)
    architecture = _BY_CONTEXT.get(context or 0, Architecture.UNKNOWN)
    if context is None and weights.any_prefix("add_embedding.", "label_emb."):
        architecture = Architecture.SDXL  # the smallest ControlNets have no attention
    says = tensor_evidence("controlnet.unet", f"control blocks of a U-Net, context {context}")
    union = weights.any_prefix("control_add_embedding.", "task_embedding")
    return _control(architecture, "union" if union else "", says)


def _transformer_control(weights: Weights) -> Finding | None:
    if weights.any_prefix("control_layers.", "control_noise_refiner."):
        says = tensor_evidence("controlnet.z_image", "control layers beside a Z-Image transformer")
        return _control(Architecture.Z_IMAGE, PATCH, says)
    if _PATCH_MARK in weights.all:
        inputs = weights.dim("img_in.weight", 1)
        says = tensor_evidence("controlnet.qwen_patch", f"a patch of Qwen-Image, inputs {inputs}")
        paints = (inputs or 0) > _PATCH_INPUTS
        return _control(Architecture.QWEN_IMAGE, PATCH_INPAINT if paints else PATCH, says)
    if not weights.has_any(*_TRANSFORMER_MARKS):
        return None
    says = tensor_evidence("controlnet.transformer", "control blocks of a transformer")
    return _control(_control_base(weights), _union(weights), says)


def _control_base(weights: Weights) -> Architecture:
    if weights.any_prefix("txt_norm."):
        return Architecture.QWEN_IMAGE
    if weights.any_prefix("double_blocks.", "single_transformer_blocks."):
        return Architecture.FLUX1
    if weights.has_any(
        "transformer_blocks.0.attn.norm_added_k.weight",
        "transformer_blocks.0.attn.norm_added_q.weight",
    ):
        return Architecture.FLUX1
    if weights.any_prefix("transformer_blocks.0.norm1.", "transformer_blocks.0.adaLN_modulation."):
        return Architecture.SD3
    return Architecture.UNKNOWN


def _union(weights: Weights) -> str:
    if weights.any_prefix("controlnet_mode_embedder."):
        return "union"
    cells = 4  # pixels of a latent that the transformers of Flux and Qwen-Image read together
    paints = (
        weights.dim("controlnet_x_embedder.weight", 1) == cells * _PAINTING_INPUTS
        or weights.dim("pos_embed_input.weight", 1) == cells * _PAINTING_INPUTS
        or weights.dim("pos_embed_input.proj.weight", 1) == _PAINTING_INPUTS
    )
    return "inpaint" if paints else ""


def _t2i_adapter(weights: Weights) -> Finding | None:
    weights = weights.below("adapter.")
    if not weights.has_any(
        "body.0.in_conv.weight", "body.0.block1.weight", "body.0.resnets.0.block1.weight"
    ):
        return None
    says = tensor_evidence("controlnet.t2i_adapter", "the body of a T2I-adapter")
    inputs = weights.dim("conv_in.weight", 1)
    # 8 x 8 pixels are folded into channels for SD1, 16 x 16 for SDXL.
    xl = inputs in {256, 768}
    return _control(Architecture.SDXL if xl else Architecture.SD1, "t2i-adapter", says)


def _ip_adapter(weights: Weights) -> Finding | None:
    if not (weights.file.any_begins("ip_adapter.") and weights.file.any_begins("image_proj.")):
        return None
    name = weights.find(".to_k_ip.weight")
    context = weights.dim(name, -1) if name else None
    architecture = _BY_CONTEXT.get(context or 0, Architecture.UNKNOWN)
    says = tensor_evidence(
        "ip_adapter.projections", f"image projections into a context of {context}"
    )
    variant = "face-id" if weights.find(".to_q_lora.down.weight") else ""
    return Finding(ModelKind.IP_ADAPTER, architecture, variant, evidence=says)


def _style(weights: Weights) -> Finding | None:
    if "style_embedding" in weights.all:
        says = tensor_evidence("style.embedding", "style_embedding exists")
        return Finding(ModelKind.STYLE_MODEL, Architecture.SD1, evidence=says)
    if "redux_down.weight" in weights.all:
        says = tensor_evidence("style.redux", "redux_down exists")
        return Finding(ModelKind.STYLE_MODEL, Architecture.FLUX1, "redux", evidence=says)
    return None


def _gligen(weights: Weights) -> Finding | None:
    if weights.find(".fuser.linear.weight") and weights.any_prefix(
        "position_net.", "input_blocks."
    ):
        says = tensor_evidence("gligen.fuser", "gated layers of GLIGEN")
        return Finding(ModelKind.GLIGEN, Architecture.SD1, evidence=says)
    return None
