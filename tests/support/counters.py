"""Counters of this process, as ``/metrics`` shows them."""

from dataclasses import dataclass

from prometheus_client import REGISTRY


@dataclass(frozen=True)
class Increase:
    """By how much a counter has grown since this object was made."""

    name: str
    labels: dict[str, str]
    before: float

    @property
    def value(self) -> float:
        return _total(self.name, self.labels) - self.before


def increase_of(name: str, **labels: str) -> Increase:
    """Return the increase of a counter from now on: the sum of its samples with these labels."""
    return Increase(name, labels, _total(name, labels))


def _total(name: str, labels: dict[str, str]) -> float:
    return sum(
        sample.value
        for family in REGISTRY.collect()
        for sample in family.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    )
