"""Authenticate the caller and check the access rule of the route, before the handler runs."""

import contextlib

import structlog
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send, WebSocketScope

from genonaut.accounts.access import SAFE_METHODS, Access, require
from genonaut.accounts.audit import Actor, acting_as
from genonaut.accounts.authentication import (
    CSRF_HEADER,
    Authenticator,
    Credentials,
    read_credentials,
    require_csrf,
)
from genonaut.accounts.external.proxy_login import proxy_user
from genonaut.accounts.guards import access_of
from genonaut.accounts.identity import Client, Identity
from genonaut.accounts.identity_cache import IdentityCache
from genonaut.accounts.rate_limits import RateLimiter
from genonaut.core.errors import ForbiddenError, GenonautError, RateLimitedError
from genonaut.db import DatabaseError
from genonaut.runtime import Runtime
from genonaut.web.websockets.connection import FELL_BEHIND
from genonaut.web.websockets.open_websockets import OpenWebsockets
from genonaut.web.websockets.session_guard import FORBIDDEN, UNAUTHENTICATED, SessionGuard, refuse

log = structlog.get_logger()
CLIENT = "client"
"""Key of the ``Client`` in the connection's state; set by the request guard."""
_CREDENTIALS = frozenset({b"authorization", b"cookie", CSRF_HEADER.encode()})
_UNKNOWN_CLIENT = Client("unknown", is_local=False, needs_secure_cookies=True)


def authentication(app: ASGIApp) -> ASGIApp:
    """Return a middleware that identifies the caller and refuses callers that the route does not allow.

    Requests are passed on with their ``Identity`` as ``scope["user"]``.
    """

    async def authenticate(scope: Scope, receive: Receive, send: Send) -> None:
        access = access_of(scope["route_handler"])
        if scope["type"] == ScopeType.WEBSOCKET:
            await _authenticate_websocket(scope, receive, send, app, access)
            return
        identity = await _authenticate_request(scope, access)
        scope["user"] = identity
        with acting_as(actor_of(scope, identity)):
            await app(scope, receive, send)

    return authenticate


def client_of(scope: Scope) -> Client:
    """Return the client of a connection, as the request guard determined it."""
    client: Client = scope["state"].get(CLIENT, _UNKNOWN_CLIENT)
    return client


def actor_of(scope: Scope, identity: Identity | None) -> Actor:
    """Return the actor that the audit log names for this connection."""
    via = "nobody" if identity is None else identity.via
    return Actor(identity, via, client_of(scope).address)


async def identify_if_possible(scope: Scope) -> Identity | None:
    """Return the caller of a public route; None without valid credentials or without the database."""
    try:
        return await _identify(scope, _credentials(scope), may_be_cached=True)
    except (GenonautError, DatabaseError, OSError):
        return None


async def _authenticate_request(scope: HTTPScope, access: Access) -> Identity | None:
    method = str(scope["method"])
    if access.audience == "public" or method == "OPTIONS":
        return None
    credentials = _credentials(scope)
    identity = await _identify(scope, credentials, may_be_cached=method in SAFE_METHODS)
    require(access, identity, method)
    if identity is None:  # pragma: no cover  # require has raised
        return None
    if identity.via == "session":
        require_csrf(credentials, method)
    limiter: RateLimiter = scope["litestar_app"].state.limiter
    await limiter.admit_request(identity)
    return identity


async def _authenticate_websocket(
    scope: WebSocketScope, receive: Receive, send: Send, next_app: ASGIApp, access: Access
) -> None:
    """Accept the websocket before refusing it: scripts see close codes only of an open one."""
    state = scope["litestar_app"].state
    with contextlib.ExitStack() as counted:
        try:
            identity = await _admit_websocket(scope, access, counted)
        except RateLimitedError as error:
            await refuse(receive, send, FELL_BEHIND, str(error))
        except ForbiddenError as error:
            await refuse(receive, send, FORBIDDEN, str(error))
        except GenonautError as error:
            await refuse(receive, send, UNAUTHENTICATED, str(error))
        except (DatabaseError, OSError) as error:
            log.warning("websocket.database_unavailable", error=type(error).__name__)
            await refuse(receive, send, FELL_BEHIND, "the database does not answer; reconnect")
        else:
            scope["user"] = identity
            with acting_as(actor_of(scope, identity)):
                await SessionGuard(state, identity).run(next_app, scope, receive, send)


async def _admit_websocket(
    scope: WebSocketScope, access: Access, counted: contextlib.ExitStack
) -> Identity | None:
    """Identify the caller and count the websocket until ``counted`` is closed."""
    state = scope["litestar_app"].state
    limiter: RateLimiter = state.limiter
    websockets: OpenWebsockets = state.open_websockets
    counted.enter_context(websockets.of_address(client_of(scope).address))
    identity = await _identify(scope, _credentials(scope))
    require(access, identity, "GET")
    if identity is not None:
        await limiter.admit_request(identity)
        counted.enter_context(websockets.of_user(identity))
    return identity


def _credentials(scope: Scope) -> Credentials:
    found: dict[str, str] = {}
    for name, value in scope["headers"]:
        if name in _CREDENTIALS:
            text = value.decode("latin-1")
            # Cookies may come in several headers (RFC 9113, 8.2.3); of others the first counts.
            if name == b"cookie" and "cookie" in found:
                found["cookie"] += f"; {text}"
            else:
                found.setdefault(name.decode(), text)
    pairs = (pair.partition("=") for pair in found.get("cookie", "").split(";"))
    return read_credentials(found, {name.strip(): value.strip() for name, _, value in pairs})


async def _identify(
    scope: Scope, credentials: Credentials, *, may_be_cached: bool = False
) -> Identity | None:
    """Return the caller; a session that a proxy opened is valid only for the user it names now."""
    identity = await _find(scope, credentials, may_be_cached=may_be_cached)
    if identity is None or identity.proxy_user is None:
        return identity
    runtime: Runtime = scope["litestar_app"].state.runtime
    named = proxy_user(runtime.settings.auth, client_of(scope), scope["headers"])
    return identity if named is not None and named.name == identity.proxy_user else None


async def _find(scope: Scope, credentials: Credentials, *, may_be_cached: bool) -> Identity | None:
    """Return the caller; ``may_be_cached`` accepts an answer of up to a second ago, for reads."""
    state = scope["litestar_app"].state
    runtime: Runtime = state.runtime
    settings = runtime.settings.auth
    if settings.mode == "single-user":
        if not hasattr(state, "local_identity"):
            async with runtime.begin() as uow:
                state.local_identity = await Authenticator(uow, settings).local()
        local: Identity = state.local_identity
        return local
    if credentials == Credentials():
        return None
    identities: IdentityCache = state.identities

    async def read() -> Identity | None:
        async with runtime.begin() as uow:
            with acting_as(actor_of(scope, None)):
                return await Authenticator(uow, settings).identify(credentials)

    return await (identities.get(credentials, read) if may_be_cached else read())
