"""A login at an OpenID Connect provider, from the first redirect to the session."""

from datetime import timedelta
from urllib.parse import urlsplit

import msgspec
import structlog
from sqlalchemy import delete, func, insert

from genonaut.accounts.audit import AuditLog
from genonaut.accounts.external.errors import LoginExpiredError, LoginRefusedError
from genonaut.accounts.external.profile import profile_of
from genonaut.accounts.external.provider import Provider
from genonaut.accounts.external.service import ExternalLoginService
from genonaut.accounts.identity import Client
from genonaut.accounts.sessions import SessionService
from genonaut.accounts.tables import OidcLogin
from genonaut.accounts.tokens import hash_of, new_token
from genonaut.core.errors import GenonautError
from genonaut.runtime import Runtime

log = structlog.get_logger()
_LONGEST_PATH = 2000


class StartedLogin(msgspec.Struct, frozen=True):
    """Where the browser goes, and the secret of the cookie that binds the login to it."""

    url: str
    browser_token: str


class FinishedLogin(msgspec.Struct, frozen=True):
    """The token of the new session, and the page that the user wanted."""

    session_token: str
    next_path: str


def safe_path(text: str | None) -> str:
    """Return a path of this web app; the start page for anything else, such as another site."""
    text = text or "/"
    parts = urlsplit(text) if text.isprintable() and "\\" not in text else None
    is_path = text.startswith("/") and not text.startswith("//") and len(text) <= _LONGEST_PATH
    if parts is None or parts.scheme or parts.netloc or not is_path or text.startswith("/api/"):
        return "/"
    return text


async def start_login(
    runtime: Runtime, provider: Provider, *, redirect_uri: str, next_path: str | None
) -> StartedLogin:
    """Store a login and return where the browser goes.

    Raises:
        ProviderUnavailableError: the provider does not answer.
    """
    state, nonce, verifier, browser_token = (new_token() for _ in range(4))
    url = await provider.login_url(
        redirect_uri=redirect_uri, state=state, nonce=nonce, code_verifier=verifier
    )
    async with runtime.begin() as uow:
        await uow.session.execute(
            insert(OidcLogin).values(
                state_hash=hash_of(state),
                browser_hash=hash_of(browser_token),
                nonce=nonce,
                code_verifier=verifier,
                next_path=safe_path(next_path),
            )
        )
    return StartedLogin(url, browser_token)


async def finish_login(
    runtime: Runtime,
    provider: Provider,
    *,
    code: str,
    state: str,
    browser_token: str | None,
    redirect_uri: str,
    client: Client,
    old_token: str | None,
) -> FinishedLogin:
    """Check the answer of the provider and open a session; each state is accepted once.

    Raises:
        LoginExpiredError: the login is unknown, of another browser, used or too old.
        LoginRefusedError: the provider refuses the code, or its ID token is not valid.
        NoAccountError: the user may not use this installation.
        ProviderUnavailableError: the provider does not answer.
    """
    try:
        begun = await _take(runtime, state, browser_token)
        # No transaction is open while the provider is asked.
        claims = await provider.claims(
            code,
            redirect_uri=redirect_uri,
            code_verifier=begun.code_verifier,
            nonce=begun.nonce,
        )
        profile = profile_of(claims, runtime.settings.oidc)
        async with runtime.begin() as uow:
            logins = ExternalLoginService(uow, runtime.settings.auth)
            user = await logins.user_of(profile)
            sessions = SessionService(uow, runtime.settings.auth)
            token = await sessions.open(user.id, client, replaces=old_token)
            await logins.record_login(user, profile, "oidc")
    except GenonautError as error:
        await record_failure(runtime, "oidc", error)
        raise
    return FinishedLogin(token, begun.next_path)


def refused_by_provider(error: str) -> LoginRefusedError:
    """Return the error of a login that the provider or the user refused."""
    return LoginRefusedError(f"the identity provider answers: {error[:100]}")


async def record_failure(runtime: Runtime, method: str, error: GenonautError) -> None:
    """Record a failed login in the audit log and in the log."""
    log.warning("login.failed", method=method, code=error.code, error=str(error))
    async with runtime.begin() as uow:
        await AuditLog(uow.session).record("login.failed", method=method, code=error.code)


async def _take(runtime: Runtime, state: str, browser_token: str | None) -> OidcLogin:
    """Delete a login and return it: whatever happens then, its state is not accepted again."""
    lifetime = timedelta(minutes=runtime.settings.oidc.login_minutes)
    async with runtime.begin() as uow:
        found: OidcLogin | None = await uow.session.scalar(
            delete(OidcLogin)
            .where(
                OidcLogin.state_hash == hash_of(state),
                OidcLogin.created_at > func.now() - lifetime,
            )
            .returning(OidcLogin)
        )
    if found is None or browser_token is None or found.browser_hash != hash_of(browser_token):
        raise LoginExpiredError("the login took too long or was begun elsewhere; log in again")
    return found
