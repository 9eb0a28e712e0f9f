"""Rate limits answer 429 with Retry-After, with and without Redis."""

import asyncio

import pytest
from structlog.testing import capture_logs
from tests.support.accounts import Browser, make_key, make_session, make_user, with_login
from tests.support.service import running_api
from tests.support.timeouts import PATIENCE_SECONDS

from genonaut.accounts import rate_limits
from genonaut.accounts.rate_limits import RateLimiter
from genonaut.config import Settings
from genonaut.realtime import connect_redis

ME = "/api/v1/auth/me"
LOGIN = "/api/v1/auth/login"
GUESS = {"username": "grace", "password": "a wrong guess"}


@pytest.fixture(autouse=True)
def _wait_for_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    # After a timeout of Redis the limiter starts over with empty local buckets.
    monkeypatch.setattr(rate_limits, "_ANSWER_SECONDS", PATIENCE_SECONDS)
    monkeypatch.setattr(rate_limits, "_GIVE_UP_SECONDS", PATIENCE_SECONDS)
    monkeypatch.setattr(rate_limits, "_REDIS_RETRY_SECONDS", 600.0)


def limited(settings: Settings, **changes: object) -> Settings:
    # On a slow machine no bucket may refill during the test.
    slow = {f"limits__{kind}_per_minute": 0.01 for kind in ("login", "name", "user", "key")}
    return with_login(settings, **{"limits__is_enabled": True, **slow, **changes})


@pytest.mark.parametrize("at_once", [True, False])
async def test_brute_force_is_stopped_within_ten_tries(settings: Settings, at_once: bool) -> None:
    async with running_api(limited(settings)) as api:
        await make_user(api.runtime, "grace")
        if at_once:
            answers = await asyncio.gather(*[api.http.post(LOGIN, json=GUESS) for _ in range(20)])
        else:
            answers = [await api.http.post(LOGIN, json=GUESS) for _ in range(20)]
        statuses = [answer.status_code for answer in answers]
        assert statuses.count(401) <= 10
        assert set(statuses) == {401, 429}
        refused = next(answer for answer in answers if answer.status_code == 429)
        # A token is added every 6000 s.
        assert 1 <= int(refused.headers["retry-after"]) <= 6000
        assert refused.json()["code"] == "rate_limited"
        # The right password is refused too, so the response reveals nothing.
        right = await api.http.post(LOGIN, json={**GUESS, "password": "correct horse battery"})
        assert right.status_code == 429


async def test_registrations_and_logins_of_an_address_share_a_bucket(settings: Settings) -> None:
    async with running_api(limited(settings, auth__registration="open")) as api:
        statuses = [
            (
                await api.http.post(
                    "/api/v1/auth/register",
                    json={"username": f"user{number}", "password": "a good password"},
                )
            ).status_code
            for number in range(7)
        ]
        assert statuses == [201] * 5 + [429] * 2
        assert (await api.http.post(LOGIN, json=GUESS)).status_code == 429


async def test_each_address_has_its_own_bucket(settings: Settings) -> None:
    settings = limited(settings, web__trusted_proxies=("127.0.0.1",))
    async with running_api(settings) as api:

        async def guess(address: str) -> int:
            headers = {"X-Forwarded-For": f"203.0.113.9, {address}"}
            return (await api.http.post(LOGIN, json=GUESS, headers=headers)).status_code

        assert [await guess("198.51.100.1") for _ in range(6)][-1] == 429
        assert await guess("198.51.100.2") == 401


async def test_a_forged_forwarded_address_is_ignored_without_trusted_proxies(
    settings: Settings,
) -> None:
    async with running_api(limited(settings)) as api:
        statuses = []
        for number in range(12):
            headers = {"X-Forwarded-For": f"198.51.100.{number}"}
            statuses.append((await api.http.post(LOGIN, json=GUESS, headers=headers)).status_code)
        assert statuses.count(401) == 5


async def test_distributed_guessing_is_limited_per_username(
    settings: Settings,
) -> None:
    settings = limited(settings, web__trusted_proxies=("127.0.0.1",), limits__name_burst=8)
    async with running_api(settings) as api:
        statuses = []
        for number in range(12):
            headers = {"X-Forwarded-For": f"198.51.100.{number}"}
            statuses.append((await api.http.post(LOGIN, json=GUESS, headers=headers)).status_code)
        assert statuses == [401] * 8 + [429] * 4


@pytest.mark.parametrize("kind", ["user", "key"])
async def test_users_and_keys_have_separate_buckets(settings: Settings, kind: str) -> None:
    async with running_api(limited(settings, **{f"limits__{kind}_burst": 3})) as api:
        user = await make_user(api.runtime, "grace")
        make = make_session if kind == "user" else make_key
        headers, other = await make(api.runtime, user.id), await make(api.runtime, user.id)
        statuses = [(await api.http.get(ME, headers=headers)).status_code for _ in range(4)]
        assert statuses == [200, 200, 200, 429]
        # Sessions of a user share a bucket; each key has its own.
        expected = 429 if kind == "user" else 200
        assert (await api.http.get(ME, headers=other)).status_code == expected


async def test_the_local_user_has_no_limit(settings: Settings) -> None:
    async with running_api(settings) as api:
        limits = type(settings.limits)(user_burst=1, key_burst=1)
        api.app.state.limiter = RateLimiter(api.runtime.redis, "unused", limits)
        assert {(await api.http.get(ME)).status_code for _ in range(5)} == {200}


async def test_without_redis_logins_are_still_limited(
    settings: Settings,
) -> None:
    async with running_api(limited(settings)) as api:
        user = await make_user(api.runtime, "grace")
        headers = await make_session(api.runtime, user.id)
        nowhere = connect_redis("redis://127.0.0.1:1/0")
        limits = limited(settings).limits
        api.app.state.limiter = RateLimiter(nowhere, "unused", limits)
        with capture_logs() as lines:
            assert (await api.http.get(ME, headers=headers)).status_code == 200
            statuses = [(await api.http.post(LOGIN, json=GUESS)).status_code for _ in range(7)]
        await nowhere.aclose()
        assert statuses == [401] * 5 + [429] * 2
        # Logged once, not for every request.
        assert [line["event"] for line in lines].count("rate_limits.redis_away") == 1


async def test_normal_use_is_not_limited(settings: Settings) -> None:
    async with running_api(limited(settings)) as api:
        await make_user(api.runtime, "grace")
        browser = Browser(api.http)
        assert (await browser.log_in("grace")).status_code == 200
        assert {(await browser.send("GET", ME)).status_code for _ in range(50)} == {200}
