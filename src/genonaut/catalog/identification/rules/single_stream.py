"""Image transformers without joint blocks: Lumina, Z-Image, OmniGen2, PixArt, Cascade, Anima, Cosmos.

Source: ComfyUI comfy/model_detection.py.
"""

from genonaut.catalog.identification.rules.rule import Details, Rule
from genonaut.catalog.identification.weights import Weights
from genonaut.catalog.vocabulary import Architecture, Prediction

_LUMINA2_WIDTH, _Z_IMAGE_WIDTH = 2304, 3840
_Z_VARIANTS = ("turbo", "base", "edit")
_COSMOS_SIZES = {4096: "7b", 5120: "14b"}
_PREDICT2_SIZES = {2048: "2b", 5120: "14b"}
_CASCADE_C_LITE = 1536
_IMAGE_TO_VIDEO_INPUTS = 17


def _z_image(weights: Weights) -> Details:
    if weights.has("dec_net.cond_embed.weight"):
        return Details("pixel", (), "a decoder into pixels")
    return Details("", _Z_VARIANTS)


def _lumina(weights: Weights) -> Details:
    width = weights.dim("cap_embedder.1.weight", 0) or weights.dim("cap_embedder.1.bias", 0)
    if width == _Z_IMAGE_WIDTH:
        return Details("", _Z_VARIANTS, f"width {width}", Architecture.Z_IMAGE)
    if weights.has("clip_text_pooled_proj.0.weight"):
        return Details("newbie", (), "a projection of pooled CLIP text")
    return Details("base", (), f"width {width}")


def _cascade(weights: Weights) -> Details:
    if weights.has("clip_txt_mapper.weight"):
        lite = weights.dim("clip_txt_mapper.weight", 0) == _CASCADE_C_LITE
        return Details("stage-c-lite" if lite else "stage-c", (), "maps CLIP text")
    down = weights.shape("down_blocks.1.0.channelwise.0.weight")
    lite = down[-1:] == (576,)
    return Details("stage-b-lite" if lite else "stage-b", (), "maps CLIP embeddings")


def _pixart(weights: Weights) -> Details:
    alpha = weights.any_prefix("ar_embedder.", "adaln_single.emb.resolution_embedder.")
    return Details("alpha" if alpha else "sigma", (), "conditioned on size" if alpha else "")


def _cosmos(weights: Weights) -> Details:
    width = weights.dim("blocks.block0.blocks.0.block.attn.to_q.0.weight", 0)
    return Details(_COSMOS_SIZES.get(width or 0, ""), (), f"width {width}")


def _predict2(weights: Weights) -> Details:
    width = weights.dim("x_embedder.proj.1.weight", 0)
    inputs = weights.dim("x_embedder.proj.1.weight", 1)
    # 2 x 2 patches of the latent's channels and one channel of padding mask
    video = inputs is not None and inputs // 4 - 1 == _IMAGE_TO_VIDEO_INPUTS
    task = "video2world" if video else "text2image"
    size = _PREDICT2_SIZES.get(width or 0, "")
    return Details("-".join(part for part in (task, size) if part), (), f"width {width}")


RULES = (
    Rule(
        "anima.llm_adapter",
        Architecture.ANIMA,
        any_of=(
            "llm_adapter.blocks.0.cross_attn.q_proj.weight",
            "llm_adapter.embed.weight",
        ),
    ),
    Rule(
        "cosmos_predict2.mlp",
        Architecture.COSMOS_PREDICT2,
        any_of=("blocks.0.mlp.layer1.weight", "blocks.0.adaln_modulation_cross_attn.1.weight"),
        inspect=_predict2,
    ),
    Rule(
        "cosmos.nested_blocks",
        Architecture.COSMOS,
        any_of=(
            "blocks.block0.blocks.0.block.attn.to_q.0.weight",
            "blocks.block0.blocks.0.adaLN_modulation.1.weight",
        ),
        inspect=_cosmos,
        prediction=Prediction.EDM,
    ),
    Rule(
        "cascade.classifier",
        Architecture.STABLE_CASCADE,
        any_of=("clf.1.weight",),
        inspect=_cascade,
        prediction=Prediction.EPSILON,
    ),
    # Z-Image extends Lumina 2 and has nearly all its names, so it comes first. Its modulation starts with
    # a linear layer (index 0), Lumina's with an activation (its linear layer has index 1).
    Rule(
        "z_image.modulation",
        Architecture.Z_IMAGE,
        any_of=("layers.0.adaLN_modulation.0.bias", "layers.0.adaLN_modulation.0.weight"),
        inspect=_z_image,
    ),
    Rule("z_image.pad_token", Architecture.Z_IMAGE, any_of=("cap_pad_token",), inspect=_z_image),
    Rule(
        "lumina2.captions",
        Architecture.LUMINA2,
        any_of=("cap_embedder.1.weight", "cap_embedder.0.weight"),
        inspect=_lumina,
    ),
    Rule(
        "omnigen2.time_caption",
        Architecture.OMNIGEN2,
        any_of=(
            "time_caption_embed.timestep_embedder.linear_1.bias",
            "time_caption_embed.timestep_embedder.linear_2.weight",
        ),
        none_of=("double_stream_layers.0.img_instruct_attn.processor.img_to_q.weight",),
    ),
    Rule(
        "pixart.t_block",
        Architecture.PIXART,
        any_of=("t_block.1.weight",),
        inspect=_pixart,
        prediction=Prediction.EPSILON,
    ),
    Rule(
        "pixart.diffusers",
        Architecture.PIXART,
        any_of=("adaln_single.emb.timestep_embedder.linear_1.bias",),
        all_of=("pos_embed.proj.bias",),
        inspect=_pixart,
        prediction=Prediction.EPSILON,
    ),
)
