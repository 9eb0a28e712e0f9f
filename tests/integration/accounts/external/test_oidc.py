"""Logins at an OpenID Connect provider: accounts, roles, keys, logout."""

import asyncio
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from tests.integration.accounts.external.conftest import Browser, OpenApi, csrf
from tests.support.accounts import make_user, with_login
from tests.support.identity_provider import CLIENT_ID, IdentityProvider
from tests.support.service import running_api

from genonaut.accounts.retention import expired_accounts
from genonaut.accounts.tables import AuditEntry, ExternalIdentity, OidcLogin, User
from genonaut.config import Settings, load_settings
from genonaut.core.errors import SettingsError


async def test_a_first_login_creates_an_account_and_returns_to_the_wanted_page(
    installed: OpenApi, provider: IdentityProvider
) -> None:
    provider.user |= {"email": "ada@example.org", "email_verified": True}
    async with installed() as api:
        browser = Browser(api)
        assert await browser.log_in("/gallery?tag=a%20b") == "/gallery?tag=a%20b"
        me = await browser.me()
        assert me is not None
        assert (me["username"], me["email"], me["role"]) == ("Ada.L", "ada@example.org", "user")
        assert (me["has_password"], me["via"]) == (False, "session")
        assert "genonaut_oidc" not in api.http.cookies
        async with api.runtime.begin() as uow:
            kinds = (await uow.session.scalars(select(AuditEntry.kind))).all()
            assert {"user.made", "identity.linked", "login.succeeded"} <= set(kinds)
            assert await uow.session.scalar(select(func.count()).select_from(OidcLogin)) == 0
        logged_out = await api.http.post("/api/v1/auth/logout", headers=csrf(api.http))
        assert logged_out.status_code == 204
        assert await browser.me() is None


async def test_a_later_login_finds_the_account_by_its_subject_alone(
    installed: OpenApi, provider: IdentityProvider
) -> None:
    async with installed() as api:
        browser = Browser(api)
        await browser.log_in()
        first = await browser.me()
        provider.user |= {"preferred_username": "renamed"}
        assert await browser.log_in() == "/"
        again = await browser.me()
        assert first is not None
        assert again is not None
        assert (again["id"], again["username"]) == (first["id"], "Ada.L")
        provider.user |= {"sub": "user-2", "preferred_username": "Ada.L"}
        await browser.log_in()
        other = await browser.me()
        assert other is not None
        assert other["username"] == "Ada.L-2"


async def test_the_request_to_the_provider_has_pkce_state_and_nonce(
    installed: OpenApi, provider: IdentityProvider
) -> None:
    async with installed(web__public_url="https://images.example.org") as api:
        url = await Browser(api).begin()
    query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    assert url.startswith(f"{provider.url}/authorize?")
    assert query["redirect_uri"] == "https://images.example.org/api/v1/auth/oidc/callback"
    assert (query["client_id"], query["scope"]) == (CLIENT_ID, "openid profile email")
    assert query["code_challenge_method"] == "S256"
    assert len({query["state"], query["nonce"], query["code_challenge"]}) == 3


@pytest.mark.parametrize(
    ("methods", "secret", "has_basic"),
    [(None, "s", True), (["client_secret_post"], "s", False), (["none"], "", False)],
)
async def test_the_client_authenticates_as_the_provider_wants(
    installed: OpenApi,
    provider: IdentityProvider,
    methods: list[str] | None,
    secret: str,
    has_basic: bool,
) -> None:
    if methods is not None:
        provider.metadata_changes["token_endpoint_auth_methods_supported"] = methods
    async with installed(oidc__client_secret=secret) as api:
        assert await Browser(api).log_in() == "/"
    (sent,) = provider.exchanged
    assert sent["authorization"].startswith("Basic ") is has_basic
    assert sent.get("client_secret") == (secret if secret and not has_basic else None)
    assert sent.get("client_id") == (None if has_basic else CLIENT_ID)


@pytest.mark.parametrize("kind", ["RSA", "EC", "OKP"])
async def test_replaced_keys_are_read_again_and_others_are_kept(
    installed: OpenApi, provider: IdentityProvider, kind: str
) -> None:
    async with installed() as api:
        browser = Browser(api)
        for _ in range(2):
            assert await browser.log_in() == "/"
        assert provider.key_reads == 1
        await asyncio.to_thread(provider.rotate, kind)
        for _ in range(2):
            assert await browser.log_in() == "/"
        assert provider.key_reads == 2


async def test_groups_set_the_role_at_each_login(
    installed: OpenApi, provider: IdentityProvider
) -> None:
    async with installed(auth__admin_groups=("owners",)) as api:
        browser = Browser(api)
        provider.user |= {"sub": "boss", "preferred_username": "boss", "groups": ["/owners", "x"]}
        await browser.log_in()
        assert (await browser.me() or {})["role"] == "admin"
        provider.user |= {"sub": "second", "preferred_username": "second"}
        await browser.log_in()
        assert (await browser.me() or {})["role"] == "admin"
        provider.user |= {"groups": ["x"]}
        await browser.log_in()
        assert (await browser.me() or {})["role"] == "user"
        # The last administrator stays one: else no user could administer the installation.
        provider.user |= {"sub": "boss"}
        await browser.log_in()
        assert (await browser.me() or {})["role"] == "admin"


async def test_groups_may_come_from_the_userinfo_endpoint_under_another_name(
    installed: OpenApi, provider: IdentityProvider
) -> None:
    provider.extra_userinfo = {"sub": "user-1", "roles": "owners", "nick": "ada"}
    changes = {"oidc__groups_claim": "roles", "oidc__username_claim": "nick"}
    async with installed(auth__admin_groups=("owners",), **changes) as api:
        browser = Browser(api)
        await browser.log_in()
        me = await browser.me() or {}
        assert (me["username"], me["role"]) == ("ada", "admin")


async def test_only_members_of_allowed_groups_may_log_in(
    installed: OpenApi, provider: IdentityProvider
) -> None:
    async with installed(auth__allowed_groups=("artists",)) as api:
        browser = Browser(api)
        assert await browser.log_in() == "/login?error=no_account"
        assert await browser.me() is None
        async with api.runtime.begin() as uow:
            assert await uow.session.scalar(select(func.count()).select_from(User)) == 0
        provider.user["groups"] = ["artists"]
        assert await browser.log_in() == "/"


async def test_without_provisioning_only_known_users_may_log_in(
    installed: OpenApi, provider: IdentityProvider
) -> None:
    async with installed(auth__create_users=False) as api:
        browser = Browser(api)
        assert await browser.log_in() == "/login?error=no_account"
        user = await make_user(api.runtime, "ada")
        identity = {"user_id": user.id, "issuer": provider.url, "subject": "user-1"}
        async with api.runtime.begin() as uow:
            uow.session.add(ExternalIdentity(id=uuid4(), **identity))
        assert await browser.log_in() == "/"
        assert (await browser.me() or {})["username"] == "ada"


@pytest.mark.parametrize(
    ("is_linking", "is_verified", "found"),
    [(True, True, "ada"), (True, False, "Ada.L"), (False, True, "Ada.L")],
)
async def test_accounts_are_linked_by_a_verified_address_only_if_the_setting_says_so(
    installed: OpenApi,
    provider: IdentityProvider,
    is_linking: bool,
    is_verified: bool,
    found: str,
) -> None:
    provider.user |= {"email": "ADA@example.org", "email_verified": is_verified}
    async with installed(auth__link_by_email=is_linking) as api:
        user = await make_user(api.runtime, "ada")
        async with api.runtime.begin() as uow:
            row = await uow.session.get(User, user.id)
            assert row is not None
            row.email = "ada@example.org"
        browser = Browser(api)
        await browser.log_in()
        assert (await browser.me() or {})["username"] == found


async def test_a_deactivated_account_cannot_log_in(
    installed: OpenApi, provider: IdentityProvider
) -> None:
    async with installed() as api:
        browser = Browser(api)
        await browser.log_in()
        async with api.runtime.begin() as uow:
            user = await uow.session.scalar(select(User).where(User.username == "Ada.L"))
            assert user is not None
            user.is_active = False
        assert await browser.log_in() == "/login?error=no_account"


async def test_two_first_logins_at_once_make_one_account(
    installed: OpenApi, provider: IdentityProvider
) -> None:
    async with installed() as api:
        logins = []
        for _ in range(2):
            browser = Browser(api)
            callback = await browser.at_provider(await browser.begin())
            cookie = f"genonaut_oidc={api.http.cookies['genonaut_oidc']}"
            logins.append((callback, {"Cookie": cookie}))
        api.http.cookies.clear()
        answers = await asyncio.gather(
            *(api.http.get(callback, headers=headers) for callback, headers in logins)
        )
        assert [answer.headers["location"] for answer in answers] == ["/", "/"]
        async with api.runtime.begin() as uow:
            assert await uow.session.scalar(select(func.count()).select_from(User)) == 1


async def test_passwords_can_be_turned_off(installed: OpenApi, provider: IdentityProvider) -> None:
    async with installed(auth__local_passwords=False, auth__registration="open") as api:
        options = (await api.http.get("/api/v1/auth/options")).json()
        assert options["local_passwords"] is False
        assert options["is_set_up"] is True
        assert options["registration"] == "closed"
        await make_user(api.runtime, "local-user")
        body = {"username": "local-user", "password": "correct horse battery"}
        for route in ("login", "register"):
            refused = await api.http.post(f"/api/v1/auth/{route}", json=body)
            assert (refused.status_code, refused.json()["code"]) == (403, "passwords_off")
        browser = Browser(api)
        await browser.log_in()
        password = {"new_password": "correct horse battery"}
        refused = await api.http.put(
            "/api/v1/users/me/password", json=password, headers=csrf(api.http)
        )
        assert refused.json()["code"] == "passwords_off"


async def test_a_logout_leads_to_the_page_of_the_provider(
    installed: OpenApi, provider: IdentityProvider
) -> None:
    async with installed(oidc__name="Example Ltd") as api:
        options = (await api.http.get("/api/v1/auth/options")).json()["oidc"]
        path = "/api/v1/auth/oidc/logout"
        assert options == {"name": "Example Ltd", "logout_url": path}
        url = urlsplit((await api.http.get(path)).headers["location"])
        assert f"{url.scheme}://{url.netloc}{url.path}" == f"{provider.url}/logout"
        assert parse_qs(url.query) == {
            "client_id": [CLIENT_ID],
            "post_logout_redirect_uri": ["http://127.0.0.1:8002/login"],
        }
    provider.is_down = True
    for changes in ({}, {"oidc__ends_session": False}):
        async with installed(**changes) as api:
            assert (await api.http.get(path)).headers["location"] == "/login"
            options = (await api.http.get("/api/v1/auth/options")).json()["oidc"]
    assert options["logout_url"] is None


async def test_logins_that_do_not_end_are_deleted(
    installed: OpenApi, provider: IdentityProvider
) -> None:
    async with installed() as api:
        await Browser(api).begin()
        async with api.runtime.begin() as uow:
            login = await uow.session.scalar(select(OidcLogin))
            assert login is not None
            login.created_at = login.created_at.replace(year=2020)
        async with api.runtime.begin() as uow:
            settings = api.runtime.settings
            rules = expired_accounts(settings.auth, settings.oidc)
            deleted = {rule.name: await rule.delete(uow.session, limit=9) for rule in rules}
            assert deleted["logins that did not end"] == 1


async def test_without_a_provider_its_routes_are_not_found(settings: Settings) -> None:
    async with running_api(with_login(settings)) as api:
        assert (await api.http.get("/api/v1/auth/options")).json()["oidc"] is None
        for method, path in (
            ("GET", "oidc/login"),
            ("GET", "oidc/callback"),
            ("GET", "oidc/logout"),
            ("POST", "proxy"),
        ):
            answer = await api.http.request(method, f"/api/v1/auth/{path}")
            assert answer.status_code == 404


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"OIDC__ISSUER": "https://id.example.org"}, "issuer needs client_id"),
        ({"OIDC__ISSUER": "http://id.example.org", "OIDC__CLIENT_ID": "x"}, "an https URL"),
        ({"AUTH__LOCAL_PASSWORDS": "false"}, "set oidc.issuer or auth.proxy_user_header"),
        ({"AUTH__PROXY_USER_HEADER": "X-User"}, "needs web.trusted_proxies"),
    ],
)
def test_settings_with_which_no_user_could_log_in_are_refused(
    variables: dict[str, str], message: str
) -> None:
    stores = {"DATABASE_URL": "postgresql://h/d", "REDIS_URL": "redis://h"}
    named = {f"GENONAUT_{name}": text for name, text in variables.items()}
    with pytest.raises(SettingsError, match=message):
        load_settings("prod", stores | named)
