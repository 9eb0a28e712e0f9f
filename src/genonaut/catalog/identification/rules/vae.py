"""VAEs, distinguished by the channels of their latents and the axes of their kernels.

Source: ComfyUI comfy/sd.py, class VAE.
"""

from genonaut.catalog.identification.findings import Finding, tensor_evidence
from genonaut.catalog.identification.weights import VAE_PREFIXES, Weights
from genonaut.catalog.vocabulary import Architecture, ModelKind

_VIDEO_AXES = 5
_SD_CHANNELS, _FLUX_CHANNELS, _FLUX2_CHANNELS, _LTX_CHANNELS = 4, 16, 32, 128
_WAN22_CHANNELS = 48

# characteristic tensor: (architecture, variant)
_BY_NAME: tuple[tuple[str, Architecture, str], ...] = (
    ("vquantizer.codebook.weight", Architecture.STABLE_CASCADE, "stage-a"),
    ("encoder.backbone.1.0.block.0.1.num_batches_tracked", Architecture.STABLE_CASCADE, "effnet"),
    ("backbone.1.0.block.0.1.num_batches_tracked", Architecture.STABLE_CASCADE, "effnet"),
    ("blocks.11.num_batches_tracked", Architecture.STABLE_CASCADE, "previewer"),
    ("decoder.mid.block_1.mix_factor", Architecture.SVD, "temporal"),
    ("decoder.up_blocks.0.res_blocks.0.conv1.conv.weight", Architecture.LTXV, ""),
    ("decoder.last_time_embedder.timestep_embedder.linear_1.bias", Architecture.LTXV, ""),
    ("decoder.unpatcher3d.wavelets", Architecture.COSMOS, ""),
    ("decoder.unpatcher3d._arange", Architecture.COSMOS, ""),
    ("blocks.2.blocks.3.stack.5.weight", Architecture.MOCHI, "decoder"),
    ("decoder.blocks.2.blocks.3.stack.5.weight", Architecture.MOCHI, ""),
    ("layers.4.layers.1.attn_block.attn.qkv.weight", Architecture.MOCHI, "encoder"),
    ("encoder.layers.4.layers.1.attn_block.attn.qkv.weight", Architecture.MOCHI, ""),
)


def find_vae(weights: Weights) -> Finding | None:
    """Recognise a VAE that is alone in its file."""
    weights = _unprefixed(weights)
    for name, architecture, variant in _BY_NAME:
        if weights.has(name):
            says = tensor_evidence("vae.name", f"{name} exists")
            return Finding(ModelKind.VAE, architecture, variant, evidence=says)
    return _wan(weights) or _tiny(weights) or _by_channels(weights)


def _unprefixed(weights: Weights) -> Weights:
    prefixes = [prefix for prefix in VAE_PREFIXES if weights.file.any_begins(prefix)]
    return weights.below(prefixes[0]) if prefixes else weights


def _wan(weights: Weights) -> Finding | None:
    if not weights.has_any("decoder.middle.0.residual.0.gamma", "decoder.conv1.weight"):
        return None
    channels = weights.dim("decoder.conv1.weight", 1) or weights.dim("conv2.weight", 0)
    if weights.any_prefix("decoder.upsamples.0.upsamples.") or channels == _WAN22_CHANNELS:
        says = tensor_evidence("vae.wan", "nested upsampling, 48 latent channels")
        return Finding(ModelKind.VAE, Architecture.WAN, "2.2-z48", evidence=says)
    says = tensor_evidence("vae.wan", f"kernels over time, {channels or 16} latent channels")
    # Qwen-Image's VAE has the same tensors as Wan 2.1's, with other values.
    return Finding(
        ModelKind.VAE,
        Architecture.WAN,
        "2.1-z16",
        ambiguous_between=(Architecture.WAN, Architecture.QWEN_IMAGE),
        evidence=says,
    )


def _tiny(weights: Weights) -> Finding | None:
    name = "taesd_decoder.1.weight" if weights.has("taesd_decoder.1.weight") else "decoder.1.weight"
    shape = weights.shape(name)
    if len(shape) < 2 or not (name.startswith("taesd") or weights.any_prefix("decoder.3.conv.")):  # noqa: PLR2004
        return None
    return _image_vae(shape[1], "tiny", "vae.tiny")


def _by_channels(weights: Weights) -> Finding | None:
    for name in ("decoder.conv_in.weight", "decoder.conv_in.conv.weight"):
        shape = weights.shape(name)
        if len(shape) < 2 or not weights.any_prefix("encoder.conv_in.", "decoder.up"):  # noqa: PLR2004
            continue
        if len(shape) == _VIDEO_AXES:
            return _video_vae(weights, shape)
        return _image_vae(shape[1], _flux2_mark(weights), "vae.latent_channels")
    return None


def _flux2_mark(weights: Weights) -> str:
    return "batch-norm" if weights.has("bn.running_mean") else ""


def _image_vae(channels: int, variant: str, rule: str) -> Finding:
    says = tensor_evidence(rule, f"{channels} latent channels")
    if channels == _SD_CHANNELS:
        return Finding(
            ModelKind.VAE,
            Architecture.UNKNOWN,
            variant,
            ambiguous_between=(Architecture.SD1, Architecture.SD2, Architecture.SDXL),
            evidence=says,
        )
    if channels == _FLUX2_CHANNELS or variant == "batch-norm":
        return Finding(ModelKind.VAE, Architecture.FLUX2, variant, evidence=says)
    if channels == _FLUX_CHANNELS:
        return Finding(
            ModelKind.VAE,
            Architecture.UNKNOWN,
            variant,
            ambiguous_between=(Architecture.FLUX1, Architecture.SD3, Architecture.Z_IMAGE),
            evidence=says,
        )
    if channels == 64:  # noqa: PLR2004 - HunyuanImage 2.1, 32 times smaller per axis
        return Finding(ModelKind.VAE, Architecture.HUNYUAN_IMAGE, variant, evidence=says)
    return Finding(ModelKind.VAE, Architecture.UNKNOWN, variant, evidence=says)


def _video_vae(weights: Weights, shape: tuple[int, ...]) -> Finding:
    says = tensor_evidence("vae.kernels", f"kernels over time, {shape[1]} latent channels")
    if shape[1] == _LTX_CHANNELS:
        return Finding(ModelKind.VAE, Architecture.LTXV, evidence=says)
    if shape[1] == _FLUX2_CHANNELS:
        return Finding(
            ModelKind.VAE,
            Architecture.HUNYUAN_VIDEO,
            "1.5",
            ambiguous_between=(Architecture.HUNYUAN_VIDEO, Architecture.HUNYUAN_IMAGE),
            evidence=says,
        )
    if weights.any_prefix("decoder.mid.attn_1.", "decoder.mid.block_1.", "decoder.mid_block."):
        return Finding(ModelKind.VAE, Architecture.HUNYUAN_VIDEO, evidence=says)
    return Finding(ModelKind.VAE, Architecture.UNKNOWN, evidence=says)
