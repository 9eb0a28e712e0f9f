"""The OpenAPI document: errors and credentials that all routes share."""

from http import HTTPStatus
from importlib.metadata import version

from litestar import Router
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig, ResponseSpec
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.plugins import ReceiveRoutePlugin
from litestar.routes import BaseRoute, HTTPRoute

from genonaut.accounts.access import SAFE_METHODS, Access
from genonaut.accounts.authentication import SESSION_COOKIE
from genonaut.accounts.guards import BY_LINK, MAY_CONFLICT, OPTIONAL, PUBLIC, access_of
from genonaut.web.errors.problem_details import MEDIA_TYPE, Problem
from genonaut.web.openapi.decoded_body import DecodedBodySchema
from genonaut.web.openapi.documentation import Documentation
from genonaut.web.openapi.examples import add_examples

_KEY, _SESSION = "api_key", "session"
_WITH_BODY = {"POST", "PUT", "PATCH"}
_DESCRIPTIONS = {
    400: "The body is not valid JSON, or not a complete form",
    401: "The caller is not logged in, or the credentials are wrong or have expired",
    403: "The caller may not do this, or the CSRF token is missing",
    404: "There is no such resource, or it belongs to another user",
    409: "The state of the resource does not allow this",
    410: "The link has expired",
    413: "The body is too large",
    415: "The body does not have the declared media type",
    422: "The input is not valid; errors names each field",
    429: "Too many requests; Retry-After says when to try again",
    503: "A dependency is not available; Retry-After says when to try again",
}


_NOTHING = ResponseSpec(
    data_container=None, description="Request fulfilled, nothing follows", generate_examples=False
)


def documentation() -> Documentation:
    """Return what an application needs to describe itself."""
    return Documentation(_config(), [DocumentErrors(), DecodedBodySchema()])


def _config() -> OpenAPIConfig:
    schemes: dict[str, SecurityScheme] = {
        _KEY: SecurityScheme(
            type="http", scheme="bearer", description="An API key: gn_<id>_<secret>"
        ),
        _SESSION: SecurityScheme(
            type="apiKey",
            name=SESSION_COOKIE,
            security_scheme_in="cookie",
            description="Requests that change data also need the value of cookie csrf in header X-CSRF-Token",
        ),
    }
    return OpenAPIConfig(
        title="Genonaut",
        version=version("genonaut"),
        description="Image generation in front of ComfyUI servers.",
        path="/api/schema",
        components=Components(security_schemes={**schemes}),
        openapi_router=Router(
            "/api/schema", route_handlers=[], include_in_schema=False, opt=PUBLIC
        ),
        render_plugins=[JsonRenderPlugin()],
    )


class DocumentErrors(ReceiveRoutePlugin):
    """Declares the errors, credentials and examples of every route when it is registered."""

    def receive_route(self, route: BaseRoute) -> None:
        """Add responses and security to the handlers of a route; their own declarations are kept."""
        if not isinstance(route, HTTPRoute):
            return
        for handler in route.route_handlers:
            access = access_of(handler)
            statuses = _statuses(route, handler, access)
            problems = {status: _problem(status) for status in statuses}
            if handler.status_code == HTTPStatus.NO_CONTENT:
                # Litestar declares a JSON null for handlers that return Response[None].
                problems[HTTPStatus.NO_CONTENT] = _NOTHING
            handler.responses = {**problems, **(handler.responses or {})}
            if access.audience != "public":
                key = [] if access.is_interactive else [{_KEY: []}]  # type: ignore[var-annotated]
                handler.security = [*key, {_SESSION: []}]
            add_examples(handler, route.path_format)


def _statuses(route: HTTPRoute, handler: HTTPRouteHandler, access: Access) -> list[int]:
    statuses = {403, 422, 503}
    has_body = bool(handler.http_methods & _WITH_BODY)
    if has_body or access.audience != "public":
        statuses |= {401, 429}
    if has_body:
        statuses |= {400, 404, 413, 415}
    if handler.http_methods - SAFE_METHODS or handler.opt.get(MAY_CONFLICT):
        statuses.add(409)
    if route.path_parameters:
        statuses.add(404)
    if handler.opt.get(OPTIONAL):
        statuses |= {404, 429}
    if handler.opt.get(BY_LINK):
        statuses |= {410, 429}
    return sorted(statuses)


def _problem(status: int) -> ResponseSpec:
    return ResponseSpec(
        data_container=Problem,
        description=_DESCRIPTIONS[status],
        media_type=MEDIA_TYPE,
        generate_examples=False,
    )
