"""Answer OPTIONS requests with all methods of a path.

Litestar lists only the methods of the handlers that were registered first for a path. This
middleware lists those of every handler.
"""

from litestar import Litestar
from litestar.enums import ScopeType
from litestar.routes import HTTPRoute
from litestar.types import ASGIApp, Receive, Scope, Send

_STATE = "allowed_methods"


def answer_options(app: ASGIApp) -> ASGIApp:
    """Return a middleware that answers OPTIONS and passes all other requests on."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        """Send the methods of the path in ``Allow``; no login is needed."""
        if scope["type"] != ScopeType.HTTP or scope["method"] != "OPTIONS":
            await app(scope, receive, send)
            return
        methods = _allowed(scope["litestar_app"]).get(scope["path_template"], ["OPTIONS"])
        headers = [(b"allow", ", ".join(methods).encode())]
        await send({"type": "http.response.start", "status": 204, "headers": headers})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    return answer


def _allowed(app: Litestar) -> dict[str, list[str]]:
    """Return the methods by path, collected at the first call."""
    known: dict[str, list[str]] | None = app.state.get(_STATE)
    if known is None:
        known = {
            route.path_format: sorted(route.route_handler_map)
            for route in app.routes
            if isinstance(route, HTTPRoute)
        }
        app.state[_STATE] = known
    return known
