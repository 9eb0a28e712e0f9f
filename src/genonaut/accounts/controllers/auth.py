"""Log in and out, register, list sessions."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from genonaut.accounts.administration import UserService
from genonaut.accounts.audit import AuditLog
from genonaut.accounts.authentication import (
    CSRF_COOKIE,
    SESSION_COOKIE,
)
from genonaut.accounts.controllers.cookies import csrf_cookie, no_cookies
from genonaut.accounts.controllers.external import oidc_options
from genonaut.accounts.controllers.responses import logged_in
from genonaut.accounts.guards import INTERACTIVE, PUBLIC
from genonaut.accounts.identity import Client, Identity
from genonaut.accounts.login import log_in, require_local_passwords
from genonaut.accounts.passwords import Passwords
from genonaut.accounts.rate_limits import RateLimiter
from genonaut.accounts.registration import NewUser, RegistrationService
from genonaut.accounts.schemas import (
    AuthOptions,
    EndedSessions,
    LoginSubmit,
    MeView,
    RegistrationSubmit,
    SessionView,
)
from genonaut.accounts.sessions import SessionService
from genonaut.accounts.tokens import csrf_token_of
from genonaut.core.pagination import Page
from genonaut.db import UnitOfWork
from genonaut.runtime import Runtime


class AuthController(Controller):
    """Logins and sessions."""

    path = "/auth"
    tags = ("authentication",)

    @get("/options", summary="Get login options", opt=PUBLIC)
    async def options(
        self, runtime: NamedDependency[Runtime], uow: NamedDependency[UnitOfWork]
    ) -> AuthOptions:
        """Return whether this installation has logins, and whether registration is open."""
        settings, oidc = runtime.settings.auth, runtime.settings.oidc
        needs_no_setup = settings.mode == "single-user" or not settings.local_passwords
        return AuthOptions(
            mode=settings.mode,
            registration=settings.registration if settings.local_passwords else "closed",
            is_set_up=needs_no_setup or await RegistrationService(uow, settings).is_set_up(),
            local_passwords=settings.local_passwords,
            oidc=oidc_options(oidc) if oidc.issuer else None,
            proxy_login=bool(settings.proxy_user_header),
        )

    @post("/login", status_code=200, summary="Log in", opt=PUBLIC)
    async def login(
        self,
        *,
        data: JSONBody[LoginSubmit],
        request: Request[Any, Any, Any],
        runtime: NamedDependency[Runtime],
        passwords: NamedDependency[Passwords],
        limiter: NamedDependency[RateLimiter],
        client: NamedDependency[Client],
    ) -> Response[MeView]:
        """Open a session; its token is set as an HttpOnly cookie."""
        await limiter.admit_attempt(client.address, data.username)
        _, token = await log_in(
            runtime,
            passwords,
            username=data.username,
            password=data.password,
            client=client,
            old_token=request.cookies.get(SESSION_COOKIE),
        )
        return await logged_in(runtime, client, token)

    @post("/register", status_code=201, summary="Register", opt=PUBLIC)
    async def register(
        self,
        *,
        data: JSONBody[RegistrationSubmit],
        request: Request[Any, Any, Any],
        runtime: NamedDependency[Runtime],
        passwords: NamedDependency[Passwords],
        limiter: NamedDependency[RateLimiter],
        client: NamedDependency[Client],
    ) -> Response[MeView]:
        """Create an account and log in; the first account becomes administrator."""
        await limiter.admit_attempt(client.address, data.username)
        settings = runtime.settings.auth
        require_local_passwords(settings)
        wanted = NewUser(
            username=data.username,
            password_hash=await passwords.hash(data.password),
            email=data.email,
        )
        async with runtime.begin() as uow:
            user = await RegistrationService(uow, settings).register(
                wanted, is_trusted=client.is_local, token=data.setup_token
            )
            old = request.cookies.get(SESSION_COOKIE)
            token = await SessionService(uow, settings).open(user.id, client, replaces=old)
        return await logged_in(runtime, client, token)

    @post("/logout", status_code=204, summary="Log out", opt=INTERACTIVE)
    async def logout(
        self,
        identity: NamedDependency[Identity],
        uow: NamedDependency[UnitOfWork],
        runtime: NamedDependency[Runtime],
        client: NamedDependency[Client],
    ) -> Response[None]:
        """End the current session; the browser deletes its cached images."""
        if identity.session_id is not None:
            sessions = SessionService(uow, runtime.settings.auth)
            await sessions.end(identity.session_id, user_id=identity.user_id)
            await AuditLog(uow.session).record("logout", f"user:{identity.user_id}")
        headers = {"Clear-Site-Data": '"cache"'}
        return Response(None, status_code=204, headers=headers, cookies=no_cookies(client))

    @get("/me", summary="Get the current user")
    async def me(
        self,
        request: Request[Any, Any, Any],
        identity: NamedDependency[Identity],
        uow: NamedDependency[UnitOfWork],
        runtime: NamedDependency[Runtime],
        client: NamedDependency[Client],
    ) -> Response[MeView]:
        """Return the caller; sets the cookie ``csrf`` again if the browser lost it."""
        settings = runtime.settings.auth
        user = await UserService(uow, settings).get(identity.user_id)
        token = request.cookies.get(SESSION_COOKIE) if identity.via == "session" else None
        is_lost = token is not None and request.cookies.get(CSRF_COOKIE) != csrf_token_of(token)
        cookies = [csrf_cookie(token, client, settings)] if token is not None and is_lost else []
        return Response(MeView.of(user, identity, runtime.settings), cookies=cookies)

    @get("/sessions", summary="List my sessions")
    async def sessions(
        self,
        identity: NamedDependency[Identity],
        uow: NamedDependency[UnitOfWork],
        runtime: NamedDependency[Runtime],
    ) -> Page[SessionView]:
        """Return the sessions of the caller, most recently used first."""
        rows = await SessionService(uow, runtime.settings.auth).of_user(identity.user_id)
        views = [SessionView.of(row, current=identity.session_id) for row in rows]
        return Page(items=views, next_cursor=None, total=len(views))

    @delete("/sessions", status_code=200, summary="End my other sessions", opt=INTERACTIVE)
    async def end_others(
        self,
        identity: NamedDependency[Identity],
        uow: NamedDependency[UnitOfWork],
        runtime: NamedDependency[Runtime],
    ) -> EndedSessions:
        """End every session of the caller except the current one."""
        sessions = SessionService(uow, runtime.settings.auth)
        ended = await sessions.end_all(identity.user_id, besides=identity.session_id)
        await AuditLog(uow.session).record("session.ended_others", f"user:{identity.user_id}")
        return EndedSessions(ended=ended)

    @delete(
        "/sessions/{session_id:uuid}", status_code=204, summary="End a session", opt=INTERACTIVE
    )
    async def end_session(
        self,
        session_id: FromPath[UUID],
        identity: NamedDependency[Identity],
        uow: NamedDependency[UnitOfWork],
        runtime: NamedDependency[Runtime],
    ) -> None:
        """End one session of the caller."""
        sessions = SessionService(uow, runtime.settings.auth)
        await sessions.end(session_id, user_id=identity.user_id)
