"""Which LoRA fits which base model, and which backend can run what."""

from enum import StrEnum

import msgspec

from genonaut.catalog.identification.findings import Identification
from genonaut.catalog.vocabulary import Architecture

# Within these, variants differ in width or depth: a LoRA of one cannot be added to another.
_SIZES: dict[Architecture, tuple[str, ...]] = {
    Architecture.SD3: ("3-medium", "3.5-medium", "3.5-large"),
    Architecture.FLUX2: ("dev", "klein-9b", "klein-4b"),
    Architecture.WAN: ("1.3b", "14b", "5b"),
    Architecture.SDXL: ("ssd-1b", "segmind-vega", "koala-700m", "koala-1b"),
    Architecture.LTXV: ("2b", "13b"),
}
# Same blocks: most LoRAs of one load into the other, with less effect.
_RELATED = (frozenset({Architecture.FLUX1, Architecture.CHROMA}),)
# The last ComfyUI known to lack an architecture; 0.3.64 is older than both models.
LACKING_IN: dict[Architecture, tuple[int, int, int]] = {
    Architecture.FLUX2: (0, 3, 64),
    Architecture.Z_IMAGE: (0, 3, 64),
}


class Fit(StrEnum):
    """How well a LoRA and a base model go together."""

    FITS = "fits"
    DOUBTFUL = "doubtful"
    MISFIT = "misfit"


class Compatibility(msgspec.Struct, frozen=True):
    """A verdict and the sentence that explains it to the person who chose both."""

    fit: Fit
    reason: str


def compare(lora: Identification, base: Identification) -> Compatibility:
    """Tell whether ``lora`` can be added to ``base``; what is unknown is doubtful, never refused."""
    mine, theirs = lora.architecture, base.architecture
    if theirs is Architecture.UNKNOWN:
        return Compatibility(Fit.DOUBTFUL, "the base model's architecture is not known")
    if mine is Architecture.UNKNOWN:
        return _compare_choices(lora.ambiguous_between, theirs)
    if mine is theirs:
        return _compare_sizes(lora, base)
    if any({mine, theirs} <= related for related in _RELATED):
        return Compatibility(Fit.DOUBTFUL, f"made for {mine}; {theirs} shares most of its blocks")
    if theirs in lora.ambiguous_between:
        return Compatibility(Fit.DOUBTFUL, f"made for {mine} or {theirs}: the file does not tell")
    return Compatibility(Fit.MISFIT, f"made for {mine}, the base model is {theirs}")


def runs_on(architecture: Architecture, comfyui: tuple[int, int, int]) -> bool:
    """Tell whether this ComfyUI is newer than the last one known to lack ``architecture``."""
    return architecture not in LACKING_IN or comfyui > LACKING_IN[architecture]


def _compare_choices(choices: tuple[str, ...], theirs: Architecture) -> Compatibility:
    if choices and theirs not in choices:
        return Compatibility(
            Fit.MISFIT, f"made for one of {', '.join(choices)}; the base model is {theirs}"
        )
    return Compatibility(Fit.DOUBTFUL, "what the LoRA was made for is not known")


def _compare_sizes(lora: Identification, base: Identification) -> Compatibility:
    sizes = _SIZES.get(lora.architecture, ())
    mine, theirs = _size_in(lora.variant, sizes), _size_in(base.variant, sizes)
    if lora.architecture is Architecture.SDXL:
        # An SDXL LoRA says nothing of its base's depth; the cut-down models lack most of its layers.
        return _compare_small_xl(theirs)
    if mine and theirs and mine != theirs:
        return Compatibility(
            Fit.MISFIT, f"made for {lora.architecture} {mine}, the base model is {theirs}"
        )
    if sizes and not mine:
        return Compatibility(
            Fit.DOUBTFUL, f"which size of {lora.architecture} it fits is not known"
        )
    return Compatibility(Fit.FITS, f"both are {lora.architecture}")


def _compare_small_xl(theirs: str) -> Compatibility:
    if theirs:
        return Compatibility(Fit.DOUBTFUL, f"{theirs} lacks many of SDXL's layers")
    return Compatibility(Fit.FITS, "both are sdxl")


def _size_in(variant: str, sizes: tuple[str, ...]) -> str:
    return next((size for size in sizes if size in variant), "")
