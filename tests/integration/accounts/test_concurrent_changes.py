"""Concurrent changes of one account: no lost update, no access after deactivation, no deadlock."""

import asyncio
from uuid import uuid4

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import async_sessionmaker
from tests.support.accounts import PASSWORD, Browser, make_user
from tests.support.locks import sessions_waiting
from tests.support.service import Api, eventually

from genonaut.accounts.administration import UserChange, UserService
from genonaut.accounts.passwords import open_passwords
from genonaut.accounts.tables import ApiKey, Role, User
from genonaut.cli.users.actions import Accounts
from genonaut.core.errors import ConflictError
from genonaut.db import UnitOfWork
from genonaut.runtime import Runtime

ME = "/api/v1/users/me"


@pytest.fixture
async def grace(api: Api, user: User) -> Browser:
    """A logged-in user."""
    browser = Browser(api.http)
    assert (await browser.log_in(user.username)).status_code == 200
    return browser


def users_of(uow: UnitOfWork, runtime: Runtime) -> UserService:
    return UserService(uow, runtime.settings.auth)


async def stored(runtime: Runtime, user: User) -> User:
    async with runtime.begin() as uow:
        return await uow.session.get_one(User, user.id)


async def test_concurrent_preference_changes_are_both_kept(
    grace: Browser, user: User, runtime: Runtime
) -> None:
    async with runtime.begin() as uow:
        dark = update(User).where(User.id == user.id).values(preferences={"theme": "dark"})
        await uow.session.execute(dark)
        changing = asyncio.create_task(
            grace.send("PUT", f"{ME}/preferences", json={"notifications_enabled": True})
        )
        await eventually(sessions_waiting(runtime))
    body = (await changing).json()
    assert (body["theme"], body["notifications_enabled"]) == ("dark", True)
    assert (await grace.send("GET", f"{ME}/preferences")).json() == body


async def test_a_concurrently_deactivated_user_cannot_create_a_key(
    grace: Browser, user: User, runtime: Runtime
) -> None:
    async with runtime.begin() as uow:
        await users_of(uow, runtime).change(user.id, UserChange(is_active=False))
        await uow.session.flush()
        making = asyncio.create_task(
            grace.send("POST", "/api/v1/api-keys", json={"name": "late", "scopes": ["read"]})
        )
        await eventually(sessions_waiting(runtime))
    assert (await making).status_code == 401
    async with runtime.begin() as uow:
        assert (await uow.session.scalars(select(ApiKey))).all() == []


async def test_the_old_password_cannot_replace_one_set_by_an_administrator(
    grace: Browser, user: User, runtime: Runtime, api: Api
) -> None:
    async with open_passwords(runtime.settings.auth) as passwords:
        given = await passwords.hash("given by the administrator")
    async with runtime.begin() as uow:
        await users_of(uow, runtime).change(user.id, UserChange(password_hash=given))
        await uow.session.flush()
        body = {"current_password": PASSWORD, "new_password": "chosen with a stolen password"}
        changing = asyncio.create_task(grace.send("PUT", f"{ME}/password", json=body))
        await eventually(sessions_waiting(runtime))
    answer = await changing
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "current_password"
    assert (await stored(runtime, user)).password_hash == given
    other = Browser(api.http)
    assert (await other.log_in(user.username, "given by the administrator")).status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/api/v1/auth/logout"), ("DELETE", "/api/v1/auth/sessions")],
    ids=["this login", "the others"],
)
async def test_logout_and_deactivation_do_not_deadlock(
    *, grace: Browser, user: User, runtime: Runtime, api: Api, method: str, path: str
) -> None:
    assert (await Browser(api.http).log_in(user.username)).status_code == 200
    office = Browser(api.http)
    await office.log_in("ada")
    async with runtime.begin() as uow:
        await uow.session.execute(
            text("SELECT FROM user_sessions WHERE user_id = :id FOR UPDATE"), {"id": user.id}
        )
        leaving = asyncio.create_task(grace.send(method, path))
        await eventually(sessions_waiting(runtime, 1))
        ending = asyncio.create_task(
            office.send("PATCH", f"/api/v1/users/{user.id}", json={"is_active": False})
        )
        await eventually(sessions_waiting(runtime, 2))
    left, ended = await leaving, await ending
    assert (left.status_code // 100, ended.status_code) == (2, 200)
    assert not (await stored(runtime, user)).is_active


async def test_the_first_username_is_taken_concurrently(browser: Browser, runtime: Runtime) -> None:
    async with runtime.begin() as uow:
        uow.session.add(User(id=uuid4(), username="local", role=Role.ADMIN, is_local=True))
    async with runtime.begin() as uow:
        uow.session.add(User(id=uuid4(), username="Bob", role=Role.USER))
        await uow.session.flush()
        body = {"username": "bob", "password": "a good password"}
        registering = asyncio.create_task(browser.send("POST", "/api/v1/auth/register", json=body))
        await eventually(sessions_waiting(runtime))
    assert (await registering).status_code == 409


async def test_the_command_line_notices_that_a_user_became_the_last_administrator(
    admin: User, user: User, runtime: Runtime
) -> None:
    async with open_passwords(runtime.settings.auth) as passwords:
        accounts = Accounts(
            async_sessionmaker(runtime.engine, expire_on_commit=False), runtime.settings, passwords
        )
        async with runtime.begin() as uow:
            await users_of(uow, runtime).change(user.id, UserChange(role=Role.ADMIN))
            await users_of(uow, runtime).change(admin.id, UserChange(role=Role.USER))
            deactivating = asyncio.create_task(accounts.deactivate(user.username))
            await eventually(sessions_waiting(runtime))
        with pytest.raises(ConflictError, match="last active administrator"):
            await deactivating
    assert (await stored(runtime, user)).is_active


@pytest.mark.parametrize("more", [{}, {"role": "admin"}, {"password": "another password"}])
async def test_a_username_is_taken_during_a_change(
    browser: Browser, admin: User, user: User, runtime: Runtime, more: dict[str, str]
) -> None:
    await browser.log_in(admin.username)
    async with runtime.begin() as uow:
        uow.session.add(User(id=uuid4(), username="Eve", role=Role.USER))
        await uow.session.flush()
        change = browser.send("PATCH", f"/api/v1/users/{user.id}", json={"username": "eve", **more})
        changing = asyncio.create_task(change)
        await eventually(sessions_waiting(runtime))
    assert (await changing).status_code == 409
    assert (await stored(runtime, user)).username == user.username


async def test_two_users_change_to_the_same_username(api: Api, runtime: Runtime) -> None:
    names = ("ann", "bob", "cid", "dan")
    people = []
    for name in names:
        await make_user(runtime, name)
        people.append(Browser(api.http))
        await people[-1].log_in(name)
    answers = await asyncio.gather(
        *(one.send("PATCH", f"{ME}/", json={"username": "Eve"}) for one in people)
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
