"""Log in at an OpenID Connect provider, or by a reverse proxy."""

from typing import Annotated, Any
from urllib.parse import urlencode

from litestar import Controller, Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from litestar.response import Redirect

from genonaut.accounts.authentication import SESSION_COOKIE
from genonaut.accounts.controllers.cookies import login_cookies
from genonaut.accounts.controllers.responses import logged_in
from genonaut.accounts.external.oidc_login import (
    finish_login,
    record_failure,
    refused_by_provider,
    start_login,
)
from genonaut.accounts.external.provider import Provider
from genonaut.accounts.external.proxy_login import log_in_by_proxy, proxy_user
from genonaut.accounts.guards import OPTIONAL, PUBLIC
from genonaut.accounts.identity import Client
from genonaut.accounts.rate_limits import RateLimiter
from genonaut.accounts.schemas import MeView, OidcOptions
from genonaut.config.settings import OidcSettings, WebSettings
from genonaut.core.errors import GenonautError, NotFoundError
from genonaut.runtime import Runtime

OIDC_COOKIE = "genonaut_oidc"
_CALLBACK = "/api/v1/auth/oidc/callback"
_LOGOUT = "/api/v1/auth/oidc/logout"
_AnyRequest = Request[Any, Any, Any]
Answer = Annotated[str, QueryParameter(max_length=8192)]


class ExternalLoginController(Controller):
    """Logins by other systems."""

    path = "/auth"
    tags = ("authentication",)
    opt = PUBLIC | {OPTIONAL: True}  # Litestar copies it

    @get("/oidc/login", status_code=302, summary="Log in at the identity provider")
    async def start(
        self,
        *,
        request: _AnyRequest,
        runtime: NamedDependency[Runtime],
        provider: NamedDependency[Provider],
        limiter: NamedDependency[RateLimiter],
        client: NamedDependency[Client],
        next_path: Annotated[str | None, QueryParameter(name="next", max_length=8192)] = None,
    ) -> Redirect:
        """Redirect a browser to the OpenID Connect provider."""
        _require_oidc(runtime.settings.oidc)
        await limiter.admit_attempt(client.address, None)
        try:
            begun = await start_login(
                runtime,
                provider,
                redirect_uri=_base_url(runtime.settings.web, request) + _CALLBACK,
                next_path=next_path,
            )
        except GenonautError as error:
            await record_failure(runtime, "oidc", error)
            return _failed(error, client)
        seconds = int(runtime.settings.oidc.login_minutes * 60)
        return Redirect(begun.url, cookies=[_bound(begun.browser_token, client, seconds)])

    @get("/oidc/callback", status_code=302, summary="Finish a login at the identity provider")
    async def finish(
        self,
        *,
        request: _AnyRequest,
        runtime: NamedDependency[Runtime],
        provider: NamedDependency[Provider],
        client: NamedDependency[Client],
        # Litestar reserves the parameter name `state`.
        login_state: Annotated[str, QueryParameter(name="state", max_length=8192)] = "",
        code: Answer = "",
        error: Answer = "",
    ) -> Redirect:
        """Open a session and redirect to the page that the user wanted, or to the login page."""
        _require_oidc(runtime.settings.oidc)
        try:
            if error:
                raise refused_by_provider(error)
            finished = await finish_login(
                runtime,
                provider,
                code=code,
                state=login_state,
                browser_token=request.cookies.get(OIDC_COOKIE),
                redirect_uri=_base_url(runtime.settings.web, request) + _CALLBACK,
                client=client,
                old_token=request.cookies.get(SESSION_COOKIE),
            )
        except GenonautError as problem:
            return _failed(problem, client)
        cookies = login_cookies(finished.session_token, client, runtime.settings.auth)
        return Redirect(finished.next_path, cookies=[*cookies, _bound("", client, 0)])

    @get("/oidc/logout", status_code=302, summary="Log out at the identity provider")
    async def log_out(
        self,
        *,
        request: _AnyRequest,
        runtime: NamedDependency[Runtime],
        provider: NamedDependency[Provider],
    ) -> Redirect:
        """Redirect to the provider's page for logging out, or to the login page; ends no session here."""
        settings = runtime.settings.oidc
        _require_oidc(settings)
        page = f"{_base_url(runtime.settings.web, request)}/login"
        url = await provider.logout_url(page) if settings.ends_session else None
        return Redirect(url or "/login")

    @post("/proxy", status_code=200, summary="Log in by the reverse proxy")
    async def by_proxy(
        self,
        *,
        request: _AnyRequest,
        runtime: NamedDependency[Runtime],
        limiter: NamedDependency[RateLimiter],
        client: NamedDependency[Client],
    ) -> Response[MeView]:
        """Open a session for the user that the trusted proxy names in its header."""
        settings = runtime.settings.auth
        if not settings.proxy_user_header:
            raise NotFoundError("no reverse proxy logs users in here")
        await limiter.admit_attempt(client.address, None)
        token = await log_in_by_proxy(
            runtime,
            proxy_user(settings, client, request.scope["headers"]),
            client=client,
            old_token=request.cookies.get(SESSION_COOKIE),
        )
        return await logged_in(runtime, client, token)


def oidc_options(settings: OidcSettings) -> OidcOptions:
    """Return the name of the provider and where to log out."""
    return OidcOptions(name=settings.name, logout_url=_LOGOUT if settings.ends_session else None)


def _require_oidc(settings: OidcSettings) -> None:
    if not settings.issuer:
        raise NotFoundError("no identity provider is configured")


def _base_url(settings: WebSettings, request: _AnyRequest) -> str:
    """Return the origin that users see; the request guard has checked the host name."""
    if settings.public_url:
        return settings.public_url.rstrip("/")
    return f"{request.url.scheme}://{request.headers.get('host', '127.0.0.1')}"


def _failed(error: GenonautError, client: Client) -> Redirect:
    """Return to the login page, which explains the code."""
    return Redirect(f"/login?{urlencode({'error': error.code})}", cookies=[_bound("", client, 0)])


def _bound(token: str, client: Client, seconds: int) -> Cookie:
    """Return the cookie that binds a login to the browser in which it was begun."""
    return Cookie(
        key=OIDC_COOKIE,
        value=token,
        max_age=seconds,
        path="/api/v1/auth/oidc",
        httponly=True,
        secure=client.needs_secure_cookies,
        samesite="lax",
    )
