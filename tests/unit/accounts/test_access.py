"""The complete decision table of permissions."""

from itertools import product
from uuid import uuid4

import pytest

from genonaut.accounts.access import Access, require
from genonaut.accounts.identity import ALL_SCOPES, Identity, KeyScope
from genonaut.accounts.tables import Role
from genonaut.core.errors import ForbiddenError, NotAuthenticatedError


def identity(*, via: str = "session", role: Role = Role.USER, **fields: object) -> Identity:
    return Identity(uuid4(), "grace", role, via=via, **fields)  # type: ignore[arg-type]


def test_public_routes_need_no_credentials() -> None:
    require(Access(audience="public"), None, "POST")


@pytest.mark.parametrize(
    "access", [Access(), Access(audience="admins"), Access(is_interactive=True)]
)
def test_anonymous_requests_are_refused(access: Access) -> None:
    with pytest.raises(NotAuthenticatedError):
        require(access, None, "GET")


@pytest.mark.parametrize(
    ("declared", "method", "needed"),
    [
        (None, "GET", KeyScope.READ),
        (None, "HEAD", KeyScope.READ),
        (None, "POST", KeyScope.MANAGE),
        (None, "PUT", KeyScope.MANAGE),
        (None, "PATCH", KeyScope.MANAGE),
        (None, "DELETE", KeyScope.MANAGE),
        (KeyScope.GENERATE, "POST", KeyScope.GENERATE),
    ],
)
def test_a_key_needs_the_one_scope_of_the_route(
    declared: KeyScope | None, method: str, needed: KeyScope
) -> None:
    access = Access(scope=declared)
    require(access, identity(via="key", scopes=frozenset({needed})), method)
    with pytest.raises(ForbiddenError, match=needed):
        require(access, identity(via="key", scopes=ALL_SCOPES - {needed}), method)


@pytest.mark.parametrize(("via", "role"), list(product(["session", "key", "local"], Role)))
def test_administration_requires_an_administrator(via: str, role: Role) -> None:
    caller = identity(via=via, role=role)
    if role is Role.ADMIN:
        require(Access(audience="admins"), caller, "DELETE")
    else:
        with pytest.raises(ForbiddenError, match="administrators"):
            require(Access(audience="admins"), caller, "DELETE")


@pytest.mark.parametrize("via", ["session", "local"])
def test_interactive_routes_refuse_api_keys(via: str) -> None:
    require(Access(is_interactive=True), identity(via=via), "POST")
    with pytest.raises(ForbiddenError, match="API key"):
        require(Access(is_interactive=True), identity(via="key"), "POST")
