"""Encrypt a message for one browser.

Source: RFC 8291 (keys of Web Push) and RFC 8188 (aes128gcm), with one record.
"""

import secrets
import struct

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

POINT_BYTES, AUTH_BYTES = 65, 16
MAX_PLAIN_BYTES = 3_000
"""Push services accept bodies of at least 4,096 bytes (RFC 8030, section 7.2)."""
_RECORD_SIZE = 4_096
_CURVE = ec.SECP256R1()
_LAST_RECORD = b"\x02"


def is_browser_key(point: bytes) -> bool:
    """Return whether these bytes are an uncompressed point of the curve P-256."""
    if len(point) != POINT_BYTES:
        return False
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, point)
    except (ValueError, InvalidKey):
        return False
    return True


def encrypt(
    plain: bytes,
    *,
    browser_key: bytes,
    auth_secret: bytes,
    sender_key: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
) -> bytes:
    """Return the body of a push message.

    Args:
        plain: the message, at most 3,000 bytes.
        browser_key: ``p256dh`` of the subscription.
        auth_secret: ``auth`` of the subscription.
        sender_key: a key for this message alone; None generates it.
        salt: 16 bytes; None generates them.
    """
    sender_key = sender_key or ec.generate_private_key(_CURVE)
    salt = salt or secrets.token_bytes(16)
    browser = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, browser_key)
    sender_point = sender_key.public_key().public_bytes(
        Encoding.X962, PublicFormat.UncompressedPoint
    )
    shared = sender_key.exchange(ec.ECDH(), browser)
    info = b"WebPush: info\0" + browser_key + sender_point
    input_key = _derive(shared, auth_secret, info, 32)
    content_key = _derive(input_key, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derive(input_key, salt, b"Content-Encoding: nonce\0", 12)
    sealed = AESGCM(content_key).encrypt(nonce, plain + _LAST_RECORD, None)
    return salt + struct.pack(">IB", _RECORD_SIZE, len(sender_point)) + sender_point + sealed


def _derive(key: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(key)
