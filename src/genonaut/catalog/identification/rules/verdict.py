"""What a LoRA rule answers: the base model, and what stays open."""

import msgspec

from genonaut.catalog.vocabulary import Architecture


class Base(msgspec.Struct, frozen=True):
    """The model that a LoRA was trained for; ``confidence`` is 0..1."""

    architecture: Architecture
    variant: str = ""
    ambiguous_between: tuple[str, ...] = ()
    rule: str = ""
    says: str = ""
    confidence: float = 0.5
