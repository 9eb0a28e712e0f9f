"""LoRAs: find the base model that a LoRA was trained for.

Sources: the module names of kohya-ss/sd-scripts, diffusers (PEFT), ai-toolkit, musubi-tuner and XLabs; ComfyUI
comfy/lora.py (model_lora_keys_unet, model_lora_keys_clip) for the names that load.
"""

from collections.abc import Callable

from genonaut.catalog.identification.adapters import Adapter, is_adapter
from genonaut.catalog.identification.findings import Evidence, Finding
from genonaut.catalog.identification.rules.lora_base import LoraBase
from genonaut.catalog.identification.rules.lora_transformer import TRANSFORMER_BASES
from genonaut.catalog.identification.rules.lora_unet import find_unet_base
from genonaut.catalog.identification.weights import Weights
from genonaut.catalog.vocabulary import Architecture, ModelKind

# Control-LoRAs of Stability AI are loaded as ControlNets.
_NOT_A_LORA = "lora_controlnet"
_TE_WIDTHS = {768: Architecture.SD1, 1024: Architecture.SD2, 1280: Architecture.SDXL}


def find_lora(weights: Weights) -> Finding | None:
    """Recognise a LoRA and its base model."""
    if _NOT_A_LORA in weights.all or not is_adapter(weights.file):
        return None
    adapter = Adapter(weights.all)
    base = _first(adapter, (*TRANSFORMER_BASES, find_unet_base, _text_only))
    if base is None:
        base = LoraBase(
            Architecture.UNKNOWN, says="the changed modules do not belong to a known model"
        )
    # The text encoder's part decides if the U-Net's part is ambiguous.
    confirmed = _confirm(base, adapter)
    return Finding(
        ModelKind.LORA,
        confirmed.architecture,
        confirmed.variant,
        ambiguous_between=confirmed.ambiguous_between,
        adapter=adapter.kind,
        rank=adapter.rank,
        evidence=(
            Evidence(f"lora.{confirmed.rule or 'base'}", confirmed.says, confirmed.confidence),
        ),
    )


def _first(
    adapter: Adapter, rules: tuple[Callable[[Adapter], LoraBase | None], ...]
) -> LoraBase | None:
    for rule in rules:
        base = rule(adapter)
        if base is not None:
            return base
    return None


def _confirm(base: LoraBase, adapter: Adapter) -> LoraBase:
    """Decide between SD1, SD2 and SDXL by the text encoder if the U-Net's part is ambiguous."""
    if not base.ambiguous_between or base.rule != "unet":
        return base
    text = _text_only(adapter)
    return text if text is not None and not text.ambiguous_between else base


def _text_only(adapter: Adapter) -> LoraBase | None:
    widths = adapter.text_widths
    if not widths:
        return None
    if "te2" in widths:
        # SD3 has the same two CLIPs; its LoRAs rarely change them, and then also T5 (te3).
        ambiguous = () if "te3" not in widths else (Architecture.SD3, Architecture.FLUX1)
        base = Architecture.UNKNOWN if ambiguous else Architecture.SDXL
        return LoraBase(base, "", ambiguous, "text-encoders", "two CLIP text encoders", 0.85)
    if "te3" in widths:
        both = (Architecture.FLUX1, Architecture.SD3)
        return LoraBase(Architecture.UNKNOWN, "", both, "text-encoders", "T5 is changed", 0.6)
    if "te1" in widths:
        several = (Architecture.SDXL, Architecture.FLUX1, Architecture.SD3)
        return LoraBase(
            Architecture.UNKNOWN, "", several, "text-encoders", "only CLIP-L is changed", 0.5
        )
    return _single_text_encoder(widths.get("te", set()))


def _single_text_encoder(widths: set[int]) -> LoraBase:
    architecture = _TE_WIDTHS.get(max(widths, default=0))
    if architecture is None:
        return LoraBase(Architecture.UNKNOWN, rule="text-encoder", says=f"text layers of {widths}")
    says = f"a text encoder of width {max(widths)}"
    return LoraBase(architecture, "", (), "text-encoder", says, 0.8)
