"""Prompts and settings that programs embed in the files they make."""

from .entries import Entry
from .files import read_entries
from .generation import Generation, UsedLora
from .reading import read_file, read_generation

__all__ = [
    "Entry",
    "Generation",
    "UsedLora",
    "read_entries",
    "read_file",
    "read_generation",
]
