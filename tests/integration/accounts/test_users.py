"""Changes of accounts by administrators and by their owners."""

import asyncio
from uuid import uuid4

import pytest
from sqlalchemy import select
from tests.support.accounts import Browser, make_key, make_user
from tests.support.service import Api, running_api

from genonaut.accounts.tables import AuditEntry, Role, User
from genonaut.config import Settings
from genonaut.runtime import Runtime

USERS = "/api/v1/users"
ME = "/api/v1/users/me"


@pytest.fixture
async def office(browser: Browser, admin: User) -> Browser:
    """A logged-in administrator."""
    await browser.log_in(admin.username)
    return browser


async def test_accounts_are_created_listed_changed_and_deleted(office: Browser, api: Api) -> None:
    new = {"username": "grace", "password": "a good password", "email": "g@example.org"}
    made = await office.send("POST", USERS, json=new)
    assert made.status_code == 201
    assert made.json()["role"] == "user"
    path = f"{USERS}/{made.json()['id']}"
    assert (await office.send("POST", USERS, json=new)).status_code == 409
    found = (await office.send("GET", f"{USERS}?search=EXAMPLE.org")).json()
    assert [one["username"] for one in found["items"]] == ["grace"]
    changed = await office.send("PATCH", path, json={"username": "Hopper", "email": None})
    assert (changed.json()["username"], changed.json()["email"]) == ("Hopper", None)
    grace = Browser(api.http)
    assert (await grace.log_in("hopper", "a good password")).status_code == 200
    assert (await office.send("DELETE", path)).status_code == 204
    for method in ("GET", "PATCH", "DELETE"):
        body: dict[str, str] | None = {} if method == "PATCH" else None
        assert (await office.send(method, path, json=body)).status_code == 404
    assert (await grace.send("GET", ME)).status_code == 401
    assert (await grace.log_in("hopper", "a good password")).status_code == 401


async def test_the_list_is_paged_by_username(office: Browser, runtime: Runtime) -> None:
    for name in ("Zoe", "bob", "Carl"):
        await make_user(runtime, name, password=None)
    names: list[str] = []
    cursor = ""
    for _ in range(2):
        page = (await office.send("GET", f"{USERS}?limit=2{cursor}")).json()
        names += [one["username"] for one in page["items"]]
        cursor = f"&cursor={page['next_cursor']}"
    assert names == ["ada", "bob", "Carl", "Zoe"]
    assert page["next_cursor"] is None
    assert (await office.send("GET", f"{USERS}?cursor=forged")).status_code == 422
    assert (await office.send("GET", f"{USERS}?role=admin")).json()["total"] == 1


async def test_deactivation_ends_sessions_and_keys(
    office: Browser, api: Api, runtime: Runtime, user: User
) -> None:
    grace = Browser(api.http)
    await grace.log_in("grace")
    key = await make_key(runtime, user.id)
    await office.send("PATCH", f"{USERS}/{user.id}", json={"is_active": False})
    assert (await grace.send("GET", ME)).status_code == 401
    assert (await api.http.get(ME, headers=key)).status_code == 401
    await office.send("PATCH", f"{USERS}/{user.id}", json={"is_active": True})
    assert (await grace.send("GET", ME)).status_code == 401, "ended is ended"
    assert (await api.http.get(ME, headers=key)).status_code == 401
    assert (await grace.log_in("grace")).status_code == 200


async def test_a_new_role_applies_from_the_next_request(
    office: Browser, api: Api, user: User
) -> None:
    grace = Browser(api.http)
    await grace.log_in("grace")
    assert (await grace.send("GET", USERS)).status_code == 403
    await office.send("PATCH", f"{USERS}/{user.id}", json={"role": "admin"})
    assert (await grace.send("GET", USERS)).status_code == 200
    await office.send("PATCH", f"{USERS}/{user.id}", json={"role": "user"})
    assert (await grace.send("GET", USERS)).status_code == 403


@pytest.mark.parametrize(
    ("method", "json"),
    [("PATCH", {"role": "user"}), ("PATCH", {"is_active": False}), ("DELETE", None)],
)
async def test_the_last_administrator_cannot_be_removed(
    office: Browser, runtime: Runtime, admin: User, method: str, json: object
) -> None:
    await make_user(runtime, "hollow", role=Role.ADMIN, password=None)
    answer = await office.send(method, f"{USERS}/{admin.id}", json=json)
    assert answer.status_code == 409
    assert "last active administrator" in answer.json()["detail"]
    await make_user(runtime, "second", role=Role.ADMIN)
    answer = await office.send(method, f"{USERS}/{admin.id}", json=json)
    assert answer.status_code in {200, 204}


async def test_two_administrators_cannot_demote_each_other_concurrently(
    api: Api, runtime: Runtime, admin: User
) -> None:
    second = await make_user(runtime, "second", role=Role.ADMIN)
    browsers = [Browser(api.http), Browser(api.http)]
    await browsers[0].log_in("ada")
    await browsers[1].log_in("second")
    statuses = [
        answer.status_code
        for answer in await asyncio.gather(
            browsers[0].send("PATCH", f"{USERS}/{second.id}", json={"role": "user"}),
            browsers[1].send("PATCH", f"{USERS}/{admin.id}", json={"role": "user"}),
        )
    ]
    assert statuses.count(200) == 1, statuses


async def test_the_local_user_of_single_user_mode_cannot_be_demoted(settings: Settings) -> None:
    async with running_api(settings) as api:
        me = (await api.http.get(ME)).json()["id"]
        for method, json in (("PATCH", {"is_active": False}), ("DELETE", None)):
            answer = await api.http.request(method, f"{USERS}/{me}", json=json)
            assert answer.status_code == 409


@pytest.mark.parametrize(
    ("method", "json"),
    [("PATCH", {"role": "user"}), ("PATCH", {"is_active": False}), ("DELETE", None)],
)
async def test_other_administrators_of_single_user_mode_can_be_demoted(
    settings: Settings, runtime: Runtime, method: str, json: object
) -> None:
    other = await make_user(runtime, "grace", role=Role.ADMIN)
    async with running_api(settings) as api:
        assert (await api.http.get(ME)).status_code == 200
        answer = await api.http.request(method, f"{USERS}/{other.id}", json=json)
        assert answer.status_code in {200, 204}, answer.text


async def test_changing_a_password_requires_the_current_one(
    api: Api, browser: Browser, user: User
) -> None:
    other = Browser(api.http)
    await browser.log_in(user.username)
    await other.log_in(user.username)
    body = {"current_password": "wrong", "new_password": "another good one"}
    refused = await browser.send("PUT", f"{ME}/password", json=body)
    assert refused.status_code == 422
    assert "current_password" in refused.text
    assert "another good one" not in refused.text
    body["current_password"] = "correct horse battery"
    assert (await browser.send("PUT", f"{ME}/password", json=body)).status_code == 204
    assert (await browser.send("GET", ME)).status_code == 200
    assert (await other.send("GET", ME)).status_code == 401
    assert (await other.log_in(user.username)).status_code == 401
    assert (await other.log_in(user.username, "another good one")).status_code == 200


@pytest.mark.parametrize(("choice", "status"), [({}, 200), ({"revoke_api_keys": True}, 401)])
async def test_a_user_may_revoke_all_keys_with_the_password(
    api: Api, browser: Browser, user: User, choice: dict[str, bool], status: int
) -> None:
    key = await make_key(api.runtime, user.id)
    await browser.log_in(user.username)
    body = {"current_password": "correct horse battery", "new_password": "another good one"}
    answer = await browser.send("PUT", f"{ME}/password", json={**body, **choice})
    assert answer.status_code == 204, answer.text
    assert (await api.http.get(ME, headers=key)).status_code == status


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"password": "a good password"}, 401),
        ({"password": "a good password", "revoke_api_keys": False}, 200),
        ({"revoke_api_keys": True}, 401),
        ({"email": None}, 200),
    ],
)
async def test_a_reset_by_an_administrator_revokes_the_keys_unless_told_not_to(
    api: Api, office: Browser, user: User, change: dict[str, object], status: int
) -> None:
    key = await make_key(api.runtime, user.id)
    answer = await office.send("PATCH", f"{USERS}/{user.id}", json=change)
    assert answer.status_code == 200, answer.text
    assert (await api.http.get(ME, headers=key)).status_code == status


async def test_administrators_keep_their_keys_when_they_change_their_own_password(
    api: Api, office: Browser, admin: User
) -> None:
    key = await make_key(api.runtime, admin.id)
    change = {"password": "a good password"}
    assert (await office.send("PATCH", f"{USERS}/{admin.id}", json=change)).status_code == 200
    assert (await api.http.get(ME, headers=key)).status_code == 200


async def test_users_change_their_name_but_not_their_role(
    browser: Browser, user: User, admin: User
) -> None:
    await browser.log_in(user.username)
    taken = await browser.send("PATCH", ME, json={"username": admin.username.upper()})
    assert taken.status_code == 409
    assert (await browser.send("PATCH", ME, json={"role": "admin"})).status_code == 422
    changed = await browser.send("PATCH", ME, json={"username": "Hopper"})
    assert changed.json()["username"] == "Hopper"


async def test_preferences_are_stored(browser: Browser, user: User) -> None:
    await browser.log_in(user.username)
    assert (await browser.send("GET", ME)).json()["preferences"]["notifications_enabled"] is False
    body = {
        "notifications_enabled": True,
        "notification_types": {"job_cancelled": False},
        "default_parameters": {"width": 768},
    }
    await browser.send("PUT", f"{ME}/preferences", json=body)
    await browser.send("PUT", f"{ME}/preferences", json={"theme": "dark"})
    kept = (await browser.send("GET", f"{ME}/preferences")).json()
    assert kept["notifications_enabled"] is True
    assert kept["theme"] == "dark"
    assert kept["notification_types"]["job_cancelled"] is False
    assert kept["notification_types"]["job_failed"] is True
    assert kept["default_parameters"]["width"] == 768


@pytest.mark.parametrize(
    "body",
    [
        {"theme": "plaid"},
        {"colour": "red"},
        {"notification_types": {"no_such": True}},
        {"default_parameters": {"width": 63}},
        {"default_parameters": {"no_such": 1}},
        {"default_parameters": {"negative_prompt": "a\u0000b"}},
    ],
)
async def test_invalid_preferences_are_refused(browser: Browser, user: User, body: object) -> None:
    await browser.log_in(user.username)
    assert (await browser.send("PUT", f"{ME}/preferences", json=body)).status_code == 422


async def test_unknown_users_are_not_found(office: Browser) -> None:
    for name in (str(uuid4()), "1", "..", "%00"):
        assert (await office.send("GET", f"{USERS}/{name}")).status_code == 404


async def test_actions_of_administrators_are_audited(
    office: Browser, user: User, admin: User, runtime: Runtime
) -> None:
    path = f"{USERS}/{user.id}"
    for json in ({"role": "admin"}, {"is_active": False}, {"password": "a good password"}):
        await office.send("PATCH", path, json=json)
    await office.send("DELETE", path)
    async with runtime.begin() as uow:
        query = select(AuditEntry).where(AuditEntry.subject == f"user:{user.id}")
        entries = (await uow.session.scalars(query.order_by(AuditEntry.id))).all()
    kinds = [entry.kind for entry in entries if entry.actor_id == admin.id]
    assert kinds == ["role.changed", "user.deactivated", "password.changed", "user.deleted"]
    assert {entry.via for entry in entries if entry.actor_id == admin.id} == {"session"}
    assert all("good password" not in str(entry.detail) for entry in entries)


async def test_single_user_mode_works_after_the_first_account_was_deleted(
    settings: Settings, office: Browser, admin: User, runtime: Runtime
) -> None:
    async with runtime.begin() as uow:
        (await uow.session.get_one(User, admin.id)).is_local = True
    heir = await make_user(runtime, "heir", role=Role.ADMIN)
    other = Browser(office._http)
    await other.log_in(heir.username)
    assert (await other.send("DELETE", f"{USERS}/{admin.id}")).status_code == 204
    async with running_api(settings) as alone:
        me = await alone.http.get("/api/v1/auth/me")
        assert (me.status_code, me.json()["username"]) == (200, "local")
