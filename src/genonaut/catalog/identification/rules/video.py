"""Video transformers: Wan, LTX-Video, Mochi.

Source: ComfyUI comfy/model_detection.py; diffusers WanTransformer3DModel for the other naming.
"""

from genonaut.catalog.identification.rules.rule import Details, Rule
from genonaut.catalog.identification.weights import Weights
from genonaut.catalog.vocabulary import Architecture

WAN_SIZES = {1536: "1.3b", 5120: "14b", 3072: "5b"}
_IMAGE_INPUTS = 36
# characteristic tensor: the variant of Wan it indicates, most specific first
_WAN_EXTRAS = (
    ("vace_patch_embedding.weight", "vace"),
    ("control_adapter.conv.weight", "camera"),
    ("casual_audio_encoder.encoder.final_linear.weight", "s2v"),
    ("audio_proj.audio_proj_glob_1.layer.bias", "humo"),
    ("face_adapter.fuser_blocks.0.k_norm.weight", "animate"),
    ("img_emb.emb_pos", "flf2v"),
    ("condition_embedder.image_embedder.pos_embed", "flf2v"),
)
_IMAGE_EMBEDDERS = (
    "img_emb.proj.0.bias",
    "img_emb.proj.1.weight",
    "condition_embedder.image_embedder.norm1.weight",
    "blocks.0.cross_attn.k_img.bias",
)


def _wan(weights: Weights) -> Details:
    width = _wan_width(weights)
    size = WAN_SIZES.get(width or 0, "")
    patch = weights.shape("patch_embedding.weight")
    inputs = patch[1] if len(patch) > 1 else 0
    says = f"width {width}, {inputs} input channels"
    for name, task in _WAN_EXTRAS:
        if weights.has(name):
            return Details(f"{task}-{size}".rstrip("-"), (), f"{says}, {name}")
    if size == "5b":
        return Details("2.2-ti2v-5b", (), says)
    task, ambiguous = _wan_task(weights, inputs, size)
    return Details(f"{task}-{size}".rstrip("-"), ambiguous, says)


def _wan_task(weights: Weights, inputs: int, size: str) -> tuple[str, tuple[str, ...]]:
    experts = ("2.2-{}-14b-high-noise", "2.2-{}-14b-low-noise")
    if weights.has_any(*_IMAGE_EMBEDDERS):
        return "2.1-i2v", ()
    if inputs == _IMAGE_INPUTS:  # 2.2 has no image embedding; its experts differ only in values
        return "2.2-i2v", tuple(expert.format("i2v") for expert in experts)
    if size == "14b":  # 2.1 and both experts of 2.2 share every name and shape
        return "t2v", ("2.1-t2v-14b", *(expert.format("t2v") for expert in experts))
    return "2.1-t2v", ()


def _wan_width(weights: Weights) -> int | None:
    shape = weights.shape("head.modulation") or weights.shape("blocks.0.modulation")
    shape = shape or weights.shape("scale_shift_table")
    return shape[-1] if shape else weights.dim("patch_embedding.weight", 0)


def _ltxv(weights: Weights) -> Details:
    if weights.has("audio_adaln_single.linear.weight"):
        return Details("2-audio-video", (), "a branch for sound")
    width = weights.dim("transformer_blocks.0.attn2.to_k.weight", 0)
    size = {2048: "2b", 4096: "13b"}.get(width or 0, "")
    return Details(size, (), f"width {width}")


RULES = (
    Rule(
        "wan.head",
        Architecture.WAN,
        any_of=("head.modulation",),
        all_of=("patch_embedding.weight",),
        inspect=_wan,
    ),
    Rule(
        "wan.text_embedding",
        Architecture.WAN,
        any_of=("text_embedding.0.weight", "text_embedding.0.bias"),
        all_of=("patch_embedding.weight",),
        inspect=_wan,
    ),
    Rule(
        "wan.diffusers",
        Architecture.WAN,
        any_of=("condition_embedder.time_embedder.linear_1.weight",),
        all_of=("patch_embedding.weight",),
        inspect=_wan,
    ),
    Rule(
        "ltxv.adaln",
        Architecture.LTXV,
        any_of=("adaln_single.emb.timestep_embedder.linear_1.bias",),
        none_of=("pos_embed.proj.bias",),
        inspect=_ltxv,
    ),
    Rule(
        "mochi.t5",
        Architecture.MOCHI,
        any_of=("t5_yproj.weight", "blocks.0.attn.k_norm_x.weight"),
    ),
)
