"""What a route asks of its caller, and whether a caller has it."""

from typing import Literal

import msgspec

from genonaut.accounts.identity import Identity, KeyScope
from genonaut.core.errors import ForbiddenError, NotAuthenticatedError

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Access(msgspec.Struct, frozen=True):
    """What a route asks for."""

    audience: Literal["everybody", "users", "admins"] = "users"
    scope: KeyScope | None = None
    """What an API key must be good for; None: read where nothing is changed, else manage."""
    is_interactive: bool = False
    """Not with an API key at all: what a stolen key must not be able to do."""

    def scope_for(self, method: str) -> KeyScope:
        """Return the scope that a request of this method needs."""
        if self.scope is not None:
            return self.scope
        return KeyScope.READ if method in SAFE_METHODS else KeyScope.MANAGE


def require(access: Access, identity: Identity | None, method: str) -> None:
    """Let the caller pass or raise.

    Raises:
        NotAuthenticatedError: nobody is known and somebody must be.
        ForbiddenError: the key's scopes or the user's role do not suffice.
    """
    if access.audience == "everybody":
        return
    if identity is None:
        raise NotAuthenticatedError("log in, or send an API key as Authorization: Bearer gn_…")
    if access.is_interactive and identity.via == "key":
        raise ForbiddenError("this cannot be done with an API key; log in")
    scope = access.scope_for(method)
    if scope not in identity.scopes:
        raise ForbiddenError(f"this API key lacks the scope {scope}")
    if access.audience == "admins" and not identity.is_admin:
        raise ForbiddenError("only administrators may do this")
