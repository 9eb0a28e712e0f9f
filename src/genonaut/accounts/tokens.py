"""Random secrets and what is stored of them.

All of them have 256 random bits: a fast hash suffices, there is nothing to guess.
"""

import hashlib
import hmac
import re
import secrets

_KEY = re.compile(r"gn_([1-9]\d{0,17})_([0-9a-f]{64})", re.ASCII)


def new_token() -> str:
    """Return a fresh secret for a cookie or a setup token; URL-safe."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> bytes:
    """Return what may be stored of a secret."""
    return hashlib.sha256(token.encode()).digest()


def csrf_token_of(session_token: str) -> str:
    """Return the token that requests of this session must repeat in a header.

    It follows from the session's own secret, so that a cookie planted by another host of the same
    domain proves nothing.
    """
    return hmac.new(session_token.encode(), b"genonaut csrf", hashlib.sha256).hexdigest()


def same(left: str | bytes, right: str | bytes) -> bool:
    """Compare without telling by the time taken where they differ."""
    left_bytes = left.encode() if isinstance(left, str) else left
    right_bytes = right.encode() if isinstance(right, str) else right
    return hmac.compare_digest(left_bytes, right_bytes)


def new_key_secret() -> str:
    """Return the secret part of an API key."""
    return secrets.token_hex(32)


def write_key(key_id: int, secret: str) -> str:
    """Return an API key as people see it, once."""
    return f"gn_{key_id}_{secret}"


def read_key(text: str) -> tuple[int, str] | None:
    """Return id and secret of an API key; None when it is not written like one."""
    found = _KEY.fullmatch(text)
    return None if found is None else (int(found[1]), found[2])
