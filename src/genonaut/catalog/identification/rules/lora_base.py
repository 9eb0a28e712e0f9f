"""The result of a LoRA rule: the base model, and what remains ambiguous."""

import msgspec

from genonaut.catalog.vocabulary import Architecture


class LoraBase(msgspec.Struct, frozen=True):
    """The base model of a LoRA; ``confidence`` is 0..1."""

    architecture: Architecture
    variant: str = ""
    ambiguous_between: tuple[str, ...] = ()
    rule: str = ""
    says: str = ""
    confidence: float = 0.5
