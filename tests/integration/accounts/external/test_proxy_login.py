"""A reverse proxy that authenticates users: whom it is believed, and what a session then needs."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import httpx
import pytest
from litestar.types import Receive, Scope, Send
from sqlalchemy import func, select
from tests.integration.accounts.external.conftest import csrf, replaced
from tests.support.accounts import make_user, with_login
from tests.support.server import serving
from tests.support.service import Api, running_api

from genonaut.accounts.external.proxy_login import PROXY_ISSUER
from genonaut.accounts.tables import ExternalIdentity, User
from genonaut.config import Settings
from genonaut.config.settings import AuthSettings, WebSettings
from genonaut.web.middleware.request_guard import RequestGuard

LOGIN = "/api/v1/auth/proxy"
ME = "/api/v1/auth/me"
ADA = {"X-User": "ada@example.org", "X-Groups": "artists, owners"}


def behind_proxy(settings: Settings, *trusted: str, **changes: Any) -> Settings:
    """Return the settings with an authenticating proxy at these addresses."""
    settings = replaced(settings, "web", trusted_proxies=trusted or ("127.0.0.1",))
    auth = {"proxy_user_header": "X-User", "proxy_groups_header": "x-groups"}
    return with_login(replaced(settings, "auth", **auth), **changes)


@contextlib.asynccontextmanager
async def installed(settings: Settings, *trusted: str, **changes: Any) -> AsyncIterator[Api]:
    async with running_api(behind_proxy(settings, *trusted, **changes)) as api:
        yield api


async def test_the_user_that_the_proxy_names_is_logged_in(settings: Settings) -> None:
    async with installed(settings, auth__admin_groups=("owners",)) as api:
        assert (await api.http.get("/api/v1/auth/options")).json()["proxy_login"] is True
        answer = await api.http.post(LOGIN, headers=ADA)
        assert answer.status_code == 200, answer.text
        me = answer.json()
        assert (me["username"], me["role"], me["has_password"]) == ("ada", "admin", False)
        assert (await api.http.get(ME, headers=ADA)).json()["id"] == me["id"]
        changed = await api.http.patch(
            "/api/v1/users/me", json={"email": "ada@example.org"}, headers=ADA | csrf(api.http)
        )
        assert changed.status_code == 200
        # The role follows the groups at the next login.
        again = await api.http.post(LOGIN, headers=ADA | {"X-Groups": ""})
        assert again.json()["role"] == "admin"  # the last administrator stays one


async def test_an_account_with_the_same_name_is_not_taken_over(settings: Settings) -> None:
    async with installed(settings) as api:
        local = await make_user(api.runtime, "ada")
        me = (await api.http.post(LOGIN, headers=ADA)).json()
        assert me["username"] == "ada-2"
        assert me["id"] != str(local.id)
        async with api.runtime.begin() as uow:
            row = await uow.session.scalar(select(ExternalIdentity))
            assert row is not None
            assert (row.issuer, row.subject) == (PROXY_ISSUER, "ada@example.org")


async def test_a_header_of_an_untrusted_address_is_ignored(settings: Settings) -> None:
    async with installed(settings, "10.0.0.1") as api:
        answer = await api.http.post(LOGIN, headers=ADA)
        assert (answer.status_code, answer.json()["code"]) == (401, "login_refused")
        async with api.runtime.begin() as uow:
            assert await uow.session.scalar(select(func.count()).select_from(User)) == 0


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param([], id="none"),
        pytest.param([("X-User", "")], id="empty"),
        pytest.param([("X-User", "eve"), ("x-user", "ada")], id="twice"),
        pytest.param([("X-User", "a" * 256)], id="endless"),
        pytest.param([("X-User", "a\tb")], id="control character"),
        pytest.param([("X_User", "ada")], id="underscore"),
    ],
)
async def test_without_one_valid_name_no_user_is_logged_in(
    settings: Settings, headers: list[tuple[str, str]]
) -> None:
    async with installed(settings) as api:
        answer = await api.http.post(LOGIN, headers=httpx.Headers(headers))
        assert answer.status_code == 401
        assert "genonaut_session" not in api.http.cookies


async def test_a_session_is_valid_only_while_the_proxy_names_its_user(settings: Settings) -> None:
    async with installed(settings) as api:
        await api.http.post(LOGIN, headers=ADA)
        for headers, status in (
            (ADA, 200),
            ({"X-User": "eve@example.org"}, 401),
            ({}, 401),
            (ADA, 200),
        ):
            assert (await api.http.get(ME, headers=headers)).status_code == status


async def test_a_websocket_needs_the_same_user_too(settings: Settings) -> None:
    async with serving(behind_proxy(settings)) as url:
        jar = aiohttp.CookieJar(unsafe=True)
        async with aiohttp.ClientSession(cookie_jar=jar) as http:
            async with http.post(f"{url}{LOGIN}", headers=ADA) as reply:
                assert reply.status == 200
            async with http.ws_connect(f"{url}/ws/notifications", headers=ADA) as socket:
                assert (await socket.receive_json())["type"]
            eve = {"X-User": "eve"}
            async with http.ws_connect(f"{url}/ws/notifications", headers=eve) as socket:
                await socket.receive()
                assert socket.close_code == 4401


async def test_the_session_of_another_user_ends_at_the_next_login(settings: Settings) -> None:
    async with installed(settings) as api:
        await api.http.post(LOGIN, headers=ADA)
        before = f"genonaut_session={api.http.cookies['genonaut_session']}"
        eve = {"X-User": "eve"}
        assert (await api.http.post(LOGIN, headers=eve)).json()["username"] == "eve"
        api.http.cookies.clear()
        assert (await api.http.get(ME, headers=ADA | {"Cookie": before})).status_code == 401


async def test_only_members_of_allowed_groups_are_logged_in(settings: Settings) -> None:
    async with installed(settings, auth__allowed_groups=("artists",)) as api:
        refused = await api.http.post(LOGIN, headers={"X-User": "eve", "X-Groups": "guests"})
        assert (refused.status_code, refused.json()["code"]) == (403, "no_account")
        assert (await api.http.post(LOGIN, headers=ADA)).status_code == 200


async def test_another_site_cannot_log_a_browser_in(settings: Settings) -> None:
    async with installed(settings) as api:
        foreign = {"Origin": "https://evil.example.org", "Sec-Fetch-Site": "cross-site"}
        assert (await api.http.post(LOGIN, headers=ADA | foreign)).status_code == 403


async def test_headers_of_identities_do_not_reach_the_application_from_elsewhere() -> None:
    seen: list[list[tuple[bytes, bytes]]] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(list(scope["headers"]))

    web = WebSettings(trusted_proxies=("10.0.0.0/8",))
    guard = RequestGuard(app, web, AuthSettings(proxy_user_header="X-User"))
    headers = [(b"host", b"localhost"), (b"x-user", b"ada"), (b"x-groups", b"owners")]
    for peer in ("10.1.2.3", "192.0.2.1"):
        scope: Any = {
            "type": "http",
            "method": "GET",
            "path": "/",
            "scheme": "http",
            "headers": headers,
            "client": (peer, 1),
        }

        async def receive() -> Any:
            return {"type": "http.request"}

        async def send(message: Any) -> None:
            del message

        await guard(scope, receive, send)
    # Without a setting for groups that header has no meaning, and stays.
    assert seen == [headers, [headers[0], headers[2]]]
