"""A user as another system describes it."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from genonaut.accounts.field_types import Email
from genonaut.config.settings import OidcSettings

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST_NAME = 63


class ExternalProfile(msgspec.Struct, frozen=True, kw_only=True):
    """What another system says about a user; issuer and subject identify it for good."""

    issuer: str
    subject: str
    username: str
    """Wanted name in Genonaut; valid, perhaps taken."""
    email: str | None = None
    is_email_verified: bool = False
    groups: frozenset[str] = frozenset()


def profile_of(claims: Mapping[str, Any], settings: OidcSettings) -> ExternalProfile:
    """Return the profile in the claims of a verified ID token."""
    email = claims.get("email")
    try:
        email = msgspec.convert(email, Email | None)
    except msgspec.ValidationError:
        email = None
    name = claims.get(settings.username_claim) or email or claims["sub"]
    groups = claims.get(settings.groups_claim)
    listed = [groups] if isinstance(groups, str) else groups if isinstance(groups, list) else []
    return ExternalProfile(
        issuer=settings.issuer,
        subject=claims["sub"],
        username=username_from(str(name)),
        email=email,
        is_email_verified=claims.get("email_verified") is True,
        groups=groups_from(str(one) for one in listed),
    )


def username_from(text: str) -> str:
    """Return a valid username that resembles the text: the part before @, in ASCII."""
    name = _NOT_IN_NAMES.sub("-", text.partition("@")[0]).strip("-._")[:_LONGEST_NAME]
    return name or "user"


def groups_from(names: Iterable[str]) -> frozenset[str]:
    """Return group names without the slash that some providers put before them."""
    return frozenset(name.strip().removeprefix("/") for name in names if name.strip())
