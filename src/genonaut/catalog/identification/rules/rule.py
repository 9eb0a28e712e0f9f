"""A rule: tensor names that identify an architecture, and a function that determines the variant."""

from collections.abc import Callable

import msgspec

from genonaut.catalog.identification.findings import Evidence, Finding, tensor_evidence
from genonaut.catalog.identification.weights import Weights
from genonaut.catalog.vocabulary import Architecture, ModelKind, Prediction


class Details(msgspec.Struct, frozen=True):
    """What the shapes of the tensors add to a match of names."""

    variant: str = ""
    ambiguous_between: tuple[str, ...] = ()
    says: str = ""
    architecture: Architecture | None = None


class Rule(msgspec.Struct, frozen=True):
    """Identifies a transformer as ``architecture`` if its tensor names meet all three conditions."""

    name: str
    architecture: Architecture
    any_of: tuple[str, ...]
    all_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    inspect: Callable[[Weights], Details] | None = None
    prediction: Prediction = Prediction.FLOW
    confidence: float = 0.95

    def apply(self, weights: Weights) -> Finding | None:
        """Return the finding for ``weights``, or None if the rule does not match."""
        tensors = weights.tensors
        marker = next((name for name in self.any_of if name in tensors), None)
        if marker is None or not weights.has(*self.all_of) or weights.has_any(*self.none_of):
            return None
        details = self.inspect(weights) if self.inspect else Details()
        evidence: tuple[Evidence, ...] = tensor_evidence(
            self.name, f"{marker} exists", self.confidence
        )
        if details.says:
            evidence += tensor_evidence(f"{self.name}.variant", details.says, 0.9)
        return Finding(
            ModelKind.DIFFUSION_MODEL,
            details.architecture or self.architecture,
            details.variant,
            ambiguous_between=details.ambiguous_between,
            prediction=self.prediction,
            evidence=evidence,
        )
