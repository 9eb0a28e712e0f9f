"""ID tokens of OpenID Connect: keys, signatures, claims.

Loads joserfc and cryptography, 9 MiB of memory, so it is imported when the first token arrives.
Sources: OpenID Connect Core 1.0 (3.1.3.7), RFC 8725 (which algorithms to accept).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import structlog
from joserfc import jwk, jwt
from joserfc.errors import JoseError

from genonaut.accounts.external.errors import LoginRefusedError
from genonaut.config.settings import OidcSettings

log = structlog.get_logger()
Key = jwk.Key
ALGORITHMS = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "Ed25519", "EdDSA"),
)
"""Signatures with a key pair only: with `none` or HS256, anybody could make a token."""
_KEY_TYPES = {"RSA", "EC", "OKP"}
_LEEWAY_SECONDS = 60
"""Difference of the clocks that is tolerated."""


def signing_keys(entries: Iterable[Mapping[str, Any]]) -> list[Key]:
    """Return the keys of a key set that may sign tokens; others and unknown types are left out."""
    found: list[Key] = []
    for one in entries:
        if one.get("kty") not in _KEY_TYPES or one.get("use", "sig") != "sig":
            continue
        try:
            found.append(jwk.import_key(dict(one)))
        except (JoseError, ValueError) as error:  # of a type that we do not know
            log.info("oidc.key_skipped", kid=str(one.get("kid")), error=type(error).__name__)
    return found


def claims_of(token: str, keys: Sequence[Key]) -> dict[str, Any]:
    """Return the claims of a token with a valid signature.

    Raises:
        LoginRefusedError: the token is malformed, or none of the keys signed it.
    """
    try:
        return jwt.decode(token, jwk.KeySet(list(keys)), algorithms=ALGORITHMS).claims
    except (JoseError, ValueError) as error:
        raise LoginRefusedError(f"the ID token is not valid: {type(error).__name__}") from error


def require_claims(claims: dict[str, Any], settings: OidcSettings) -> None:
    """Check issuer, audience and times.

    Raises:
        LoginRefusedError: one is missing or wrong.
    """
    registry = jwt.JWTClaimsRegistry(
        leeway=_LEEWAY_SECONDS,
        iss={"essential": True, "value": settings.issuer},
        aud={"essential": True, "value": settings.client_id},
        exp={"essential": True},
        iat={"essential": True},
    )
    try:
        registry.validate(claims)
    except JoseError as error:
        raise LoginRefusedError(f"the ID token is not valid: {error}") from error
