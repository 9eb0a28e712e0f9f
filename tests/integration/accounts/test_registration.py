"""Registration, and the first account."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select
from structlog.testing import capture_logs
from tests.builders import make_content
from tests.support.accounts import PASSWORD, Browser, make_user, with_login
from tests.support.service import Api, running_api

from genonaut.accounts.identity import Identity
from genonaut.accounts.tables import Role, SetupToken, User
from genonaut.config import Settings
from genonaut.runtime import Runtime

REGISTER = "/api/v1/auth/register"
OPTIONS = "/api/v1/auth/options"


def body(username: str = "ada", **more: str) -> dict[str, str]:
    return {"username": username, "password": PASSWORD, **more}


def setup_tokens(lines: list[Any]) -> list[str]:
    return [line["setup_token"] for line in lines if line["event"] == "setup.needed"]


async def users_of(runtime: Runtime) -> list[User]:
    async with runtime.begin() as uow:
        return list((await uow.session.scalars(select(User).order_by(User.created_at))).all())


async def test_the_first_account_takes_over_the_local_user(
    settings: Settings,
) -> None:
    async with running_api(settings) as api:
        me = (await api.http.get("/api/v1/auth/me")).json()
        assert me["username"] == "local"
        local = Identity(UUID(me["id"]), "local", Role.ADMIN)
        content_id = await make_content(api.runtime, local)
    async with running_api(with_login(settings)) as api:
        browser = Browser(api.http)
        assert (await browser.send("GET", OPTIONS)).json()["is_set_up"] is False
        answer = await browser.send("POST", REGISTER, json=body("Ada", email="ada@example.org"))
        assert answer.status_code == 201, answer.text
        assert answer.json()["id"] == str(local.user_id)
        assert answer.json()["role"] == "admin"
        assert answer.json()["email"] == "ada@example.org"
        mine = (await browser.send("GET", "/api/v1/content")).json()["items"]
        assert [item["id"] for item in mine] == [content_id]
        assert (await browser.send("GET", OPTIONS)).json()["is_set_up"] is True
    # In single-user mode it is the same row, under its new name.
    async with running_api(settings) as api:
        me = (await api.http.get("/api/v1/auth/me")).json()
        assert (me["id"], me["username"], me["via"]) == (str(local.user_id), "Ada", "local")


async def test_without_a_local_user_the_first_account_is_created(api: Api) -> None:
    answer = await Browser(api.http).send("POST", REGISTER, json=body())
    assert answer.status_code == 201
    assert answer.json()["role"] == "admin"
    assert [(user.username, user.is_local) for user in await users_of(api.runtime)] == [
        ("ada", True)
    ]


async def test_of_concurrent_first_registrations_one_succeeds(settings: Settings) -> None:
    settings = with_login(settings, auth__registration="open")
    async with running_api(settings) as api, running_api(settings) as other:
        answers = await asyncio.gather(
            *[
                Browser(one.http).send("POST", REGISTER, json=body(f"user{number}"))
                for number, one in enumerate([api, other] * 5)
            ]
        )
        assert {answer.status_code for answer in answers} == {201}
        roles = [answer.json()["role"] for answer in answers]
        assert roles.count("admin") == 1
        assert [user.role for user in await users_of(api.runtime)].count(Role.ADMIN) == 1


async def test_with_closed_registration_the_other_registrations_fail(api: Api) -> None:
    answers = await asyncio.gather(
        *[
            Browser(api.http).send("POST", REGISTER, json=body(f"user{number}"))
            for number in range(6)
        ]
    )
    assert sorted(answer.status_code for answer in answers) == [201, 403, 403, 403, 403, 403]
    assert len(await users_of(api.runtime)) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "198.51.100.7"},
        {"X-Forwarded-For": "127.0.0.1"},
        {"X-Real-IP": "127.0.0.1"},
        {"Forwarded": "for=127.0.0.1"},
        {"Host": "images.example"},
    ],
)
@pytest.mark.parametrize("proxies", [(), ("127.0.0.1",)])
async def test_a_remote_first_registration_needs_the_setup_token(
    settings: Settings,
    headers: dict[str, str],
    proxies: tuple[str, ...],
) -> None:
    settings = with_login(
        settings,
        auth__registration="open",
        web__allowed_hosts=("images.example",),
        web__trusted_proxies=proxies,
    )
    with capture_logs() as lines:
        async with running_api(settings) as api:
            await _register_remotely(api, headers, setup_tokens(lines)[0])


async def _register_remotely(api: Api, headers: dict[str, str], token: str) -> None:
    for wrong in ({}, {"setup_token": "x" * 43}):
        refused = await api.http.post(REGISTER, json=body(**wrong), headers=headers)
        assert refused.status_code == 403, refused.text
    assert await users_of(api.runtime) == []
    given = await api.http.post(REGISTER, json=body(setup_token=token), headers=headers)
    assert given.status_code == 201
    assert given.json()["role"] == "admin"
    api.http.cookies.clear()
    again = await api.http.post(REGISTER, json=body("eve", setup_token=token), headers=headers)
    assert again.json()["role"] == "user"
    async with api.runtime.begin() as uow:
        assert await uow.session.scalar(select(func.count()).select_from(SetupToken)) == 0


async def test_no_token_is_issued_when_an_administrator_exists(
    settings: Settings,
) -> None:
    settings = with_login(settings)
    async with running_api(settings) as api:
        await make_user(api.runtime, "ada", role=Role.ADMIN)
    with capture_logs() as lines:
        async with running_api(settings):
            assert setup_tokens(lines) == []


async def test_registration_is_closed_by_default(settings: Settings) -> None:
    async with running_api(with_login(settings)) as api:
        await make_user(api.runtime, "ada", role=Role.ADMIN)
        assert (await api.http.post(REGISTER, json=body("grace"))).status_code == 403
    async with running_api(with_login(settings, auth__registration="open")) as api:
        answer = await Browser(api.http).send("POST", REGISTER, json=body("grace"))
        assert answer.status_code == 201
        assert answer.json()["role"] == "user"


async def test_usernames_are_reserved_regardless_of_case_and_after_deletion(
    settings: Settings,
) -> None:
    async with running_api(with_login(settings, auth__registration="open")) as api:
        admin = Browser(api.http)
        await admin.send("POST", REGISTER, json=body())
        made = await Browser(api.http).send("POST", REGISTER, json=body("Grace"))
        for name in ("grace", "GRACE", "ada"):
            taken = await Browser(api.http).send("POST", REGISTER, json=body(name))
            assert taken.status_code == 409
        await admin.send("DELETE", f"/api/v1/users/{made.json()['id']}")
        assert (
            await Browser(api.http).send("POST", REGISTER, json=body("grace"))
        ).status_code == 409


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", "-ada"),
        ("username", "ada lovelace"),
        ("username", "\u0430da"),
        ("username", "a" * 64),
        ("username", ""),
        ("password", "short"),
        ("password", "x" * 1025),
        ("email", "nowhere"),
        ("email", "a@b\u0000c"),
        ("role", "admin"),
    ],
)
async def test_invalid_accounts_are_refused_per_field(api: Api, field: str, value: str) -> None:
    answer = await api.http.post(REGISTER, json=body(**{field: value}))
    assert answer.status_code == 422
    assert field in answer.text
    assert value == "" or len(value) < 5 or value not in answer.text


async def test_single_user_mode_has_no_registration_or_login(settings: Settings) -> None:
    async with running_api(settings) as api:
        assert (await api.http.post(REGISTER, json=body())).status_code == 409
        login = await api.http.post("/api/v1/auth/login", json=body())
        assert login.status_code == 409
        assert (await api.http.post("/api/v1/auth/logout")).status_code == 204
        options = (await api.http.get(OPTIONS)).json()
        assert options == {
            "mode": "single-user",
            "registration": "closed",
            "is_set_up": True,
            "local_passwords": True,
            "oidc": None,
            "proxy_login": False,
        }
