"""Secrets and signatures of Standard Webhooks, symmetric scheme ``v1``.

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
_MIN_BYTES, _MAX_BYTES = 24, 64


def new_secret() -> bytes:
    """Return 256 random bits; the specification requires 192 to 512."""
    return secrets.token_bytes(_SECRET_BYTES)


def show_secret(secret: bytes) -> str:
    """Return the secret as text."""
    return _PREFIX + base64.b64encode(secret).decode()


def read_secret(text: str) -> bytes:
    """Parse a secret in the format of ``show_secret``.

    Raises:
        InvalidInputError: it is not ``whsec_`` followed by the base64 of 24 to 64 bytes.
    """
    message = f"must be {_PREFIX} followed by the base64 of {_MIN_BYTES} to {_MAX_BYTES} bytes"
    try:
        secret = base64.b64decode(text.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise InvalidInputError.of("secret", message) from None
    if not text.startswith(_PREFIX) or not _MIN_BYTES <= len(secret) <= _MAX_BYTES:
        raise InvalidInputError.of("secret", message)
    return secret


def signed_headers(
    keys: Sequence[bytes], message_id: str, body: bytes, *, at: datetime
) -> dict[str, str]:
    """Return the three headers, with one signature per secret.

    Args:
        keys: the secrets that are valid.
        message_id: the same for every try of one event; must not contain a full stop.
        body: the exact bytes that are sent.
        at: the time of this try.
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
