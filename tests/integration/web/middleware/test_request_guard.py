"""The request guard: checks before authentication, and headers of every response."""

from collections.abc import AsyncIterator

import pytest
from tests.support.accounts import make_session, make_user, with_login
from tests.support.service import running_api

from genonaut.config import Environment, Settings
from genonaut.core.errors import SettingsError
from genonaut.web.app import create_asgi
from genonaut.web.safe_bind import require_safe_bind

ME = "/api/v1/auth/me"
PREFERENCES = "/api/v1/users/me/preferences"


async def test_every_response_has_the_security_headers(settings: Settings) -> None:
    async with running_api(with_login(settings)) as api:
        for path in ("/", ME, "/api/v1/health", "/nothing", "/api/schema/openapi.json"):
            headers = (await api.http.get(path)).headers
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "same-origin"
            assert "frame-ancestors 'none'" in headers["content-security-policy"]
            assert "script-src 'self';" in headers["content-security-policy"]
            assert "strict-transport-security" not in headers
            assert "x-request-id" in headers
        refused = await api.http.get(ME, headers={"Host": "evil.example"})
        assert refused.status_code == 403
        assert "evil" not in str(refused.headers)


async def test_hsts_is_sent_behind_a_tls_proxy(settings: Settings) -> None:
    settings = with_login(settings, web__trusted_proxies=("127.0.0.1",))
    async with running_api(settings) as api:
        told = {"X-Forwarded-For": "198.51.100.7", "X-Forwarded-Proto": "https"}
        headers = (await api.http.get(ME, headers=told)).headers
        assert "strict-transport-security" in headers
        assert "connect-src 'self' wss://127.0.0.1:8002" in headers["content-security-policy"]
    async with running_api(with_login(settings, web__trusted_proxies=())) as api:
        assert "strict-transport-security" not in (await api.http.get(ME, headers=told)).headers


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
@pytest.mark.parametrize("proxies", [(), ("10.0.0.0/8",), ("127.0.0.1",)])
async def test_single_user_mode_accepts_only_trusted_proxies(
    settings: Settings, name: str, proxies: tuple[str, ...]
) -> None:
    settings = with_login(settings, auth__mode="single-user", web__trusted_proxies=proxies)
    async with running_api(settings) as api:
        answer = await api.http.get(ME, headers={name: "198.51.100.7"})
        assert answer.status_code == (200 if proxies == ("127.0.0.1",) else 403)


@pytest.mark.parametrize(
    ("mode", "host", "is_safe"),
    [
        ("single-user", "127.0.0.1", True),
        ("single-user", "localhost", True),
        ("single-user", "::1", True),
        ("single-user", "0.0.0.0", False),  # noqa: S104
        ("single-user", "192.168.1.5", False),
        ("single-user", "images.example", False),
        ("password", "0.0.0.0", True),  # noqa: S104
    ],
)
def test_single_user_mode_binds_loopback_only(mode: str, host: str, is_safe: bool) -> None:
    settings = with_login(Settings(environment=Environment.TEST), auth__mode=mode, web__host=host)
    if is_safe:
        require_safe_bind(settings)
    else:
        with pytest.raises(SettingsError, match="loopback"):
            require_safe_bind(settings)


@pytest.mark.parametrize("mode", ["single-user", "password"])
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:9999"}, 403),
        ({"Origin": "https://127.0.0.1:8002"}, 403),
        ({"Origin": "http://["}, 403),
        ({"Origin": "http://[::1"}, 403),
        ({"Origin": "http://127.0.0.1:99999"}, 403),
        ({"Origin": "http://a b"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Referer": "https://evil.example/"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "https://app.example"}, 200),
        ({"Host": "127.0.0.1:65536"}, 400),
        ({"Host": "127.0.0.1:8002:1"}, 400),
        ({"Host": "[::1"}, 400),
        ({"Host": "a b"}, 400),
        ({"Host": "evil.example"}, 403),
        ({"Host": "127.0.0.1.evil.example"}, 403),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ({"Origin": "http://127.0.0.1:8002"}, 200),
        ({"Origin": "https://app.example"}, 200),
    ],
)
async def test_requests_of_other_origins_are_refused(
    settings: Settings, mode: str, headers: dict[str, str], status: int
) -> None:
    settings = with_login(settings, auth__mode=mode, web__allowed_origins=("https://app.example",))
    async with running_api(settings) as api:
        who = {}
        if mode == "password":
            who = await make_session(api.runtime, (await make_user(api.runtime, "ada")).id)
        given = {"Content-Type": "application/json", **who, **headers}
        answer = await api.http.put(PREFERENCES, content=b'{"theme":"dark"}', headers=given)
        assert answer.status_code == status, answer.text


NAVIGATION = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}, 403),
        ({"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}, 403),
        ({"Sec-Fetch-Mode": "cors", "Origin": "https://evil.example"}, 403),
        ({"Referer": "https://evil.example/?https://app.example/"}, 403),
        ({"Referer": "https://app.example.evil.example/"}, 403),
        ({"Referer": "https://app.example:8443/"}, 403),
        ({"Referer": "https://["}, 403),
        ({"Referer": "https://app.example/gallery?x=1"}, 200),
        ({"Referer": "https://app.example"}, 200),
        ({"Sec-Fetch-Mode": "cors", "Origin": "https://app.example"}, 200),
        (NAVIGATION, 200),
        (NAVIGATION | {"Referer": "https://evil.example/"}, 200),
    ],
)
async def test_other_sites_may_link_but_not_embed(
    settings: Settings, headers: dict[str, str], status: int
) -> None:
    settings = with_login(
        settings, auth__mode="single-user", web__allowed_origins=("https://app.example",)
    )
    async with running_api(settings) as api:
        given = {"Sec-Fetch-Site": "cross-site", **headers}
        answer = await api.http.get(PREFERENCES, headers=given)
        assert answer.status_code == status, answer.text
        for site in ("same-origin", "same-site", "none"):
            answer = await api.http.get(PREFERENCES, headers={**given, "Sec-Fetch-Site": site})
            assert answer.status_code == 200, answer.text


async def test_the_origin_has_the_scheme_that_the_browser_uses(settings: Settings) -> None:
    settings = with_login(settings, auth__mode="single-user", web__trusted_proxies=("127.0.0.1",))
    async with running_api(settings) as api:
        for scheme, status in (("https", 200), ("http", 403)):
            given = {
                "Content-Type": "application/json",
                "X-Forwarded-For": "198.51.100.7",
                "X-Forwarded-Proto": "https",
                "Origin": f"{scheme}://127.0.0.1:8002",
            }
            answer = await api.http.put(PREFERENCES, content=b'{"theme":"dark"}', headers=given)
            assert answer.status_code == status, answer.text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "images.example", "Origin": "https://images.example"}, 200),
        # A proxy that replaces the Host header with its own.
        ({"Origin": "https://images.example"}, 200),
        ({"Host": "images.example", "Origin": "https://evil.example"}, 403),
        ({"Host": "other.example"}, 403),
        ({"Origin": "http://images.example"}, 403),
        ({"Origin": "https://images.example:8443"}, 403),
    ],
)
async def test_the_public_url_is_an_allowed_origin(
    settings: Settings, headers: dict[str, str], status: int
) -> None:
    settings = with_login(
        settings, auth__mode="single-user", web__public_url="https://Images.example:443/"
    )
    async with running_api(settings) as api:
        given = {"Content-Type": "application/json", **headers}
        answer = await api.http.put(PREFERENCES, content=b'{"theme":"dark"}', headers=given)
        assert answer.status_code == status, answer.text
        assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    "url",
    ["images.example", "ftp://images.example", "https://", "https://a.example/app", "https://u@a"],
)
def test_an_invalid_public_url_is_a_settings_error(url: str) -> None:
    settings = with_login(Settings(environment=Environment.TEST), web__public_url=url)
    with pytest.raises(SettingsError, match=r"web\.public_url"):
        create_asgi(settings)


async def test_cors_headers_are_sent_only_to_allowed_origins(settings: Settings) -> None:
    ask = {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "X-CSRF-Token",
    }
    async with running_api(with_login(settings)) as api:
        answer = await api.http.options(ME, headers={"Origin": "https://app.example", **ask})
        assert "access-control-allow-origin" not in answer.headers
    settings = with_login(settings, web__allowed_origins=("https://app.example",))
    async with running_api(settings) as api:
        answer = await api.http.options(ME, headers={"Origin": "https://app.example", **ask})
        assert answer.headers["access-control-allow-origin"] == "https://app.example"
        assert answer.headers["access-control-allow-credentials"] == "true"
        assert "x-csrf-token" in answer.headers["access-control-allow-headers"].lower()
        answer = await api.http.options(ME, headers={"Origin": "https://evil.example", **ask})
        assert answer.headers.get("access-control-allow-origin") != "https://evil.example"


@pytest.mark.parametrize("is_streamed", [False, True])
async def test_too_large_bodies_are_refused(settings: Settings, is_streamed: bool) -> None:
    async with running_api(with_login(settings, web__max_body_bytes=2000)) as api:
        body = b'{"username":"ada","password":"' + b"x" * 4000 + b'"}'

        async def stream() -> AsyncIterator[bytes]:
            for start in range(0, len(body), 500):
                yield body[start : start + 500]

        answer = await api.http.post(
            "/api/v1/auth/login",
            content=stream() if is_streamed else body,
            headers={"Content-Type": "application/json"},
        )
        assert answer.status_code == 413
        assert answer.headers["content-type"] == "application/problem+json"


async def test_options_lists_all_methods_of_a_path(settings: Settings) -> None:
    async with running_api(with_login(settings)) as api:
        answer = await api.http.options("/api/v1/api-keys")
        assert answer.status_code == 204
        assert answer.headers["allow"] == "GET, OPTIONS, POST"
        wrong = await api.http.patch("/api/v1/api-keys", json={})
        assert wrong.status_code == 405
        assert "POST" in wrong.headers["allow"]


async def test_the_api_documentation_needs_no_login(settings: Settings) -> None:
    async with running_api(with_login(settings)) as api:
        page = await api.http.get("/api/schema")
        assert page.status_code == 200
        assert page.headers["content-type"].startswith("text/html")
        assert "/api/v1/auth/login" in page.text
        document = await api.http.get("/api/schema/openapi.json")
        assert document.json()["openapi"].startswith("3.")
