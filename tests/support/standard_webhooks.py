"""A receiver's verification of a signature, written from the Standard Webhooks specification.

It shares no code with the sender. Source: Standard Webhooks 1.0.0, "Signature scheme", "Webhook
headers" and "Verifying signatures".
"""

import base64
import hashlib
import hmac
import time
from collections.abc import Mapping

TOLERANCE_SECONDS = 300


class VerificationError(Exception):
    """The signature or timestamp is not valid."""


def verify(
    secret: str, headers: Mapping[str, str], body: bytes, *, now: float | None = None
) -> None:
    """Raise unless one of the signatures is right and the timestamp is recent."""
    for name in ("webhook-id", "webhook-timestamp", "webhook-signature"):
        if name not in headers:
            raise VerificationError(f"{name} is missing")
    message_id, timestamp = headers["webhook-id"], headers["webhook-timestamp"]
    if abs((time.time() if now is None else now) - int(timestamp)) > TOLERANCE_SECONDS:
        raise VerificationError("the timestamp is not recent")
    prefix, _, encoded = secret.partition("_")
    if prefix != "whsec":
        raise VerificationError("this is no symmetric secret")
    signed = b".".join([message_id.encode(), timestamp.encode(), body])
    wanted = hmac.digest(base64.b64decode(encoded), signed, hashlib.sha256)
    for signature in headers["webhook-signature"].split(" "):
        version, _, value = signature.partition(",")
        if version == "v1" and hmac.compare_digest(base64.b64decode(value), wanted):
            return
    raise VerificationError("no signature fits")
