"""How long to wait before the next try."""

import random

_MOST_DOUBLINGS = 32
"""2**1024 is no float, and an outage may be that long."""


def backoff_seconds(failures: int, *, first: float, longest: float) -> float:
    """Return a pause that doubles with every failure in a row, up to ``longest``, with jitter.

    Args:
        failures: in a row, from 0.
        first: seconds before the first retry.
        longest: seconds it never exceeds.
    """
    full = min(longest, first * 2.0 ** min(failures, _MOST_DOUBLINGS))
    return full * random.uniform(0.5, 1.0)  # noqa: S311  # spreads retries, hides nothing
