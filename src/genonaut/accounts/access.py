"""The permission that a route requires, and its check."""

from typing import Literal

import msgspec

from genonaut.accounts.identity import Identity, KeyScope
from genonaut.core.errors import ForbiddenError, NotAuthenticatedError

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Access(msgspec.Struct, frozen=True):
    """The permission that a route requires."""

    audience: Literal["public", "users", "admins"] = "users"
    scope: KeyScope | None = None
    """Scope that an API key needs; None: ``read`` for safe methods, else ``manage``."""
    is_interactive: bool = False
    """Requires a login; API keys are refused, because a stolen key must not allow it."""

    def scope_for(self, method: str) -> KeyScope:
        """Return the scope that a request with this method needs."""
        if self.scope is not None:
            return self.scope
        return KeyScope.READ if method in SAFE_METHODS else KeyScope.MANAGE


def require(access: Access, identity: Identity | None, method: str) -> None:
    """Check the permission of a caller.

    Raises:
        NotAuthenticatedError: the route requires a user and the request has none.
        ForbiddenError: the scopes of the key or the role of the user are not sufficient.
    """
    if access.audience == "public":
        return
    if identity is None:
        raise NotAuthenticatedError(
            "log in, or send an API key in the header Authorization: Bearer gn_…"
        )
    if access.is_interactive and identity.via == "key":
        raise ForbiddenError("this requires a login; API keys cannot be used")
    scope = access.scope_for(method)
    if scope not in identity.scopes:
        raise ForbiddenError(f"this API key lacks the scope {scope}")
    if access.audience == "admins" and not identity.is_admin:
        raise ForbiddenError("only administrators may do this")
