"""The options of ``genonaut up``; imports nothing, so that ``--help`` is fast."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UpOptions:
    """The options of ``genonaut up``; None means the default of the environment."""

    simulator: bool | None = None
    migrate: bool | None = None
    seed: bool = False
    verbose: bool = False
