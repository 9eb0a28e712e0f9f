"""How long to wait before the next try."""

import random

_MAX_DOUBLINGS = 32
"""Enough to reach any limit; 2.0**1024 would overflow during a long outage."""


def backoff_seconds(failures: int, *, first: float, longest: float) -> float:
    """Return a delay that doubles with every failure in a row; 50 to 100 % of it, at random.

    Args:
        failures: earlier failures in a row, from 0.
        first: seconds before the first retry.
        longest: upper limit in seconds.
    """
    full = min(longest, first * 2.0 ** min(max(failures, 0), _MAX_DOUBLINGS))
    return full * random.uniform(0.5, 1.0)  # noqa: S311  # spreads retries, protects no secret


def jittered(seconds: float, *, share: float = 0.2) -> float:
    """Return the duration, longer or shorter by up to ``share`` of it, at random."""
    return seconds * random.uniform(1 - share, 1 + share)  # noqa: S311  # protects no secret


class Backoff:
    """Counts failures in a row and returns the delay after each."""

    def __init__(self, *, first: float, longest: float) -> None:
        self._first = first
        self._longest = longest
        self._failures = 0

    def next_seconds(self) -> float:
        """Count a failure and return the delay before the next try."""
        delay = backoff_seconds(self._failures, first=self._first, longest=self._longest)
        self._failures += 1
        return delay

    def reset(self) -> None:
        """Begin with the first delay again, after a success."""
        self._failures = 0
