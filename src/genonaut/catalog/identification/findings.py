"""What identification says: evidence, findings of single rules, and the sum of them."""

import msgspec

from genonaut.catalog.vocabulary import (
    AdapterKind,
    Architecture,
    FileFormat,
    ModelKind,
    Prediction,
    Source,
)


class Evidence(msgspec.Struct, frozen=True):
    """One reason for what we say of a file; ``confidence`` is 0..1."""

    rule: str
    says: str
    confidence: float
    source: Source = Source.TENSORS


class Finding(msgspec.Struct, frozen=True):
    """What the tensors alone say.

    ``ambiguous_between`` names the variants, or architectures, that these tensors cannot tell apart; it
    is empty when they can.
    """

    kind: ModelKind
    architecture: Architecture = Architecture.UNKNOWN
    variant: str = ""
    ambiguous_between: tuple[str, ...] = ()
    prediction: Prediction | None = None
    adapter: AdapterKind | None = None
    rank: int | None = None
    parts: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()


class Identification(msgspec.Struct, frozen=True, kw_only=True):
    """What one file is, as far as can be told, and why we say so.

    ``precision`` is the data type that most bytes have (``fp16``, ``fp8_e4m3fn``, ``nf4``, ``Q4_K``).
    ``resolution`` is (width, height) in pixels as the file itself states it. ``conflicts`` are sentences
    on sources that contradict each other; the strongest source has won. ``parts`` names what travels with
    a diffusion model: ``text_encoder``, ``vae``; a checkpoint has both.
    """

    kind: ModelKind = ModelKind.UNKNOWN
    architecture: Architecture = Architecture.UNKNOWN
    variant: str = ""
    format: FileFormat | None = None
    precision: str = ""
    parts: tuple[str, ...] = ()
    adapter: AdapterKind | None = None
    rank: int | None = None
    alpha: float | None = None
    prediction: Prediction | None = None
    trigger_words: tuple[str, ...] = ()
    title: str = ""
    description: str = ""
    author: str = ""
    license: str = ""
    tags: tuple[str, ...] = ()
    resolution: tuple[int, int] | None = None
    base_model_hint: str = ""
    has_embedded_preview: bool = False
    declared_hashes: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    conflicts: tuple[str, ...] = ()
    ambiguous_between: tuple[str, ...] = ()


def tensors_say(rule: str, says: str, confidence: float = 0.95) -> tuple[Evidence, ...]:
    """Return one piece of evidence from the tensors."""
    return (Evidence(rule, says, confidence),)
