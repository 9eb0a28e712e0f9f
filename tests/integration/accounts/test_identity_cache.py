"""Reads whose caller is known from a moment ago: every end of an access applies at once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import msgspec
import pytest
from sqlalchemy import update
from tests.support.accounts import (
    PASSWORD,
    Browser,
    deactivate,
    held,
    make_key,
    make_session,
    make_user,
    with_login,
)
from tests.support.counters import increase_of
from tests.support.service import Api, eventually, running_api

from genonaut.accounts import identity_cache
from genonaut.accounts.administration import UserChange, UserService
from genonaut.accounts.authentication import Credentials
from genonaut.accounts.identity import Identity
from genonaut.accounts.identity_cache import IdentityCache
from genonaut.accounts.keys import ApiKeyService
from genonaut.accounts.sessions import SessionService
from genonaut.accounts.tables import Role, User, UserSession
from genonaut.config import Settings
from genonaut.core.clock import utcnow
from genonaut.embedded import RunningValkey
from genonaut.runtime import Runtime

ME = "/api/v1/users/me/"
USERS = "/api/v1/users/"


@pytest.fixture
def _long_validity(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let only events end an entry, so that the tests depend on them and not on time."""
    monkeypatch.setattr(identity_cache, "VALID_SECONDS", 3600.0)


@pytest.fixture
async def other(api: Api) -> AsyncIterator[Api]:
    """A second API on the same database and Redis, with a cache of its own."""
    async with held(running_api(api.runtime.settings)) as running:
        await running.app.state.hub.wait_connected()
        yield running


async def status(api: Api, headers: dict[str, str], path: str = ME) -> int:
    return (await api.http.get(path, headers=headers)).status_code


async def fill_cache(api: Api, headers: dict[str, str], path: str = ME, wanted: int = 200) -> None:
    """Send requests until the caller is answered from the cache."""
    cache: IdentityCache = api.app.state.identities

    async def is_cached() -> bool:
        assert await status(api, headers, path) == wanted
        return any(entry.identity is not None for entry in cache._entries.values())

    await eventually(is_cached)


async def until(api: Api, headers: dict[str, str], wanted: int, path: str = ME) -> None:
    async def is_answered() -> bool:
        return await status(api, headers, path) == wanted

    await eventually(is_answered)


async def end_access(runtime: Runtime, user: User, how: str) -> None:
    settings = runtime.settings.auth
    if how == "deactivated":
        await deactivate(runtime, user.id)
        return
    async with runtime.begin() as uow:
        match how:
            case "logged out":
                await SessionService(uow, settings).end_all(user.id)
            case "key revoked":
                await ApiKeyService(uow).revoke_all(user.id)
            case "password changed":
                change = UserChange(password_hash="changed", revoke_api_keys=True)
                await UserService(uow, settings).change(user.id, change)
            case _:
                await UserService(uow, settings).delete(user.id)


ENDS = ["deactivated", "logged out", "key revoked", "password changed", "deleted"]


@pytest.mark.usefixtures("_long_validity")
@pytest.mark.parametrize("how", ENDS)
async def test_an_access_that_ends_in_this_process_is_refused_at_once(
    api: Api, user: User, how: str
) -> None:
    make = make_key if how == "key revoked" else make_session
    headers = await make(api.runtime, user.id)
    await fill_cache(api, headers)
    await end_access(api.runtime, user, how)
    assert await status(api, headers) == 401


@pytest.mark.usefixtures("_long_validity")
@pytest.mark.parametrize("how", ENDS)
async def test_an_access_that_ends_in_another_process_is_refused(
    api: Api, other: Api, user: User, how: str
) -> None:
    make = make_key if how == "key revoked" else make_session
    headers = await make(api.runtime, user.id)
    await fill_cache(other, headers)
    await end_access(api.runtime, user, how)
    await until(other, headers, 401)


@pytest.mark.usefixtures("_long_validity")
async def test_a_demotion_applies_in_both_processes(api: Api, other: Api, admin: User) -> None:
    second = await make_user(api.runtime, "second", role=Role.ADMIN)
    headers = await make_session(api.runtime, second.id)
    for one in (api, other):
        await fill_cache(one, headers, USERS)
    async with api.runtime.begin() as uow:
        users = UserService(uow, api.runtime.settings.auth)
        await users.change(second.id, UserChange(role=Role.USER))
    assert await status(api, headers, USERS) == 403
    await until(other, headers, 403, USERS)
    assert admin.role is Role.ADMIN


@pytest.mark.usefixtures("_long_validity")
async def test_a_new_login_of_a_browser_ends_its_previous_session_at_once(
    api: Api, browser: Browser, user: User
) -> None:
    await browser.log_in(user.username)
    before = Browser(api.http)
    before.cookies.update(browser.cookies)
    for _ in range(3):
        assert (await before.send("GET", ME)).status_code == 200
    assert (await browser.log_in(user.username, PASSWORD)).status_code == 200
    assert (await before.send("GET", ME)).status_code == 401


async def test_a_change_without_an_event_applies_within_a_second(
    api: Api, runtime: Runtime, user: User
) -> None:
    headers = await make_session(runtime, user.id)
    await fill_cache(api, headers)
    async with runtime.begin() as uow:
        await uow.session.execute(update(User).where(User.id == user.id).values(is_active=False))
    assert identity_cache.VALID_SECONDS == 1.0
    await until(api, headers, 401)


async def test_without_redis_an_end_in_another_process_applies_within_a_second(
    settings: Settings, own_valkey: RunningValkey
) -> None:
    redis = msgspec.structs.replace(settings.redis, url=own_valkey.url_for(0))
    settings = msgspec.structs.replace(with_login(settings), redis=redis)
    async with running_api(settings) as api, running_api(settings) as other:
        await make_user(api.runtime, "ada", role=Role.ADMIN)
        user = await make_user(api.runtime, "grace")
        headers = await make_session(api.runtime, user.id)
        await other.app.state.hub.wait_connected()
        await own_valkey.stop()
        await fill_cache(other, headers)
        await deactivate(api.runtime, user.id)
        assert await status(api, headers) == 401
        await until(other, headers, 401)


@pytest.mark.usefixtures("_long_validity")
async def test_an_expired_session_is_refused_while_it_is_cached(
    api: Api, runtime: Runtime, user: User
) -> None:
    headers = await make_session(runtime, user.id)
    async with runtime.begin() as uow:
        soon = utcnow() + timedelta(seconds=2)
        await uow.session.execute(update(UserSession).values(expires_at=soon))
    await fill_cache(api, headers)
    await until(api, headers, 401)


@pytest.mark.usefixtures("_long_validity")
async def test_hits_and_misses_are_counted(api: Api, runtime: Runtime, user: User) -> None:
    headers = await make_session(runtime, user.id)
    misses = increase_of("genonaut_cache_reads_total", cache="identity", result="miss")
    await fill_cache(api, headers)
    assert misses.value >= 1
    hits = increase_of("genonaut_cache_reads_total", cache="identity", result="hit")
    assert await status(api, headers) == 200
    assert hits.value >= 1


@pytest.mark.usefixtures("_long_validity")
async def test_writes_do_not_use_the_cache(api: Api, runtime: Runtime, user: User) -> None:
    headers = await make_session(runtime, user.id)
    await fill_cache(api, headers)
    async with runtime.begin() as uow:
        await uow.session.execute(update(User).where(User.id == user.id).values(is_active=False))
    answer = await api.http.put("/api/v1/users/me/preferences", json={}, headers=headers)
    assert answer.status_code == 401


def test_an_identity_that_was_read_before_a_change_is_not_kept() -> None:
    cache, credentials = IdentityCache(), Credentials(session_token="token")
    identity = Identity(user_id=uuid4(), username="grace", role=Role.USER)
    for _ in range(2):
        cache.store(credentials, identity, generation=cache.generation)
    assert cache.find(credentials) == identity
    before = cache.generation
    cache.clear()
    for _ in range(2):
        cache.store(credentials, identity, generation=before)
    assert cache.find(credentials) is None


def test_a_key_is_not_found_as_a_session() -> None:
    cache = IdentityCache()
    identity = Identity(user_id=uuid4(), username="grace", role=Role.USER)
    for _ in range(2):
        cache.store(Credentials(key="secret"), identity, generation=cache.generation)
    assert cache.find(Credentials(key="secret")) == identity
    assert cache.find(Credentials(session_token="secret")) is None


class Source:
    """A source of identities that answers when it is told to."""

    def __init__(self, identity: Identity | None) -> None:
        self.identity = identity
        self.reads = 0
        self.may_answer = asyncio.Event()

    async def read(self) -> Identity | None:
        self.reads += 1
        found = self.identity
        await self.may_answer.wait()
        return found

    async def is_asked(self, times: int) -> None:
        """Wait until it has been asked so often."""

        async def is_reached() -> bool:
            return self.reads >= times

        await eventually(is_reached)


@pytest.fixture
def source() -> Source:
    return Source(Identity(user_id=uuid4(), username="grace", role=Role.USER))


async def known(cache: IdentityCache, credentials: Credentials, source: Source) -> None:
    source.may_answer.set()
    for _ in range(2):
        assert await cache.get(credentials, source.read) == source.identity
    assert cache.find(credentials) == source.identity
    source.reads = 0


async def test_requests_at_the_same_time_share_one_query(source: Source) -> None:
    cache, credentials = IdentityCache(), Credentials(session_token="token")
    requests = [asyncio.create_task(cache.get(credentials, source.read)) for _ in range(16)]
    await source.is_asked(1)
    source.may_answer.set()
    assert await asyncio.gather(*requests) == [source.identity] * 16
    assert source.reads == 1


async def test_a_query_from_before_a_change_is_not_shared(source: Source) -> None:
    cache, credentials = IdentityCache(), Credentials(session_token="token")
    before = asyncio.create_task(cache.get(credentials, source.read))
    await source.is_asked(1)
    identity, source.identity = source.identity, None
    cache.clear()
    after = asyncio.create_task(cache.get(credentials, source.read))
    await source.is_asked(2)
    source.may_answer.set()
    assert await before == identity
    assert await after is None
    assert cache.find(credentials) is None


@pytest.mark.usefixtures("_long_validity")
async def test_an_identity_in_use_is_read_again_before_it_is_too_old(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache, credentials = IdentityCache(), Credentials(session_token="token")
    await known(cache, credentials, source)
    monkeypatch.setattr(identity_cache, "_READ_AGAIN_SECONDS", 0.0)
    source.may_answer.clear()
    identity, source.identity = source.identity, None
    # Not delayed by the query in the background.
    assert await cache.get(credentials, source.read) == identity
    await source.is_asked(1)
    source.may_answer.set()

    async def is_forgotten() -> bool:
        return cache.find(credentials) is None

    await eventually(is_forgotten)
    assert source.reads == 1
    assert await cache.get(credentials, source.read) is None


async def test_an_error_of_the_query_reaches_every_request_that_waits(source: Source) -> None:
    cache, credentials = IdentityCache(), Credentials(session_token="token")

    async def fail() -> Identity | None:
        await source.read()
        raise OSError("no database")

    requests = [asyncio.create_task(cache.get(credentials, fail)) for _ in range(2)]
    await source.is_asked(1)
    source.may_answer.set()
    answers = await asyncio.gather(*requests, return_exceptions=True)
    assert [type(answer) for answer in answers] == [OSError, OSError]
    assert await cache.get(credentials, source.read) == source.identity
