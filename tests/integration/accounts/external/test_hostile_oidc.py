"""Answers that must not log anybody in."""

import base64
import hmac
import time
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from joserfc import jwk, jwt
from sqlalchemy import func, select
from tests.integration.accounts.external.conftest import Browser, OpenApi
from tests.support.identity_provider import CLIENT_ID, IdentityProvider, encoded
from tests.support.service import Api

from genonaut.accounts.external.oidc_login import safe_path
from genonaut.accounts.tables import AuditEntry, OidcLogin, User, UserSession

REFUSED = "/login?error=login_refused"


async def no_user_is_logged_in(browser: Browser) -> None:
    assert await browser.me() is None
    async with browser.api.runtime.begin() as uow:
        for table in (UserSession, User):
            assert await uow.session.scalar(select(func.count()).select_from(table)) == 0


async def failures(api: Api) -> list[dict[str, Any]]:
    async with api.runtime.begin() as uow:
        query = select(AuditEntry.detail).where(AuditEntry.kind == "login.failed")
        return list(await uow.session.scalars(query))


def changed(**values: Any) -> Callable[[dict[str, Any]], None]:
    def change(claims: dict[str, Any]) -> None:
        for name, value in values.items():
            if value is None:
                claims.pop(name)
            else:
                claims[name] = value

    return change


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(changed(nonce="of another login"), id="wrong nonce"),
        pytest.param(changed(nonce=None), id="no nonce"),
        pytest.param(changed(aud="another-client"), id="wrong audience"),
        pytest.param(changed(aud=[CLIENT_ID, "other"]), id="several audiences without azp"),
        pytest.param(changed(azp="another-client"), id="issued to another client"),
        pytest.param(changed(aud=None), id="no audience"),
        pytest.param(changed(exp=int(time.time()) - 3600), id="expired"),
        pytest.param(changed(exp=None), id="no expiry"),
        pytest.param(changed(iat=int(time.time()) + 3600), id="from the future"),
        pytest.param(changed(iss="https://evil.example.org"), id="wrong issuer"),
        pytest.param(changed(iss=None), id="no issuer"),
        pytest.param(changed(sub=None), id="no subject"),
        pytest.param(changed(sub=""), id="empty subject"),
        pytest.param(changed(sub={"$ne": ""}), id="subject that is no text"),
        pytest.param(changed(sub="x" * 256), id="endless subject"),
    ],
)
async def test_a_token_with_wrong_claims_is_refused(
    installed: OpenApi, provider: IdentityProvider, change: Callable[[dict[str, Any]], None]
) -> None:
    provider.change_claims = change
    async with installed() as api:
        browser = Browser(api)
        assert await browser.log_in() == REFUSED
        await no_user_is_logged_in(browser)
        assert await failures(api) == [{"method": "oidc", "code": "login_refused"}]


def unsigned(_: str, claims: dict[str, Any]) -> str:
    return f"{encoded({'alg': 'none', 'typ': 'JWT'})}.{encoded(claims)}."


def with_other_payload(token: str, claims: dict[str, Any]) -> str:
    header, _, signature = token.split(".")
    return f"{header}.{encoded(claims | {'sub': 'admin'})}.{signature}"


def signed_by_stranger(token: str, claims: dict[str, Any]) -> str:
    header = msgspec.json.decode(base64.urlsafe_b64decode(token.split(".", maxsplit=1)[0] + "=="))
    stranger = jwk.RSAKey.generate_key(2048, {"kid": header["kid"]})
    return jwt.encode(header, claims, stranger, algorithms=["RS256"])


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(unsigned, id="alg none"),
        pytest.param(with_other_payload, id="changed payload"),
        pytest.param(signed_by_stranger, id="foreign key"),
        pytest.param(lambda *_: "not a token", id="no token"),
        pytest.param(lambda *_: "", id="empty"),
        pytest.param(lambda *_: "a.b.c", id="three words"),
    ],
)
async def test_a_token_without_a_valid_signature_is_refused(
    installed: OpenApi, provider: IdentityProvider, change: Callable[[str, dict[str, Any]], str]
) -> None:
    provider.change_token = change
    async with installed() as api:
        browser = Browser(api)
        assert await browser.log_in() == REFUSED
        await no_user_is_logged_in(browser)


async def test_a_public_key_is_not_accepted_as_a_shared_secret(
    installed: OpenApi, provider: IdentityProvider
) -> None:
    """Source: RFC 8725, 2.1: a token signed with HS256 and the public key as the secret."""

    def signed_with(secret: bytes, kid: str | None, claims: dict[str, Any]) -> str:
        signed = f"{encoded({'alg': 'HS256', 'kid': kid})}.{encoded(claims)}"
        digest = hmac.digest(secret, signed.encode(), "sha256")
        return f"{signed}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"

    key = provider.keys[0]
    assert isinstance(key, jwk.RSAKey)
    public = key.as_pem(private=False)
    async with installed() as api:
        provider.change_token = lambda _, claims: signed_with(public, key.kid, claims)
        assert await Browser(api).log_in() == REFUSED
        # The provider publishes this one by mistake.
        provider.change_token = lambda _, claims: signed_with(b"secret", "shared", claims)
        assert await Browser(api).log_in() == REFUSED


async def test_a_state_is_accepted_once(installed: OpenApi, provider: IdentityProvider) -> None:
    async with installed() as api:
        browser = Browser(api)
        begun = await browser.begin()
        cookie = api.http.cookies["genonaut_oidc"]
        callback = await browser.at_provider(begun)
        assert await browser.finish(callback) == "/"
        api.http.cookies.clear()
        api.http.cookies.set("genonaut_oidc", cookie, path="/api/v1/auth/oidc")
        assert await browser.finish(callback) == "/login?error=login_expired"
        assert await browser.me() is None


async def test_a_login_cannot_be_finished_in_another_browser(
    installed: OpenApi, provider: IdentityProvider
) -> None:
    """A link to the callback with the code of an attacker must not log a victim in as the attacker."""
    async with installed() as api:
        browser = Browser(api)
        callback = await browser.at_provider(await browser.begin())
        api.http.cookies.clear()
        assert await browser.finish(callback) == "/login?error=login_expired"
        await no_user_is_logged_in(browser)
        assert provider.exchanged == []


@pytest.mark.parametrize("query", ["", "?code=1", "?state=unknown&code=1", "?state=%00&code=%00"])
async def test_an_unknown_state_is_refused(
    installed: OpenApi, provider: IdentityProvider, query: str
) -> None:
    async with installed() as api:
        browser = Browser(api)
        await browser.begin()
        answer = await browser.finish(f"/api/v1/auth/oidc/callback{query}")
        assert answer == "/login?error=login_expired"


async def test_a_login_that_took_too_long_is_refused(
    installed: OpenApi, provider: IdentityProvider
) -> None:
    async with installed() as api:
        browser = Browser(api)
        callback = await browser.at_provider(await browser.begin())
        async with api.runtime.begin() as uow:
            login = await uow.session.scalar(select(OidcLogin))
            assert login is not None
            login.created_at = login.created_at.replace(year=2020)
        assert await browser.finish(callback) == "/login?error=login_expired"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example.org/",
        "//evil.example.org",
        "/\\evil.example.org",
        "\\\\evil.example.org",
        "javascript:alert(1)",
        "/\t/evil.example.org",
        "/\n/evil.example.org",
        "http:evil.example.org",
        "///evil.example.org",
        " //evil.example.org",
        "/api/v1/auth/logout",
        "x",
        "",
        "/" + "x" * 3000,
    ],
)
async def test_a_login_does_not_lead_to_other_sites(
    installed: OpenApi, provider: IdentityProvider, target: str
) -> None:
    assert safe_path(target) == "/"
    async with installed() as api:
        assert await Browser(api).log_in(target) == "/"


async def test_a_refusal_of_the_provider_is_reported(
    installed: OpenApi, provider: IdentityProvider
) -> None:
    provider.refuses = "access_denied"
    async with installed() as api:
        assert await Browser(api).log_in() == REFUSED


async def test_a_provider_that_answers_for_another_user_is_refused(
    installed: OpenApi, provider: IdentityProvider
) -> None:
    provider.extra_userinfo = {"sub": "admin", "groups": ["owners"]}
    async with installed() as api:
        assert await Browser(api).log_in() == REFUSED


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": "https://evil.example.org"},
        {"token_endpoint": "http://evil.example.org/token"},
        {"jwks_uri": None},
    ],
)
async def test_metadata_of_another_issuer_or_without_tls_are_refused(
    installed: OpenApi, provider: IdentityProvider, changes: dict[str, Any]
) -> None:
    provider.metadata_changes = changes
    async with installed() as api:
        assert await Browser(api).begin() == "/login?error=provider_unavailable"


async def test_a_provider_that_is_down_is_asked_again_at_the_next_login(
    installed: OpenApi, provider: IdentityProvider
) -> None:
    provider.is_down = True
    async with installed() as api:
        browser = Browser(api)
        assert await browser.begin() == "/login?error=provider_unavailable"
        provider.is_down = False
        assert await browser.log_in() == "/"


async def test_logins_of_one_address_are_limited(
    installed: OpenApi, provider: IdentityProvider
) -> None:
    async with installed(limits__is_enabled=True, limits__login_burst=3) as api:
        statuses = [(await api.http.get("/api/v1/auth/oidc/login")).status_code for _ in range(4)]
    assert statuses == [302, 302, 302, 429]
