"""The two cookies of a session: one that scripts cannot read, and the CSRF cookie."""

from litestar.datastructures import Cookie

from genonaut.accounts.authentication import CSRF_COOKIE, SESSION_COOKIE
from genonaut.accounts.identity import Client
from genonaut.accounts.tokens import csrf_token_of
from genonaut.config.settings import AuthSettings


def login_cookies(token: str, client: Client, settings: AuthSettings) -> list[Cookie]:
    """Return the cookies of a new session, with its maximum lifetime."""
    seconds = int(settings.session_hours * 3600)
    return [
        _cookie(SESSION_COOKIE, token, client, seconds, is_hidden=True),
        csrf_cookie(token, client, settings),
    ]


def csrf_cookie(token: str, client: Client, settings: AuthSettings) -> Cookie:
    """Return the CSRF cookie, whose value the web app sends in a header."""
    seconds = int(settings.session_hours * 3600)
    return _cookie(CSRF_COOKIE, csrf_token_of(token), client, seconds, is_hidden=False)


def no_cookies(client: Client) -> list[Cookie]:
    """Return cookies that delete both in the browser."""
    return [
        _cookie(SESSION_COOKIE, "", client, 0, is_hidden=True),
        _cookie(CSRF_COOKIE, "", client, 0, is_hidden=False),
    ]


def _cookie(name: str, value: str, client: Client, seconds: int, *, is_hidden: bool) -> Cookie:
    return Cookie(
        key=name,
        value=value,
        max_age=seconds,
        path="/",
        httponly=is_hidden,
        secure=client.needs_secure_cookies,
        samesite="lax",
    )
