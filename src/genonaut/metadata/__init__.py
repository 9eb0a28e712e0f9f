"""Prompts and settings that programs embed in the files they make."""

from .entries import Entry
from .files import read_entries
from .generation import Generation, UsedLora
from .lora_tags import is_in_choice, loras_in_prompt, without_lora_tags
from .reading import read_file, read_generation
from .sidecars import (
    MAX_SIDECAR_BYTES,
    SIDECAR_SUFFIXES,
    read_sidecar,
    read_with_sidecars,
    sidecar_names,
)

__all__ = [
    "MAX_SIDECAR_BYTES",
    "SIDECAR_SUFFIXES",
    "Entry",
    "Generation",
    "UsedLora",
    "is_in_choice",
    "loras_in_prompt",
    "read_entries",
    "read_file",
    "read_generation",
    "read_sidecar",
    "read_with_sidecars",
    "sidecar_names",
    "without_lora_tags",
]
