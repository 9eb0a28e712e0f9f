"""LoRAs for transformers.

Sources: widths and depths as in the rules for the models themselves; spellings of kohya-ss/sd-scripts,
musubi-tuner, ai-toolkit, diffusers and XLabs.
"""

from genonaut.catalog.identification.adapters import Adapter
from genonaut.catalog.identification.rules.flux import FLUX2_BY_WIDTH
from genonaut.catalog.identification.rules.lora_base import LoraBase
from genonaut.catalog.identification.rules.video import WAN_SIZES
from genonaut.catalog.vocabulary import Architecture

_FLUX_WIDTH = 3072
_FLUX1_SINGLES, _FLUX1_DOUBLES = 38, 19
_KLEIN_4B_SINGLES, _KLEIN_4B_DOUBLES = 20, 5
_KLEIN_9B_SINGLES = 24
_SD35_LARGE_BLOCK = 38
_CONTROL_INPUTS = 128
_WAN_PARTS = (
    *(f"blocks_#_{attention}_attn_{part}" for attention in ("self", "cross") for part in "qkvo"),
    "blocks_#_ffn_",
)


def _anima(adapter: Adapter) -> LoraBase | None:
    if adapter.has("llm_adapter"):
        return LoraBase(
            Architecture.ANIMA, "", (), "anima", "the adapter of the language model", 0.95
        )
    if not adapter.has(
        "blocks_#_mlp_layer1", "blocks_#_cross_attn_q_proj", "blocks_#_self_attn_q_proj"
    ):
        return None
    if adapter.has("double_stream"):
        return None
    both = (Architecture.COSMOS_PREDICT2, Architecture.ANIMA)
    says = "the blocks that Cosmos Predict2 and Anima share"
    return LoraBase(Architecture.UNKNOWN, "", both, "cosmos_predict2", says, 0.7)


def _hidream(adapter: Adapter) -> LoraBase | None:
    if adapter.has("double_stream_blocks_#", "single_stream_blocks_#", "_ff_i_"):
        return LoraBase(Architecture.HIDREAM, "", (), "hidream", "streams of experts", 0.9)
    return None


def _hunyuan(adapter: Adapter) -> LoraBase | None:
    named = adapter.has(
        "individual_token_refiner",
        "context_embedder_token_refiner",
        "txt_mod_linear",
        "img_mod_linear",
        "img_mlp_fc",
        "single_blocks_#_modulation_linear",
    )
    # Flux writes "img_attn.qkv", Hunyuan "img_attn_qkv": distinguishable only in names with dots.
    spelt = any(
        part in module for module in adapter.dotted for part in (".img_attn_qkv", ".img_attn_proj")
    )
    deep = adapter.begins("double_blocks_#") and (
        adapter.depth("double_blocks") == _FLUX1_DOUBLES + 1
        or adapter.depth("single_blocks") in {_FLUX1_SINGLES + 1, _FLUX1_SINGLES + 2}
    )
    if not (named or spelt or (deep and _FLUX_WIDTH in adapter.widths("img_attn", "linear1"))):
        return None
    if adapter.has("byt5_in") or 3584 in adapter.widths("img_attn"):  # noqa: PLR2004 - HunyuanImage's width
        return LoraBase(Architecture.HUNYUAN_IMAGE, "", (), "hunyuan", "blocks of width 3584", 0.85)
    return LoraBase(Architecture.HUNYUAN_VIDEO, "", (), "hunyuan", "block names of Hunyuan", 0.9)


def _qwen(adapter: Adapter) -> LoraBase | None:
    if adapter.has("single_transformer_blocks_#", "ff_context"):
        return None
    if adapter.has(
        "transformer_blocks_#_img_mlp",
        "transformer_blocks_#_img_mod",
        "transformer_blocks_#_txt_mlp",
    ):
        return LoraBase(
            Architecture.QWEN_IMAGE,
            "",
            (),
            "qwen_image",
            "image streams without single blocks",
            0.95,
        )
    deep = adapter.depth("transformer_blocks")
    if adapter.has("transformer_blocks_#_attn_add_k_proj", "transformer_blocks_#_attn_to_k") and (
        deep > _SD35_LARGE_BLOCK or _FLUX_WIDTH in adapter.widths("transformer_blocks_#_attn_to_k")
    ):
        says = f"{deep} joint blocks of width 3072 without single blocks"
        return LoraBase(Architecture.QWEN_IMAGE, "", (), "qwen_image", says, 0.8)
    return None


def _chroma(adapter: Adapter) -> LoraBase | None:
    if adapter.has("distilled_guidance_layer"):
        return LoraBase(Architecture.CHROMA, "", (), "chroma", "the guidance layer of Chroma", 0.95)
    return None


def _flux(adapter: Adapter) -> LoraBase | None:
    if not adapter.has(
        "double_blocks_#",
        "single_blocks_#",
        "single_transformer_blocks_#",
        "double_stream_modulation",
    ):
        return None
    if adapter.has("joint_transformer_blocks", "double_layers"):
        return None
    return _flux2(adapter) or _flux1(adapter)


def _flux2(adapter: Adapter) -> LoraBase | None:
    stream = adapter.widths(
        "img_attn_qkv",
        "txt_attn_qkv",
        "attn_to_q",
        "attn_add_q_proj",
        "linear1",
        "to_qkv_mlp_proj",
        "to_k",
    )
    singles = max(adapter.depth("single_blocks"), adapter.depth("single_transformer_blocks"))
    size = next((FLUX2_BY_WIDTH[w] for w in stream if w in FLUX2_BY_WIDTH and w != _FLUX_WIDTH), "")
    marked = adapter.has("to_qkv_mlp_proj", "double_stream_modulation", "single_stream_modulation")
    # Gated MLPs are twice as wide in Flux.2: linear1 returns 3 + 6 widths, linear2 reads 4; Flux.1: 3 + 4 and 5.
    gated = bool(
        adapter.out_widths("single_blocks_#_linear1") & {9 * w for w in FLUX2_BY_WIDTH}
        or adapter.widths("single_blocks_#_linear2") & {4 * w for w in FLUX2_BY_WIDTH}
    )
    if not (size or marked or gated or singles > _FLUX1_SINGLES + 2):
        return None
    if not size:
        size = _size_by_depth(singles, stream)
    return LoraBase(
        Architecture.FLUX2,
        size,
        (),
        "flux2",
        f"width {sorted(stream)}, {singles} single blocks",
        0.9,
    )


def _size_by_depth(singles: int, stream: set[int]) -> str:
    if _FLUX_WIDTH in stream or 0 < singles <= _KLEIN_4B_SINGLES:
        return "klein-4b"
    return "klein-9b" if singles <= _KLEIN_9B_SINGLES else "dev"


def _flux1(adapter: Adapter) -> LoraBase:
    singles = max(adapter.depth("single_blocks"), adapter.depth("single_transformer_blocks"))
    doubles = max(adapter.depth("double_blocks"), adapter.depth("transformer_blocks"))
    if _CONTROL_INPUTS in adapter.widths("img_in") | adapter.widths("x_embedder"):
        says = "the input layer takes a control image"
        return LoraBase(Architecture.FLUX1, "control", (), "flux1.control", says, 0.95)
    modulated = adapter.has(
        "img_mod_lin", "txt_mod_lin", "modulation_lin", "norm1_linear", "norm_linear"
    )
    if modulated:  # Chroma has no such layers
        return LoraBase(
            Architecture.FLUX1, "", (), "flux1", "double, single and modulation layers", 0.95
        )
    ambiguous: tuple[str, ...] = (Architecture.FLUX1, Architecture.CHROMA)
    if (
        singles <= _KLEIN_4B_SINGLES
        and doubles <= _KLEIN_4B_DOUBLES
        and not adapter.has("mlp", "linear")
    ):
        ambiguous += (Architecture.FLUX2,)
    says = f"{doubles} double and {singles} single blocks of width 3072"
    return LoraBase(Architecture.FLUX1, "", ambiguous, "flux1", says, 0.8)


def _auraflow(adapter: Adapter) -> LoraBase | None:
    if adapter.has("joint_transformer_blocks_#", "double_layers_#", "single_layers_#"):
        return LoraBase(Architecture.AURAFLOW, "", (), "auraflow", "layers of AuraFlow", 0.9)
    return None


def _sd3(adapter: Adapter) -> LoraBase | None:
    joint = adapter.has("joint_blocks_#_context_block", "joint_blocks_#_x_block")
    plain = adapter.has("transformer_blocks_#_ff_context", "transformer_blocks_#_attn_add_k_proj")
    width = adapter.widths("attn_to_k", "attn_add_k_proj", "attn_qkv")
    if not (
        joint or plain or ({1536, 2432} & width and adapter.has("transformer_blocks_#_attn_to_k"))
    ):
        return None
    depth = max(adapter.depth("joint_blocks"), adapter.depth("transformer_blocks"))
    if depth >= _SD35_LARGE_BLOCK or 2432 in width:  # noqa: PLR2004 - the width of 3.5 Large
        return LoraBase(Architecture.SD3, "3.5-large", (), "sd3", f"{depth} joint blocks", 0.9)
    if adapter.has("x_block_attn2", "_attn2_"):
        return LoraBase(Architecture.SD3, "3.5-medium", (), "sd3", "a second attention", 0.9)
    both = ("3-medium", "3.5-medium") if 1536 in width else ("3-medium", "3.5-medium", "3.5-large")  # noqa: PLR2004
    return LoraBase(Architecture.SD3, "", both, "sd3", f"{depth} joint blocks", 0.8)


def _wan(adapter: Adapter) -> LoraBase | None:
    diffusers = adapter.begins("blocks_#_attn1_to", "blocks_#_attn2_to")
    if not diffusers and not adapter.begins(*_WAN_PARTS):
        return None
    widths = adapter.widths(*_WAN_PARTS) | adapter.widths("blocks_#_attn1_to", "blocks_#_attn2_to")
    size = next((name for width, name in WAN_SIZES.items() if width in widths), "")
    image = adapter.has("cross_attn_k_img", "add_k_proj", "img_emb")
    variant = f"i2v-{size}" if image else size
    return LoraBase(
        Architecture.WAN, variant.rstrip("-"), (), "wan", f"blocks of width {sorted(widths)}", 0.9
    )


def _lumina(adapter: Adapter) -> LoraBase | None:
    if not adapter.begins(
        "layers_#_attention", "layers_#_feed_forward", "layers_#_adaLN", "context_refiner_#"
    ):
        return None
    widths = adapter.widths("attention_", "feed_forward_w1", "feed_forward_w3")
    if 2304 in widths:  # noqa: PLR2004 - the width of Lumina 2
        return LoraBase(Architecture.LUMINA2, "", (), "lumina2", "layers of width 2304", 0.9)
    if 3840 in widths:  # noqa: PLR2004 - the width of Z-Image
        return LoraBase(Architecture.Z_IMAGE, "", (), "z_image", "layers of width 3840", 0.95)
    both = (Architecture.Z_IMAGE, Architecture.LUMINA2)
    return LoraBase(Architecture.UNKNOWN, "", both, "z_image", "layers of unknown width", 0.5)


def _attention_pairs(adapter: Adapter) -> LoraBase | None:
    """Distinguish LTX-Video, PixArt and Mochi, which have only ``transformer_blocks``."""
    if not adapter.begins(
        "transformer_blocks_#_attn1", "transformer_blocks_#_attn2", "blocks_#_attn_k_x"
    ):
        return None
    widths = adapter.widths("transformer_blocks_#_attn1_to")
    if 1152 in widths:  # noqa: PLR2004 - the width of PixArt
        return LoraBase(Architecture.PIXART, "", (), "pixart", "blocks of width 1152", 0.85)
    if widths & {2048, 4096}:
        return LoraBase(
            Architecture.LTXV, "", (), "ltxv", f"blocks of width {sorted(widths)}", 0.85
        )
    return None


TRANSFORMER_BASES = (
    _anima,
    _hidream,
    _chroma,
    _hunyuan,
    _qwen,
    _flux,
    _auraflow,
    _sd3,
    _wan,
    _lumina,
    _attention_pairs,
)
