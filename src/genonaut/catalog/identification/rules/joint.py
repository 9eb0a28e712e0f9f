"""Transformers with joint attention other than Flux: SD3, AuraFlow, Qwen-Image, HiDream, Hunyuan.

Sources: ComfyUI comfy/model_detection.py; the MMDiT layout of Stability AI's sd3.5 reference code.
"""

from genonaut.catalog.identification.rules.rule import Details, Rule
from genonaut.catalog.identification.weights import Weights
from genonaut.catalog.vocabulary import Architecture

_SD3_HEAD_WIDTH = 64
_SD35_LARGE_DEPTH = 38  # width 2432
_REFINER_2_1_WIDTH = 3328
_I2V_CHANNELS = {32: "i2v-skyreels", 33: "i2v"}


def _sd3(weights: Weights) -> Details:
    width = weights.dim("x_embedder.proj.weight", 0) or weights.dim("pos_embed.proj.weight", 0)
    blocks = weights.blocks("joint_blocks.") or weights.blocks("transformer_blocks.")
    depth = (width or 0) // _SD3_HEAD_WIDTH or blocks
    if depth >= _SD35_LARGE_DEPTH:
        # Large turbo is a distillation with the same tensors.
        return Details("3.5-large", ("3.5-large", "3.5-large-turbo"), f"depth {depth}")
    if weights.find(".x_block.attn2.qkv.weight") or weights.find(".attn2.to_q.weight"):
        return Details("3.5-medium", (), "a second attention in the first blocks")
    return Details("3-medium", (), f"depth {depth}, one attention per block")


def _qwen(weights: Weights) -> Details:
    if weights.has("__index_timestep_zero__"):
        return Details("edit-2511", (), "the marker __index_timestep_zero__")
    if weights.has("time_text_embed.addition_t_embedding.weight"):
        return Details("layered", (), "an added time embedding")
    return Details("base", ("base", "edit", "edit-2509"))


def _hunyuan(weights: Weights) -> Details:
    kernel = weights.shape("img_in.proj.weight")
    channels = kernel[1] if len(kernel) > 1 else 0
    if weights.has("vision_in.proj.0.weight"):
        return Details("1.5", (), "reads image embeddings")
    if weights.shape("time_r_in.mlp.0.bias")[:1] == (_REFINER_2_1_WIDTH,):
        return Details("refiner-2.1", (), "mean flow", architecture=Architecture.HUNYUAN_IMAGE)
    if weights.any_prefix("byt5_in."):
        distilled = weights.any_prefix("time_r_in.")
        return Details(
            "2.1-distilled" if distilled else "2.1",
            (),
            "a glyph encoder's input",
            architecture=Architecture.HUNYUAN_IMAGE,
        )
    return Details(_I2V_CHANNELS.get(channels, "t2v"), (), f"{channels} input channels")


RULES = (
    Rule(
        "sd3.joint_blocks",
        Architecture.SD3,
        any_of=(
            "joint_blocks.0.context_block.attn.qkv.weight",
            "joint_blocks.0.context_block.attn.qkv.bias",
            "joint_blocks.0.context_block.attn.proj.bias",
        ),
        inspect=_sd3,
    ),
    Rule(
        "sd3.diffusers",
        Architecture.SD3,
        any_of=("transformer_blocks.0.ff_context.net.0.proj.weight",),
        all_of=("pos_embed.proj.weight", "context_embedder.weight"),
        none_of=("single_transformer_blocks.0.attn.to_q.weight",),
        inspect=_sd3,
    ),
    Rule(
        "auraflow.double_layers",
        Architecture.AURAFLOW,
        any_of=(
            "double_layers.0.attn.w1q.weight",
            "cond_seq_linear.weight",
            "joint_transformer_blocks.0.attn.add_k_proj.weight",
        ),
    ),
    Rule(
        "hunyuan.token_refiner",
        Architecture.HUNYUAN_VIDEO,
        any_of=(
            "txt_in.individual_token_refiner.blocks.0.norm1.weight",
            "txt_in.individual_token_refiner.blocks.0.norm1.bias",
            "byt5_in.fc1.weight",
            "byt5_in.fc1.bias",
            "context_embedder.time_text_embed.timestep_embedder.linear_1.weight",
        ),
        inspect=_hunyuan,
    ),
    Rule("hunyuan_dit.t5", Architecture.HUNYUAN_DIT, any_of=("mlp_t5.0.weight", "mlp_t5.0.bias")),
    Rule(
        "hidream.captions",
        Architecture.HIDREAM,
        any_of=("caption_projection.0.linear.weight", "caption_projection.0.linear.qweight"),
        # Full, Dev and Fast share every name and shape.
        inspect=lambda _: Details("i1", ("i1-full", "i1-dev", "i1-fast")),
    ),
    Rule(
        "qwen_image.txt_norm",
        Architecture.QWEN_IMAGE,
        any_of=("txt_norm.weight",),
        all_of=("time_text_embed.timestep_embedder.linear_1.bias",),
        none_of=(
            "context_embedder.weight",
            "txt_in.individual_token_refiner.blocks.0.norm1.weight",
        ),
        inspect=_qwen,
    ),
)
