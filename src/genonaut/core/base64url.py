"""Base64 in URLs and JSON, without padding (RFC 4648, section 5)."""

import base64
import binascii


def encode_base64url(data: bytes) -> str:
    """Return the bytes as text."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode_base64url(text: str) -> bytes | None:
    """Return the bytes of a text, with or without padding; None if it is not valid."""
    bare = text.rstrip("=")
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
