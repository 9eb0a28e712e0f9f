"""Secrets and signatures of Standard Webhooks, the symmetric scheme ``v1``.

Source: Standard Webhooks 1.0.0, "Signature scheme" and "Webhook headers".
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime

from genonaut.core.errors import InvalidInputError

_PREFIX = "whsec_"
_SECRET_BYTES = 32
_LEAST_BYTES, _MOST_BYTES = 24, 64


def new_secret() -> bytes:
    """Return 256 random bits; the specification asks for 192 to 512."""
    return secrets.token_bytes(_SECRET_BYTES)


def show_secret(secret: bytes) -> str:
    """Return the secret as people copy it."""
    return _PREFIX + base64.b64encode(secret).decode()


def read_secret(text: str) -> bytes:
    """Return the secret that ``show_secret`` wrote, ours or somebody else's.

    Raises:
        InvalidInputError: it is not whsec_ and the base64 of 24 to 64 bytes.
    """
    message = f"must be {_PREFIX} and the base64 of {_LEAST_BYTES} to {_MOST_BYTES} bytes"
    try:
        secret = base64.b64decode(text.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise InvalidInputError.of("secret", message) from None
    if not text.startswith(_PREFIX) or not _LEAST_BYTES <= len(secret) <= _MOST_BYTES:
        raise InvalidInputError.of("secret", message)
    return secret


def signed_headers(
    keys: Sequence[bytes], message_id: str, body: bytes, *, at: datetime
) -> dict[str, str]:
    """Return the three headers; with several secrets one signature for each.

    Args:
        keys: the secrets that are valid.
        message_id: the same for every try of one event; has no full stop in it.
        body: the bytes that are sent, not one more or less.
        at: the moment of this try.
    """
    timestamp = int(at.timestamp())
    content = f"{message_id}.{timestamp}.".encode() + body
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(_signature(key, content) for key in keys),
    }


def _signature(key: bytes, content: bytes) -> str:
    digest = hmac.new(key, content, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()
