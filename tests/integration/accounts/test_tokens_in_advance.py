"""A process takes tokens of a caller's bucket in advance; the limit holds over all processes."""

import contextlib
from collections.abc import AsyncIterator, Awaitable
from typing import cast

import pytest
from structlog.testing import capture_logs
from tests.support.accounts import make_session, make_user, with_login
from tests.support.gated_proxy import gated_proxy
from tests.support.service import Api, eventually, running_api
from tests.support.timeouts import PATIENCE_SECONDS

from genonaut.accounts import rate_limits
from genonaut.accounts.rate_limits import RateLimiter
from genonaut.config import Settings
from genonaut.realtime import connect_redis

ME = "/api/v1/auth/me"
BURST = 40


@pytest.fixture(autouse=True)
def _be_patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limits, "_ANSWER_SECONDS", PATIENCE_SECONDS)
    monkeypatch.setattr(rate_limits, "_GIVE_UP_SECONDS", PATIENCE_SECONDS)


def limited(settings: Settings) -> Settings:
    # On a slow machine no bucket may refill during the test.
    limits = {"is_enabled": True, "user_burst": BURST, "user_per_minute": 0.01}
    return with_login(settings, **{f"limits__{name}": value for name, value in limits.items()})


class Caller:
    """A logged-in user and the user's bucket in Redis."""

    def __init__(self, api: Api, user_id: str, headers: dict[str, str]) -> None:
        self._api = api
        self._headers = headers
        namespace = api.runtime.settings.redis.namespace
        self._bucket = f"{namespace}:limit:user:{user_id}"

    async def asks(self, api: Api | None = None) -> int:
        answer = await (api or self._api).http.get(ME, headers=self._headers)
        return answer.status_code

    async def tokens_left(self) -> int:
        bucket = await cast(
            Awaitable[dict[bytes, bytes]], self._api.runtime.redis.hgetall(self._bucket)
        )
        return round(float(bucket.get(b"tokens", BURST)))


@contextlib.asynccontextmanager
async def calling(api: Api) -> AsyncIterator[Caller]:
    user = await make_user(api.runtime, "grace")
    yield Caller(api, str(user.id), await make_session(api.runtime, user.id))


async def test_a_tenth_of_the_bucket_is_taken_at_once_and_spent(settings: Settings) -> None:
    async with running_api(limited(settings)) as api, calling(api) as caller:
        assert await caller.asks() == 200
        assert await caller.tokens_left() == BURST - BURST // 10
        assert [await caller.asks() for _ in range(BURST - 1)] == [200] * (BURST - 1)
        assert await caller.asks() == 429


async def test_two_processes_together_admit_what_the_bucket_holds(settings: Settings) -> None:
    settings = limited(settings)
    async with (
        running_api(settings) as api,
        running_api(settings) as other,
        calling(api) as caller,
    ):
        statuses = [await caller.asks(one) for _ in range(BURST) for one in (api, other)]
        assert statuses.count(200) == BURST
        assert set(statuses[-2:]) == {429}


async def test_a_slow_redis_neither_delays_requests_nor_counts_as_away(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = limited(settings)
    async with (
        running_api(settings) as api,
        calling(api) as caller,
        gated_proxy(settings.redis.url) as proxy,
        contextlib.aclosing(connect_redis(proxy.url)) as redis,
    ):
        limiter = RateLimiter(redis, settings.redis.namespace, settings.limits)
        api.app.state.limiter = limiter
        with capture_logs() as lines:
            assert await caller.asks() == 200
            left = await caller.tokens_left()
            monkeypatch.setattr(rate_limits, "_ANSWER_SECONDS", 0.01)
            proxy.close()
            # More than it holds: the rest is counted in memory.
            assert {await caller.asks() for _ in range(10)} == {200}
            proxy.open()
            monkeypatch.setattr(rate_limits, "_ANSWER_SECONDS", PATIENCE_SECONDS)

            async def is_counted_in_redis() -> bool:
                assert await caller.asks() == 200
                return await caller.tokens_left() < left - 5

            await eventually(is_counted_in_redis)
        await limiter.close()
        assert "rate_limits.redis_away" not in [line["event"] for line in lines]
