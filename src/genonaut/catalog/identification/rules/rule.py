"""The form of a rule: which tensors must be there, and how to look closer when they are."""

from collections.abc import Callable

import msgspec

from genonaut.catalog.identification.findings import Evidence, Finding, tensors_say
from genonaut.catalog.identification.weights import Weights
from genonaut.catalog.vocabulary import Architecture, ModelKind, Prediction


class Details(msgspec.Struct, frozen=True):
    """What a closer look at the shapes adds to a match of names."""

    variant: str = ""
    ambiguous_between: tuple[str, ...] = ()
    says: str = ""
    architecture: Architecture | None = None


class Rule(msgspec.Struct, frozen=True):
    """A transformer is of ``architecture`` when its names satisfy all three conditions."""

    name: str
    architecture: Architecture
    any_of: tuple[str, ...]
    all_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    look_closer: Callable[[Weights], Details] | None = None
    prediction: Prediction = Prediction.FLOW
    confidence: float = 0.95

    def apply(self, weights: Weights) -> Finding | None:
        """Return what the rule says of ``weights``, or None when it does not match."""
        tensors = weights.tensors
        telling = next((name for name in self.any_of if name in tensors), None)
        if telling is None or not weights.has(*self.all_of) or weights.has_any(*self.none_of):
            return None
        details = self.look_closer(weights) if self.look_closer else Details()
        evidence: tuple[Evidence, ...] = tensors_say(
            self.name, f"{telling} exists", self.confidence
        )
        if details.says:
            evidence += tensors_say(f"{self.name}.variant", details.says, 0.9)
        return Finding(
            ModelKind.DIFFUSION_MODEL,
            details.architecture or self.architecture,
            details.variant,
            ambiguous_between=details.ambiguous_between,
            prediction=self.prediction,
            evidence=evidence,
        )
