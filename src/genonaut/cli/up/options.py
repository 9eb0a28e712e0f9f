"""The options of ``genonaut up``; imports nothing, so that ``--help`` is fast."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UpOptions:
    """The options of ``genonaut up``; None means the default."""

    simulator: bool | None = None
    migrate: bool | None = None
    seed: bool | None = False
    """Generate a few first images; None: only with the simulator."""
    verbose: bool = False
