"""Flux.1, Flux.2 and Chroma: double-stream and single-stream blocks.

Sources: ComfyUI comfy/model_detection.py (the branch on ``img_attn.norm.key_norm``); widths and depths of
Flux.2 from the configurations that Black Forest Labs publish with the weights; diffusers
FluxTransformer2DModel and Flux2Transformer2DModel for the other naming; nunchaku for the third.
"""

from genonaut.catalog.identification.rules.rule import Details, Rule
from genonaut.catalog.identification.weights import Weights
from genonaut.catalog.vocabulary import Architecture

_KEY_NORM = (
    "double_blocks.0.img_attn.norm.key_norm.scale",
    "double_blocks.0.img_attn.norm.key_norm.weight",
)
FLUX2_BY_WIDTH = {6144: "dev", 4096: "klein-9b", 3072: "klein-4b"}
_FLUX2_BY_TEXT_WIDTH = {15360: "dev", 12288: "klein-9b", 7680: "klein-4b"}
_MODULATIONS = 6  # shift, scale and gate, twice
_FILL_INPUTS = 384  # 64 of the latent, 64 of the masked image, 256 of the mask
_CONTROL_INPUTS = 128


def _flux2(weights: Weights) -> Details:
    rows = weights.dim("double_stream_modulation_img.lin.weight", 0)
    rows = rows or weights.dim("double_stream_modulation_img.linear.weight", 0)
    variant = FLUX2_BY_WIDTH.get((rows or 0) // _MODULATIONS, "")
    says = f"modulation of {rows} rows"
    if not variant:
        text_width = weights.dim("txt_in.weight", 1) or weights.dim("context_embedder.weight", 1)
        variant = _FLUX2_BY_TEXT_WIDTH.get(text_width or 0, "")
        says = f"text width {text_width}"
    # Base and step-distilled klein differ only in values.
    ambiguous = (f"{variant}-base", f"{variant}-distilled") if variant.startswith("klein") else ()
    return Details(variant, ambiguous, f"{says}: {variant or 'unknown size'}")


def _chroma(weights: Weights) -> Details:
    if weights.any_prefix("nerf_"):
        return Details("radiance", (), "nerf blocks: works on pixels")
    return Details("base")


def _flux1(weights: Weights) -> Details:
    in_width = weights.dim("img_in.weight", 1) or weights.dim("x_embedder.weight", 1)
    if in_width == _FILL_INPUTS:
        return Details("fill", (), f"input width {in_width}")
    if in_width == _CONTROL_INPUTS:
        return Details("control", ("canny", "depth"), f"input width {in_width}")
    if weights.any_prefix("guidance_in.", "time_text_embed.guidance_embedder."):
        return Details(
            "dev", ("dev", "kontext", "krea"), "a guidance embedding: dev or derived from it"
        )
    return Details("schnell", (), "no guidance embedding")


RULES = (
    Rule(
        "flux2.modulation",
        Architecture.FLUX2,
        any_of=(
            "double_stream_modulation_img.lin.weight",
            "double_stream_modulation_img.linear.weight",
            "double_stream_modulation_img.lin.qweight",
        ),
        inspect=_flux2,
    ),
    Rule(
        "chroma.distilled_guidance",
        Architecture.CHROMA,
        any_of=_KEY_NORM,
        all_of=("distilled_guidance_layer.in_proj.bias",),
        inspect=_chroma,
    ),
    Rule(
        "chroma.distilled_guidance_norm",
        Architecture.CHROMA,
        any_of=(
            "distilled_guidance_layer.norms.0.scale",
            "distilled_guidance_layer.norms.0.weight",
            "distilled_guidance_layer.0.norms.0.scale",
        ),
        inspect=_chroma,
    ),
    Rule(
        "flux1.double_blocks",
        Architecture.FLUX1,
        any_of=_KEY_NORM,
        # Models with Hunyuan's token refiner or Hunyuan3D's latents have the same blocks.
        none_of=("txt_in.individual_token_refiner.blocks.0.norm1.weight", "latent_in.weight"),
        inspect=_flux1,
    ),
    Rule(
        "flux1.diffusers",
        Architecture.FLUX1,
        any_of=("single_transformer_blocks.0.attn.norm_k.weight",),
        all_of=("transformer_blocks.0.attn.norm_added_k.weight",),
        none_of=("context_embedder.time_text_embed.timestep_embedder.linear_1.weight",),
        inspect=_flux1,
    ),
    Rule(
        "flux1.nunchaku",
        Architecture.FLUX1,
        any_of=(
            "transformer_blocks.0.mlp_context_fc1.wscales",
            "transformer_blocks.0.mlp_context_fc1.wtscale",
            "transformer_blocks.0.mlp_context_fc1.qweight",
        ),
        inspect=_flux1,
    ),
)
