"""Whether a LoRA fits a base model, and whether a ComfyUI version supports an architecture."""

from enum import StrEnum

import msgspec

from genonaut.catalog.identification.findings import Identification
from genonaut.catalog.vocabulary import Architecture

# Variants of these architectures differ in width or depth: a LoRA for one cannot be added to another.
_SIZES: dict[Architecture, tuple[str, ...]] = {
    Architecture.SD3: ("3-medium", "3.5-medium", "3.5-large"),
    Architecture.FLUX2: ("dev", "klein-9b", "klein-4b"),
    Architecture.WAN: ("1.3b", "14b", "5b"),
    Architecture.SDXL: ("ssd-1b", "segmind-vega", "koala-700m", "koala-1b"),
    Architecture.LTXV: ("2b", "13b"),
}
# These share their blocks: most LoRAs for one load into the other, with less effect.
_RELATED = (frozenset({Architecture.FLUX1, Architecture.CHROMA}),)
# The newest ComfyUI release known not to support an architecture; 0.3.64 is older than these models.
LACKING_IN: dict[Architecture, tuple[int, int, int]] = {
    Architecture.FLUX2: (0, 3, 64),
    Architecture.Z_IMAGE: (0, 3, 64),
    Architecture.ANIMA: (0, 3, 64),
}


class Fit(StrEnum):
    """How well a LoRA fits a base model."""

    FITS = "fits"
    DOUBTFUL = "doubtful"
    MISFIT = "misfit"


class Compatibility(msgspec.Struct, frozen=True):
    """How well two models fit, and the reason as a sentence for the user."""

    fit: Fit
    reason: str


def compare(lora: Identification, base: Identification) -> Compatibility:
    """Return whether ``lora`` can be added to ``base``; unknown architectures are doubtful, never misfits."""
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
        return Compatibility(
            Fit.DOUBTFUL, f"made for {mine} or {theirs}: the file does not say which"
        )
    return Compatibility(Fit.MISFIT, f"made for {mine}, the base model is {theirs}")


def is_supported_by(architecture: Architecture, comfyui: tuple[int, int, int]) -> bool:
    """Return whether this ComfyUI is newer than the last one known not to support ``architecture``."""
    return architecture not in LACKING_IN or comfyui > LACKING_IN[architecture]


def _compare_choices(choices: tuple[str, ...], theirs: Architecture) -> Compatibility:
    if choices and theirs not in choices:
        return Compatibility(
            Fit.MISFIT, f"made for one of {', '.join(choices)}; the base model is {theirs}"
        )
    return Compatibility(Fit.DOUBTFUL, "the architecture of the LoRA is not known")


def _compare_sizes(lora: Identification, base: Identification) -> Compatibility:
    sizes = _SIZES.get(lora.architecture, ())
    mine, theirs = _size_in(lora.variant, sizes), _size_in(base.variant, sizes)
    if lora.architecture is Architecture.SDXL:
        # An SDXL LoRA does not show its base's depth; the reduced models lack most of its layers.
        return _compare_small_xl(theirs)
    if mine and theirs and mine != theirs:
        return Compatibility(
            Fit.MISFIT, f"made for {lora.architecture} {mine}, the base model is {theirs}"
        )
    if sizes and not mine:
        return Compatibility(
            Fit.DOUBTFUL, f"the size of {lora.architecture} it was made for is not known"
        )
    return Compatibility(Fit.FITS, f"both are {lora.architecture}")


def _compare_small_xl(theirs: str) -> Compatibility:
    if theirs:
        return Compatibility(Fit.DOUBTFUL, f"{theirs} lacks many of SDXL's layers")
    return Compatibility(Fit.FITS, "both are sdxl")


def _size_in(variant: str, sizes: tuple[str, ...]) -> str:
    return next((size for size in sizes if size in variant), "")
