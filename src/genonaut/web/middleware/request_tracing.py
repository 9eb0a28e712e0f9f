"""A span for each HTTP request, by route."""

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from genonaut.tracing.model import SpanKind
from genonaut.tracing.spans import span

_SERVER_ERROR = 500


def request_tracing(app: ASGIApp) -> ASGIApp:
    """Return a middleware that measures HTTP requests; a ``traceparent`` of the caller is continued."""

    async def measure(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return
        method, route = str(scope["method"]), scope["path_template"]
        found = [value for name, value in scope["headers"] if name == b"traceparent"]
        parent = found[0].decode("latin-1") if len(found) == 1 else None
        attributes = {"http.request.method": method, "http.route": route}
        with span(
            f"{method} {route}", kind=SpanKind.SERVER, parent=parent, attributes=attributes
        ) as current:

            async def note(message: Message) -> None:
                if message["type"] == "http.response.start":
                    status = message["status"]
                    current.set("http.response.status_code", status)
                    if status >= _SERVER_ERROR:
                        current.fail(str(status))
                await send(message)

            await app(scope, receive, note)

    return measure
