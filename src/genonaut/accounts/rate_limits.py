"""Limit the requests of callers and the attempts to log in.

Each request of a caller would cost a round trip to Redis, more than most reads cost altogether. So a
process takes tokens of a caller's bucket in advance and spends them in memory. It holds at most a tenth
of the bucket and at most 100 tokens; a caller can therefore have at most so many requests per process
admitted beyond the limit. Attempts to log in are counted one by one.
"""

import asyncio
import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Coroutine
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from genonaut.accounts.identity import Identity
from genonaut.accounts.token_buckets import Bucket, LocalBuckets, SharedBuckets, Taken
from genonaut.config.settings import LimitSettings
from genonaut.core.errors import RateLimitedError
from genonaut.core.task_cancellation import stop_tasks

log = structlog.get_logger()
_ANSWER_SECONDS = 0.1
"""How long a request waits for Redis before it is counted in memory."""
_GIVE_UP_SECONDS = 1.0
"""Without an answer for so long, Redis counts as away."""
_REDIS_RETRY_SECONDS = 5.0
_MOST_HELD = 100
_CALLERS_IN_MEMORY = 10_000


class _Held:
    """The tokens of one caller that this process holds."""

    __slots__ = ("bucket", "ends_at", "few", "most", "pending", "since", "tokens")

    def __init__(self, bucket: Bucket) -> None:
        self.bucket = bucket
        self.most = min(_MOST_HELD, max(1, bucket.capacity // 10))
        self.tokens = 0
        self.few = -1
        """With so many tokens or fewer, more are taken in the background."""
        self.ends_at = 0.0
        """The shared bucket is full again by then, so the tokens are dropped."""
        self.pending: asyncio.Task[Taken | None] | None = None
        self.since = 0.0
        """When ``pending`` started."""

    def add(self, tokens: int, now: float) -> None:
        """Keep tokens that were taken from the shared bucket."""
        self.tokens += tokens
        # Single tokens are not taken in advance: that is what keeps small buckets exact.
        self.few = tokens // 2 - 1
        self.ends_at = now + self.bucket.capacity / self.bucket.per_second


class RateLimiter:
    """Limits requests; a failing Redis neither fails nor delays a request."""

    def __init__(self, redis: Redis, namespace: str, settings: LimitSettings) -> None:
        self._shared = SharedBuckets(redis, namespace)
        self._settings = settings
        self._local = LocalBuckets()
        self._held: OrderedDict[object, _Held] = OrderedDict()
        self._running: set[asyncio.Task[Any]] = set()
        self._redis_retry_at = 0.0

    async def admit_request(self, identity: Identity) -> None:
        """Count a request of an authenticated caller.

        Raises:
            RateLimitedError: the bucket of the caller is empty.
        """
        if identity.via == "local" or not self._settings.is_enabled:
            return  # the local user of single-user mode has no limit
        caller = identity.user_id if identity.via == "session" else identity.key_id
        held = self._held.get(caller)
        if held is None:
            held = self._add_caller(caller, identity)
        now = time.monotonic()
        if now >= held.ends_at:
            held.tokens = 0
        if held.tokens > 0:
            held.tokens -= 1
            if held.tokens <= held.few and held.pending is None and now >= self._redis_retry_at:
                self._take_more(held)
        else:
            _refuse(await self._wait_of_caller(held))

    async def admit_attempt(self, address: str, username: str | None) -> None:
        """Count an attempt to log in or to register; None: the name is not known yet.

        Raises:
            RateLimitedError: too many attempts from this address or for this username.
        """
        settings = self._settings
        if not settings.is_enabled:
            return
        place = f"login:{network_of(address)}"
        _refuse(await self._wait_of(Bucket(place, settings.login_burst, settings.login_per_minute)))
        if username is None:
            return
        name = f"name:{username.lower()}"
        _refuse(await self._wait_of(Bucket(name, settings.name_burst, settings.name_per_minute)))

    async def admit_visitor(self, address: str) -> None:
        """Count a request for something that is shared by a link, without a login.

        Raises:
            RateLimitedError: too many requests from this address.
        """
        settings = self._settings
        if settings.is_enabled:
            place = f"visitor:{network_of(address)}"
            bucket = Bucket(place, settings.visitor_burst, settings.visitor_per_minute)
            _refuse(await self._wait_of(bucket))

    async def close(self) -> None:
        """Stop what runs in the background."""
        await stop_tasks(*self._running)

    def _add_caller(self, caller: object, identity: Identity) -> _Held:
        settings = self._settings
        if identity.via == "session":
            name = f"user:{identity.user_id}"
            bucket = Bucket(name, settings.user_burst, settings.user_per_minute)
        else:
            name = f"key:{identity.key_id}"
            bucket = Bucket(name, settings.key_burst, settings.key_per_minute)
        held = self._held[caller] = _Held(bucket)
        if len(self._held) > _CALLERS_IN_MEMORY:
            self._held.popitem(last=False)
        return held

    async def _wait_of_caller(self, held: _Held) -> float:
        """Take a token from the shared bucket; returns 0, or the seconds until there is one."""
        if time.monotonic() < self._redis_retry_at:
            return self._local.take(held.bucket)
        while True:
            pending = held.pending or self._take_more(held)
            patience = held.since + _ANSWER_SECONDS - time.monotonic()
            taken = pending.result() if await _ends_within(pending, patience) else None
            if taken is None:
                return self._local.take(held.bucket)
            if held.tokens > 0:
                held.tokens -= 1
                return 0.0
            if taken.tokens == 0:
                return taken.wait_seconds
            # Other requests that waited have spent these tokens: ask again.

    def _take_more(self, held: _Held) -> asyncio.Task[Taken | None]:
        async def take() -> Taken | None:
            try:
                taken = await self._ask(held.bucket, held.most - held.tokens)
            finally:
                held.pending = None
            if taken is not None and taken.tokens:
                held.add(taken.tokens, time.monotonic())
            return taken

        held.since = time.monotonic()
        held.pending = self._start(take(), "take-tokens")
        return held.pending

    async def _wait_of(self, bucket: Bucket) -> float:
        """Take one token, without taking any in advance."""
        taken = None
        if time.monotonic() >= self._redis_retry_at:
            asking = self._start(self._ask(bucket, 1), "take-token")
            taken = asking.result() if await _ends_within(asking, _ANSWER_SECONDS) else None
        return self._local.take(bucket) if taken is None else taken.wait_seconds

    async def _ask(self, bucket: Bucket, most: int) -> Taken | None:
        """Take tokens from Redis; None if it is away, which is then not asked for a while."""
        asking: asyncio.Task[Taken] = self._start(self._shared.take(bucket, most), "ask-redis")
        try:
            if await _ends_within(asking, _GIVE_UP_SECONDS):
                return asking.result()
            error: Exception = TimeoutError()
        except (RedisError, OSError) as failure:
            error = failure
        finally:
            await stop_tasks(asking)
        # Without this pause every request would wait for the timeout.
        if time.monotonic() >= self._redis_retry_at:
            self._redis_retry_at = time.monotonic() + _REDIS_RETRY_SECONDS
            log.warning("rate_limits.redis_away", error=type(error).__name__)
        return None

    def _start(self, work: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        task = asyncio.create_task(work, name=name)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task


async def _ends_within(task: asyncio.Task[Any], seconds: float) -> bool:
    """Return whether a task ends in time; it goes on otherwise.

    An event loop that was blocked sees its timeouts before the answers that have arrived meanwhile.
    The second half of the time is for those.
    """
    for _ in range(2):
        if not task.done():
            await asyncio.wait({task}, timeout=max(seconds / 2, 0))
    return task.done()


def _refuse(wait_seconds: float) -> None:
    """Raise ``RateLimitedError`` if there is a time to wait."""
    if wait_seconds > 0:
        seconds = max(1, math.ceil(wait_seconds))
        raise RateLimitedError(
            f"too many requests; try again in {seconds} s", retry_after_seconds=seconds
        )


def network_of(address: str) -> str:
    """Return the network that one customer usually has: an IPv4 address or an IPv6 /64."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
