"""Login, logout and sessions."""

import time
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from tests.support.accounts import PASSWORD, Browser, deactivate, make_user, with_login
from tests.support.service import Api, running_api

from genonaut.accounts.authentication import CSRF_COOKIE, SESSION_COOKIE
from genonaut.accounts.passwords import open_passwords
from genonaut.accounts.tables import AuditEntry, User, UserSession
from genonaut.config import Settings
from genonaut.config.settings import AuthSettings
from genonaut.core.clock import utcnow
from genonaut.runtime import Runtime

ME = "/api/v1/auth/me"
LOGIN = "/api/v1/auth/login"


async def test_the_token_of_a_session_is_only_in_the_cookie(
    browser: Browser, user: User, runtime: Runtime
) -> None:
    answer = await browser.log_in("GRACE")
    assert answer.status_code == 200
    assert answer.json()["username"] == "grace"
    assert answer.json()["via"] == "session"
    token = browser.cookies[SESSION_COOKIE]
    assert token not in answer.text
    assert "authorization" not in answer.headers
    async with runtime.begin() as uow:
        rows = (await uow.session.scalars(select(UserSession))).all()
    assert [row.user_id for row in rows] == [user.id]
    assert token.encode() not in rows[0].token_hash
    assert (await browser.send("GET", ME)).json()["id"] == str(user.id)


@pytest.mark.parametrize(
    ("host", "scheme", "is_secure"),
    [("127.0.0.1:8002", "http", False), ("images.example", "http", True)],
)
async def test_cookies_are_httponly_samesite_and_secure(
    settings: Settings, host: str, scheme: str, is_secure: bool
) -> None:
    settings = with_login(settings, web__allowed_hosts=("images.example",))
    async with running_api(settings) as api:
        await make_user(api.runtime, "grace")
        body = {"username": "grace", "password": PASSWORD}
        answer = await api.http.post(f"{scheme}://{host}{LOGIN}", json=body)
    lines = {line.partition("=")[0]: line.lower() for line in answer.headers.get_list("set-cookie")}
    assert set(lines) == {SESSION_COOKIE, CSRF_COOKIE}
    assert "httponly" in lines[SESSION_COOKIE]
    assert "httponly" not in lines[CSRF_COOKIE]
    for line in lines.values():
        assert "samesite=lax" in line
        assert "path=/" in line
        assert "domain" not in line
        assert ("secure" in line.split("; ")) is is_secure


@pytest.mark.parametrize(
    ("username", "password"), [("grace", "wrong password"), ("unknown", PASSWORD)]
)
async def test_the_error_does_not_say_which_credential_is_wrong(
    browser: Browser, user: User, username: str, password: str
) -> None:
    answer = await browser.log_in(username, password)
    assert answer.status_code == 401
    assert answer.json()["code"] == "wrong_credentials"
    assert answer.json()["detail"] == "username or password is wrong"
    assert not browser.cookies


async def test_inactive_accounts_and_those_without_password_cannot_log_in(
    browser: Browser, runtime: Runtime, user: User
) -> None:
    await make_user(runtime, "hollow", password=None)
    assert (await browser.log_in("hollow", "anything at all")).status_code == 401
    await deactivate(runtime, user.id)
    assert (await browser.log_in("grace")).status_code == 401


async def test_unknown_names_take_as_long_as_wrong_passwords() -> None:
    async with open_passwords(AuthSettings()) as passwords:
        known = await passwords.hash(PASSWORD)

        async def seconds(stored: str | None) -> float:
            # Processor time of this process: the load of the machine does not count.
            began = time.process_time()
            assert not await passwords.verify(stored, "wrong password")
            return time.process_time() - began

        # Alternate and compare the minima, so that other work of this process does not count.
        pairs = [(await seconds(known), await seconds(None)) for _ in range(8)]
    with_user, without = (min(taken) for taken in zip(*pairs, strict=True))
    assert 0.5 < without / with_user < 2


async def test_a_login_replaces_the_previous_session(browser: Browser, user: User) -> None:
    await browser.log_in("grace")
    planted = browser.cookies[SESSION_COOKIE]
    await browser.log_in("grace")
    assert browser.cookies[SESSION_COOKIE] != planted
    stale = await browser.send("GET", ME, headers={"Cookie": f"{SESSION_COOKIE}={planted}"})
    assert stale.status_code == 401
    assert (await browser.send("GET", ME)).status_code == 200


async def test_a_login_renews_outdated_hashes(
    api: Api, browser: Browser, user: User, runtime: Runtime
) -> None:
    stronger = AuthSettings(mode="password", argon2_memory_kib=128)
    async with open_passwords(stronger) as passwords:
        api.app.state.passwords = passwords
        assert (await browser.log_in("grace")).status_code == 200
    async with runtime.begin() as uow:
        row = await uow.session.get_one(User, user.id)
    assert row.password_hash is not None
    assert "m=128," in row.password_hash
    assert row.last_login_at is not None


async def test_logout_ends_the_session_on_the_server(browser: Browser, user: User) -> None:
    await browser.log_in("grace")
    token = browser.cookies[SESSION_COOKIE]
    logged_out = await browser.send("POST", "/api/v1/auth/logout")
    assert logged_out.status_code == 204
    assert logged_out.headers["clear-site-data"] == '"cache"'
    assert not browser.cookies
    stale = await browser.send("GET", ME, headers={"Cookie": f"{SESSION_COOKIE}={token}"})
    assert stale.status_code == 401


@pytest.mark.parametrize(
    "values",
    [
        {"expires_at": utcnow() - timedelta(seconds=1)},
        {"last_used_at": utcnow() - timedelta(hours=169)},
    ],
    ids=["absolute", "idle"],
)
async def test_sessions_expire(
    browser: Browser, user: User, runtime: Runtime, values: dict[str, object]
) -> None:
    await browser.log_in("grace")
    async with runtime.begin() as uow:
        await uow.session.execute(update(UserSession).values(**values))
    assert (await browser.send("GET", ME)).status_code == 401


async def test_the_last_use_is_stored_once_per_minute(
    browser: Browser, user: User, runtime: Runtime
) -> None:
    await browser.log_in("grace")

    async def used_at() -> object:
        async with runtime.begin() as uow:
            return await uow.session.scalar(select(UserSession.last_used_at))

    before = await used_at()
    await browser.send("GET", ME)
    assert await used_at() == before
    async with runtime.begin() as uow:
        earlier = utcnow() - timedelta(minutes=5)
        await uow.session.execute(update(UserSession).values(last_used_at=earlier))
    await browser.send("GET", ME)
    assert await used_at() > earlier  # type: ignore[operator]


async def test_users_list_and_end_their_own_sessions(
    api: Api, browser: Browser, user: User, admin: User
) -> None:
    other, stranger = Browser(api.http), Browser(api.http)
    await browser.log_in("grace")
    await other.log_in("grace")
    await stranger.log_in("ada")
    listed = (await browser.send("GET", "/api/v1/auth/sessions")).json()["items"]
    assert [one["is_current"] for one in listed].count(True) == 1
    assert len(listed) == 2
    target = next(one["id"] for one in listed if not one["is_current"])
    path = f"/api/v1/auth/sessions/{target}"
    assert (await stranger.send("DELETE", path)).status_code == 404
    assert (await browser.send("DELETE", path)).status_code == 204
    assert (await other.send("GET", ME)).status_code == 401
    assert (await browser.send("GET", ME)).status_code == 200


async def test_all_other_sessions_can_be_ended(api: Api, browser: Browser, user: User) -> None:
    others = [Browser(api.http) for _ in range(3)]
    for one in (browser, *others):
        await one.log_in("grace")
    answer = await browser.send("DELETE", "/api/v1/auth/sessions")
    assert answer.json() == {"ended": 3}
    assert (await browser.send("GET", ME)).status_code == 200
    for one in others:
        assert (await one.send("GET", ME)).status_code == 401


async def test_the_entered_username_is_not_stored(
    browser: Browser, user: User, runtime: Runtime
) -> None:
    await browser.log_in("my-secret-password", "oops")
    await browser.log_in("grace", "wrong password")
    async with runtime.begin() as uow:
        query = select(AuditEntry).where(AuditEntry.kind == "login.failed").order_by(AuditEntry.id)
        entries = (await uow.session.scalars(query)).all()
    assert [entry.subject for entry in entries] == [None, f"user:{user.id}"]
    assert all("secret" not in str(entry.detail) for entry in entries)
