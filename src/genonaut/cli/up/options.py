"""What the command line of ``up`` may ask for; imports nothing, so that ``--help`` is quick."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the command line asked for; None leaves it to the environment."""

    simulator: bool | None = None
    migrate: bool | None = None
    seed: bool = False
    verbose: bool = False
