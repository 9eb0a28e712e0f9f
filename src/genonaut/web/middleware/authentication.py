"""Who may use a route: asked once, before anything else of the request is looked at."""

import structlog
from litestar.connection import ASGIConnection
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send, WebSocketScope
from sqlalchemy.exc import SQLAlchemyError

from genonaut.accounts.access import Access, require
from genonaut.accounts.audit import Actor, acting_as
from genonaut.accounts.authentication import (
    Authenticator,
    Credentials,
    read_credentials,
    require_csrf,
)
from genonaut.accounts.guards import access_of
from genonaut.accounts.identity import Client, Identity
from genonaut.accounts.rate_limits import RateLimiter
from genonaut.core.errors import ForbiddenError, GenonautError, RateLimitedError
from genonaut.runtime import Runtime
from genonaut.web.websockets.connection import FELL_BEHIND
from genonaut.web.websockets.session_guard import FORBIDDEN, UNAUTHENTICATED, SocketKeeper, refuse

log = structlog.get_logger()
CLIENT = "client"
"""Key of the ``Client`` in the connection's state; the door puts it there."""
_NOBODY = Client("unknown", is_local=False, needs_secure_cookies=True)


class Authentication(ASGIMiddleware):
    """Finds out who asks and refuses whom the route does not let in."""

    scopes = (ScopeType.HTTP, ScopeType.WEBSOCKET)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Let the request pass with its ``Identity`` as the scope's user."""
        access = access_of(scope["route_handler"])
        if scope["type"] == ScopeType.WEBSOCKET:
            await _admit_socket(scope, receive, send, next_app, access)
            return
        identity = await _admit_request(scope, access)
        scope["user"] = identity
        with acting_as(actor_of(scope, identity)):
            await next_app(scope, receive, send)


def client_of(scope: Scope) -> Client:
    """Return the other end of a connection, as the door saw it."""
    client: Client = scope["state"].get(CLIENT, _NOBODY)
    return client


def actor_of(scope: Scope, identity: Identity | None) -> Actor:
    """Return to whom acts of this connection are attributed."""
    via = "nobody" if identity is None else identity.via
    return Actor(identity, via, client_of(scope).address)


async def _admit_request(scope: HTTPScope, access: Access) -> Identity | None:
    method = str(scope["method"])
    if access.audience == "everybody" or method == "OPTIONS":
        return None
    credentials = _credentials(scope)
    identity = await _identify(scope, credentials)
    require(access, identity, method)
    if identity is None:  # pragma: no cover  # require has raised
        return None
    if identity.via == "session":
        require_csrf(credentials, method)
    limiter: RateLimiter = scope["litestar_app"].state.limiter
    await limiter.admit_request(identity)
    return identity


async def _admit_socket(
    scope: WebSocketScope, receive: Receive, send: Send, next_app: ASGIApp, access: Access
) -> None:
    """Accept before refusing: browsers tell scripts the close code only of an open socket."""
    limiter: RateLimiter = scope["litestar_app"].state.limiter
    try:
        identity = await _identify(scope, _credentials(scope))
        require(access, identity, "GET")
        if identity is not None:
            await limiter.admit_request(identity)
    except RateLimitedError as error:
        await refuse(receive, send, FELL_BEHIND, str(error))
    except ForbiddenError as error:
        await refuse(receive, send, FORBIDDEN, str(error))
    except GenonautError as error:
        await refuse(receive, send, UNAUTHENTICATED, str(error))
    except (SQLAlchemyError, OSError) as error:
        log.warning("socket.database_away", error=type(error).__name__)
        await refuse(receive, send, FELL_BEHIND, "the database does not answer; reconnect")
    else:
        scope["user"] = identity
        with acting_as(actor_of(scope, identity)):
            keeper = SocketKeeper(scope["litestar_app"].state, identity)
            await keeper.run(next_app, scope, receive, send)


def _credentials(scope: Scope) -> Credentials:
    connection = ASGIConnection(scope)  # type: ignore[var-annotated]
    return read_credentials(connection.headers, connection.cookies)


async def _identify(scope: Scope, credentials: Credentials) -> Identity | None:
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
    async with runtime.begin() as uow:
        with acting_as(actor_of(scope, None)):
            return await Authenticator(uow, settings).identify(credentials)
