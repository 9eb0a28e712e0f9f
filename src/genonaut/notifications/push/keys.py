"""The key pair of the installation, and the header that identifies it (VAPID, RFC 8292)."""

import time

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from joserfc import jwt
from joserfc.jwk import ECKey
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from yarl import URL

from genonaut.core.base64url import encode_base64url
from genonaut.notifications.push.tables import PushKey

_VALID_SECONDS = 12 * 3600
"""RFC 8292 allows 24 hours."""


async def signing_key(session: AsyncSession) -> ec.EllipticCurvePrivateKey:
    """Return the private key of the installation; the first call generates and stores it."""
    stored = select(PushKey.private_key).where(PushKey.id == 1)
    pem = await session.scalar(stored)
    if pem is None:
        new = ec.generate_private_key(ec.SECP256R1()).private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        )
        # Another process may have stored one meanwhile: then it counts.
        await session.execute(
            insert(PushKey).values(id=1, private_key=new).on_conflict_do_nothing()
        )
        pem = await session.scalar(stored)
    key = load_pem_private_key(pem or b"", password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("push_keys has a key of another kind")
    return key


def public_text(key: ec.EllipticCurvePrivateKey) -> str:
    """Return the public key as browsers take it: an uncompressed point, base64url."""
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return encode_base64url(point)


def authorization(key: ec.EllipticCurvePrivateKey, endpoint: str, *, contact: str) -> str:
    """Return the Authorization header for one push service.

    Args:
        key: of the installation.
        endpoint: the URL that is called.
        contact: a URL (https or mailto) under which the operator of the push service can reach the
            installation.
    """
    url = URL(endpoint)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    claims = {
        "aud": str(url.origin()),
        "exp": int(time.time()) + _VALID_SECONDS,
        "sub": contact,
    }
    token = jwt.encode({"alg": "ES256", "typ": "JWT"}, claims, ECKey.import_key(pem))
    return f"vapid t={token}, k={public_text(key)}"
