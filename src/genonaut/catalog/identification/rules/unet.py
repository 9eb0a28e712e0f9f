"""U-Nets of Stable Diffusion: 1.x, 2.x, XL, the refiner, and the reduced XL models.

Sources: ComfyUI comfy/model_detection.py (detect_unet_config) and comfy/supported_models.py for widths;
the configs of segmind/SSD-1B, segmind/Segmind-Vega and etri-vilab/koala-* for depths.
"""

from genonaut.catalog.identification.findings import Evidence, Finding, tensor_evidence
from genonaut.catalog.identification.weights import Weights
from genonaut.catalog.vocabulary import Architecture, ModelKind, Prediction

EvidenceTuple = tuple[Evidence, ...]

# Derivatives of SDXL: their names and shapes are equal.
SDXL_DERIVATIVES = ("base", "pony", "illustrious", "noobai")
_BY_CONTEXT = {768: Architecture.SD1, 1024: Architecture.SD2, 2048: Architecture.SDXL}
_BY_CONTEXT[1280] = Architecture.SDXL_REFINER
_INPAINT, _DEPTH, _PIX2PIX, _UPSCALE = 9, 5, 8, 7
_REFINER_WIDTH = 384
_UNCLIP_ADM = frozenset({1536, 2048})  # CLIP-L and CLIP-H image embeddings with noise level


def find_unet(weights: Weights) -> Finding | None:
    """Recognise a U-Net in the layout of its authors or of diffusers."""
    if weights.has("input_blocks.0.0.weight"):
        return _original(weights)
    if weights.has("conv_in.weight") and weights.any_prefix("down_blocks.0.", "add_embedding."):
        return _diffusers(weights)
    return None


def _original(weights: Weights) -> Finding | None:
    if weights.has("input_blocks.1.0.time_stack.emb_layers.1.bias"):
        says = tensor_evidence("unet.time_stack", "layers over time in every block")
        return Finding(ModelKind.DIFFUSION_MODEL, Architecture.SVD, evidence=says)
    context = context_width(weights)
    in_channels = weights.dim("input_blocks.0.0.weight", 1)
    if in_channels == _UPSCALE and context == 1024:  # noqa: PLR2004 - the width of OpenCLIP-H
        says = tensor_evidence("unet.x4_upscaler", "7 input channels at width 1024")
        return Finding(ModelKind.DIFFUSION_MODEL, Architecture.SD_X4_UPSCALER, evidence=says)
    architecture = _BY_CONTEXT.get(context or 0) or _by_other_parts(weights)
    if architecture is None:
        return None
    says = tensor_evidence(
        "unet.context_width", f"cross-attention reads {context} values: {architecture}"
    )
    if context is None:
        says = tensor_evidence(
            "unet.parts", f"other parts of the file are those of {architecture}", 0.8
        )
    return _refine(weights, architecture, in_channels, says)


def context_width(weights: Weights) -> int | None:
    """Return how many values the cross-attention reads for each token of the prompt."""
    name = weights.find(".attn2.to_k.weight")
    return weights.dim(name, -1) if name else None


def _by_other_parts(weights: Weights) -> Architecture | None:
    """Identify a quantised U-Net, whose widths cannot be read, by the other parts of the file."""
    if weights.dim("input_blocks.0.0.weight", 0) == _REFINER_WIDTH:
        return Architecture.SDXL_REFINER
    if weights.has_any("label_emb.0.0.bias", "label_emb.0.0.weight"):
        return Architecture.SDXL
    if "cond_stage_model.model.ln_final.bias" in weights.all:
        return Architecture.SD2
    if weights.file.any_begins("cond_stage_model.transformer."):
        return Architecture.SD1
    return None


def _refine(
    weights: Weights, architecture: Architecture, in_channels: int | None, says: EvidenceTuple
) -> Finding:
    if architecture is Architecture.SDXL:
        return _refine_sdxl(weights, in_channels, says)
    if architecture is Architecture.SD2:
        return _refine_sd2(weights, in_channels, says)
    variant = {_INPAINT: "inpaint", _PIX2PIX: "instruct-pix2pix"}.get(in_channels or 0, "base")
    return Finding(
        ModelKind.DIFFUSION_MODEL,
        architecture,
        variant,
        prediction=Prediction.EPSILON,
        evidence=says
        + tensor_evidence("unet.in_channels", f"{in_channels} input channels: {variant}"),
    )


def _refine_sd2(weights: Weights, in_channels: int | None, says: EvidenceTuple) -> Finding:
    if in_channels == _DEPTH or weights.file.any_begins("depth_model."):
        variant = "depth"
    elif weights.dim("label_emb.0.0.weight", 1) in _UNCLIP_ADM or weights.file.any_begins(
        "embedder.model.visual."
    ):
        variant = "unclip"
    elif in_channels == _INPAINT:
        variant = "inpaint"
    else:
        # ComfyUI distinguishes 512 (epsilon) and 768 (v) by the values of a bias; the header has no values.
        return Finding(
            ModelKind.DIFFUSION_MODEL,
            Architecture.SD2,
            "base",
            ambiguous_between=("512-epsilon", "768-v"),
            evidence=says,
        )
    return Finding(
        ModelKind.DIFFUSION_MODEL,
        Architecture.SD2,
        variant,
        prediction=Prediction.V if variant == "unclip" else Prediction.EPSILON,
        evidence=says + tensor_evidence("unet.sd2_variant", f"input and extra parts of {variant}"),
    )


def _refine_sdxl(weights: Weights, in_channels: int | None, says: EvidenceTuple) -> Finding:
    small = _small_sdxl(weights)
    if small:
        says += tensor_evidence("unet.sdxl_depth", f"fewer transformer blocks than SDXL: {small}")
    variant = small or {_INPAINT: "inpaint", _PIX2PIX: "instruct-pix2pix"}.get(
        in_channels or 0, "base"
    )
    return Finding(
        ModelKind.DIFFUSION_MODEL,
        Architecture.SDXL,
        variant,
        ambiguous_between=SDXL_DERIVATIVES if variant == "base" else (),
        prediction=sdxl_prediction(weights),
        evidence=says,
    )


def sdxl_prediction(weights: Weights) -> Prediction:
    """Return the prediction that marker tensors indicate; without one, ComfyUI assumes epsilon."""
    if "v_pred" in weights.all:
        return Prediction.V
    if "edm_mean" in weights.all or "edm_vpred.sigma_max" in weights.all:
        return Prediction.EDM
    return Prediction.EPSILON


def _small_sdxl(weights: Weights) -> str:
    deep = weights.blocks("input_blocks.7.1.transformer_blocks.")
    if deep in {4, 2}:  # [0, 0, 2, 2, 4, 4] and [0, 0, 1, 1, 2, 2]; SDXL has 10
        return "ssd-1b" if deep == 4 else "segmind-vega"  # noqa: PLR2004
    koala = weights.blocks("input_blocks.5.1.transformer_blocks.")
    has_seventh = weights.any_prefix("input_blocks.7.")
    if koala in {5, 6} and not has_seventh:  # one residual block per level: [0, 2, 5] and [0, 2, 6]
        return "koala-700m" if koala == 5 else "koala-1b"  # noqa: PLR2004
    return ""


def _diffusers(weights: Weights) -> Finding | None:
    context = context_width(weights)
    architecture = _BY_CONTEXT.get(context or 0)
    if architecture is None and weights.has("add_embedding.linear_1.bias"):
        architecture = Architecture.SDXL
    if architecture is None:
        return None
    in_channels = weights.dim("conv_in.weight", 1)
    says = tensor_evidence(
        "unet.diffusers", f"a U-Net in the layout of diffusers, context {context}"
    )
    if architecture is not Architecture.SDXL:
        return _refine(weights, architecture, in_channels, says)
    depth = weights.blocks("down_blocks.2.attentions.0.transformer_blocks.")
    variant = {4: "ssd-1b", 2: "segmind-vega", 5: "koala-700m", 6: "koala-1b"}.get(depth, "base")
    if in_channels == _INPAINT:
        variant = "inpaint"
    return Finding(
        ModelKind.DIFFUSION_MODEL,
        Architecture.SDXL,
        variant,
        ambiguous_between=SDXL_DERIVATIVES if variant == "base" else (),
        prediction=sdxl_prediction(weights),
        evidence=says,
    )
