"""Random secrets and their hashes.

All secrets have 256 random bits, so a fast hash is sufficient.
"""

import hashlib
import hmac
import re
import secrets

_KEY = re.compile(r"gn_([1-9]\d{0,17})_([0-9a-f]{64})", re.ASCII)


def new_token() -> str:
    """Return a new URL-safe secret for a cookie or a setup token."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> bytes:
    """Return the hash of a secret, for storage."""
    return hashlib.sha256(token.encode()).digest()


def csrf_token_of(session_token: str) -> str:
    """Return the CSRF token of a session, which requests must send in a header.

    It is derived from the secret of the session, so a cookie planted by another host of the same
    domain is not accepted.
    """
    return hmac.new(session_token.encode(), b"genonaut csrf", hashlib.sha256).hexdigest()


def equal_in_constant_time(left: str | bytes, right: str | bytes) -> bool:
    """Return whether two secrets are equal; the time does not depend on where they differ."""
    left_bytes = left.encode() if isinstance(left, str) else left
    right_bytes = right.encode() if isinstance(right, str) else right
    return hmac.compare_digest(left_bytes, right_bytes)


def new_key_secret() -> str:
    """Return the secret part of an API key."""
    return secrets.token_hex(32)


def write_key(key_id: int, secret: str) -> str:
    """Return the text of an API key."""
    return f"gn_{key_id}_{secret}"


def read_key(text: str) -> tuple[int, str] | None:
    """Return id and secret of an API key; None when the text has another format."""
    found = _KEY.fullmatch(text)
    return None if found is None else (int(found[1]), found[2])
