"""LoRAs for the U-Nets of Stable Diffusion.

Sources: the block layouts of ComfyUI comfy/model_detection.py: SD1 and SD2 attend in the first three of four
levels, SDXL in the last two of three, with 2 and 10 transformer blocks.
"""

from genonaut.catalog.identification.adapters import Adapter
from genonaut.catalog.identification.rules.lora_base import LoraBase
from genonaut.catalog.vocabulary import Architecture

_BY_CONTEXT = {768: Architecture.SD1, 1024: Architecture.SD2, 2048: Architecture.SDXL}
_BY_CONTEXT[1280] = Architecture.SDXL_REFINER
_MARKS = (
    "down_blocks_#",
    "up_blocks_#",
    "mid_block_",
    "input_blocks_#",
    "output_blocks_#",
    "middle_block_#",
)


def find_unet_base(adapter: Adapter) -> LoraBase | None:
    """Find the changed U-Net by the width of the context, then the depth, then the levels."""
    if not adapter.begins(*_MARKS):
        return None
    context = adapter.widths(
        "attn2_to_k", "attn2_to_v", "attn2_processor_to_k", "attn2_processor_to_v"
    )
    for width in context:
        if width in _BY_CONTEXT:
            says = f"cross-attention reads {width} values"
            return LoraBase(_BY_CONTEXT[width], "", (), "unet", says, 0.95)
    deepest = max(
        (depth for stack, depth in adapter.depths.items() if stack.endswith("transformer_blocks")),
        default=0,
    )
    if deepest > 1:
        says = f"transformer block {deepest - 1} is changed; SD1 and SD2 have one per position"
        return LoraBase(Architecture.SDXL, "", (), "unet.depth", says, 0.9)
    return _by_levels(adapter)


def _by_levels(adapter: Adapter) -> LoraBase:
    down, up = adapter.depth("down_blocks"), adapter.depth("up_blocks")
    levels = adapter.depth("input_blocks"), adapter.depth("output_blocks")
    if down > 3 or up > 3 or max(levels) > 9:  # noqa: PLR2004 - SDXL has 3 levels in 9 blocks
        both = (Architecture.SD1, Architecture.SD2)
        return LoraBase(Architecture.UNKNOWN, "", both, "unet", "the fourth level is changed", 0.6)
    every = (Architecture.SD1, Architecture.SD2, Architecture.SDXL)
    return LoraBase(Architecture.UNKNOWN, "", every, "unet", "a U-Net of unknown width", 0.4)
