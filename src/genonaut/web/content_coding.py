"""Content codings that a client accepts."""

from functools import lru_cache

_REFUSED = frozenset({b"q=0", b"q=0.0", b"q=0.00", b"q=0.000"})


@lru_cache(maxsize=512)
def accepts_coding(accepted: bytes, coding: bytes) -> bool:
    """Return whether ``Accept-Encoding`` names a coding without ``q=0``.

    Source: RFC 9110, 12.5.3. A wildcard is not taken as consent.
    """
    for part in accepted.lower().split(b","):
        name, _, weight = part.partition(b";")
        if name.strip() == coding:
            return weight.replace(b" ", b"") not in _REFUSED
    return False
