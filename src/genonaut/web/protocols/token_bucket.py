"""A token bucket: a long-term rate with a burst."""


class TokenBucket:
    """Counts what one connection may still do.

    Args:
        rate: tokens that are added per second.
        burst: most tokens at a time, and the tokens at the start.
        now: the current time in seconds, of a monotonic clock.
    """

    def __init__(self, rate: float, burst: float, now: float) -> None:
        self._rate = rate
        self._burst = burst
        self._tokens = burst
        self._updated_at = now

    def available(self, now: float) -> int:
        """Return how many whole tokens there are; 0 also when more was spent than allowed."""
        earned = (now - self._updated_at) * self._rate
        self._tokens = min(self._burst, self._tokens + earned)
        self._updated_at = now
        return max(0, int(self._tokens))

    def spend(self, count: int) -> None:
        """Take tokens; the balance may become negative and delays what follows."""
        self._tokens -= count
