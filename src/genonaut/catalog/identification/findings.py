"""Results of identification: evidence, the finding of one rule, and the whole identification."""

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
    """One reason for an identification; ``confidence`` is 0..1."""

    rule: str
    says: str
    confidence: float
    source: Source = Source.TENSORS


class Finding(msgspec.Struct, frozen=True):
    """The result of a rule, from the tensors alone.

    ``ambiguous_between`` names the variants or architectures that these tensors do not distinguish.
    ``vectors`` is the number of tokens that an embedding takes the place of.
    """

    kind: ModelKind
    architecture: Architecture = Architecture.UNKNOWN
    variant: str = ""
    ambiguous_between: tuple[str, ...] = ()
    prediction: Prediction | None = None
    adapter: AdapterKind | None = None
    rank: int | None = None
    parts: tuple[str, ...] = ()
    vectors: int | None = None
    evidence: tuple[Evidence, ...] = ()


class Identification(msgspec.Struct, frozen=True, kw_only=True):
    """What one file is, as far as known, with the evidence.

    ``precision`` is the data type that most bytes have (``fp16``, ``fp8_e4m3fn``, ``nf4``, ``Q4_K``).
    ``resolution`` is (width, height) in pixels as declared by the file. ``conflicts`` are sentences about
    sources that contradict each other; the strongest source wins. ``parts`` names what the file contains
    besides a diffusion model: ``text_encoder``, ``vae``; a checkpoint has both. ``vectors`` is the number of
    tokens that an embedding takes the place of.
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
    vectors: int | None = None
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


def tensor_evidence(rule: str, says: str, confidence: float = 0.95) -> tuple[Evidence, ...]:
    """Return one piece of evidence from the tensors."""
    return (Evidence(rule, says, confidence),)
