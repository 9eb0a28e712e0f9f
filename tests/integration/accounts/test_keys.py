"""API keys from creation to revocation."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from tests.support.accounts import Browser, deactivate, make_key, make_user, with_login
from tests.support.service import Api, running_api

from genonaut.accounts.tables import ApiKey, AuditEntry, User
from genonaut.accounts.tokens import hash_of
from genonaut.config import Settings
from genonaut.core.clock import utcnow
from genonaut.runtime import Runtime

KEYS = "/api/v1/api-keys"
ME = "/api/v1/auth/me"


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


async def test_a_key_is_shown_once_and_stored_as_a_hash(
    api: Api, browser: Browser, user: User, runtime: Runtime
) -> None:
    await browser.log_in(user.username)
    made = await browser.send("POST", KEYS, json={"name": "cron", "scopes": ["read", "read"]})
    assert made.status_code == 201
    key = made.json()["key"]
    assert key.startswith(f"gn_{made.json()['id']}_")
    assert made.json()["scopes"] == ["read"]
    listed = await browser.send("GET", KEYS)
    assert key not in listed.text
    assert listed.json()["items"][0]["prefix"] == f"gn_{made.json()['id']}_"
    async with runtime.begin() as uow:
        row = (await uow.session.scalars(select(ApiKey))).one()
    assert row.secret_hash == hash_of(key.rpartition("_")[2])
    me = await api.http.get(ME, headers=bearer(key))
    assert (me.json()["via"], me.json()["scopes"]) == ("key", ["read"])


@pytest.mark.parametrize("change", [lambda key: key[:-1] + "0", lambda key: key + "0", str.upper])
async def test_an_almost_correct_key_is_refused(
    api: Api, user: User, runtime: Runtime, change: "type[str]"
) -> None:
    headers = await make_key(runtime, user.id)
    key = headers["Authorization"].removeprefix("Bearer ")
    wrong = change(key)
    if wrong == key:
        wrong = key[:-1] + "1"
    answer = await api.http.get(ME, headers=bearer(wrong))
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_keys_end_by_expiry_revocation_and_deactivation(
    api: Api, browser: Browser, user: User, runtime: Runtime
) -> None:
    await browser.log_in(user.username)
    soon = (utcnow() + timedelta(hours=1)).isoformat()
    body = {"name": "a", "scopes": ["read"], "expires_at": soon}
    timed = (await browser.send("POST", KEYS, json=body)).json()
    revoked = (await browser.send("POST", KEYS, json={"name": "b", "scopes": ["read"]})).json()
    lasting = await make_key(runtime, user.id)
    for one in (timed, revoked):
        assert (await api.http.get(ME, headers=bearer(one["key"]))).status_code == 200
    async with runtime.begin() as uow:
        late = utcnow() - timedelta(seconds=1)
        await uow.session.execute(
            update(ApiKey).where(ApiKey.id == timed["id"]).values(expires_at=late)
        )
    assert (await browser.send("DELETE", f"{KEYS}/{revoked['id']}")).status_code == 204
    assert (await browser.send("DELETE", f"{KEYS}/{revoked['id']}")).status_code == 404
    for one in (timed, revoked):
        assert (await api.http.get(ME, headers=bearer(one["key"]))).status_code == 401
    assert (await api.http.get(ME, headers=lasting)).status_code == 200
    await deactivate(runtime, user.id)
    assert (await api.http.get(ME, headers=lasting)).status_code == 401


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "n" * 101),
        ("scopes", []),
        ("scopes", ["admin"]),
        ("expires_at", "2020-01-01T00:00:00Z"),
        ("expires_at", "2099-01-01T00:00:00"),
        ("expires_at", 4102444800),
    ],
)
async def test_invalid_new_keys_are_refused_per_field(
    browser: Browser, user: User, field: str, value: object
) -> None:
    await browser.log_in(user.username)
    body = {"name": "a", "scopes": ["read"], field: value}
    answer = await browser.send("POST", KEYS, json=body)
    assert answer.status_code == 422
    assert field in answer.text


async def test_the_number_of_keys_per_user_is_limited(settings: Settings) -> None:
    async with running_api(with_login(settings, auth__max_api_keys=2)) as api:
        await make_user(api.runtime, "grace")
        browser = Browser(api.http)
        await browser.log_in("grace")
        body = {"name": "a", "scopes": ["read"]}
        statuses = [(await browser.send("POST", KEYS, json=body)).status_code for _ in range(3)]
        assert statuses == [201, 201, 409]
        first = (await browser.send("GET", KEYS)).json()["items"][-1]["id"]
        await browser.send("DELETE", f"{KEYS}/{first}")
        assert (await browser.send("POST", KEYS, json=body)).status_code == 201


async def test_the_first_use_is_audited_and_the_last_use_stored(
    api: Api, user: User, runtime: Runtime
) -> None:
    headers = await make_key(runtime, user.id)
    for _ in range(3):
        await api.http.get(ME, headers=headers)
    async with runtime.begin() as uow:
        row = (await uow.session.scalars(select(ApiKey))).one()
        kinds = (
            await uow.session.scalars(select(AuditEntry.kind).where(AuditEntry.kind.like("key.%")))
        ).all()
    assert row.last_used_at is not None
    assert sorted(kinds) == ["key.made", "key.used_first"]


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("Basic YWRhOnBhc3M=", 401),
        ("Bearer", 401),
        ("Bearer ", 401),
        ("Bearer gn_1_x", 401),
        ("Digest x", 401),
        ("\x7f", 401),
    ],
)
async def test_other_credentials_are_refused(api: Api, header: str, status: int) -> None:
    answer = await api.http.get(ME, headers={"Authorization": header})
    assert answer.status_code == status


async def test_basic_credentials_of_a_proxy_do_not_hide_the_session(
    browser: Browser, user: User
) -> None:
    await browser.log_in(user.username)
    proxy = {"Authorization": "Basic YWRhOnBhc3M="}
    assert (await browser.send("GET", ME, headers=proxy)).status_code == 200
