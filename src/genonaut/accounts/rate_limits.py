"""Token buckets: shared in Redis, or per process in memory while Redis is away."""

import asyncio
import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Awaitable
from typing import cast

import msgspec
import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from genonaut.accounts.identity import Identity
from genonaut.config.settings import LimitSettings
from genonaut.core.errors import RateLimitedError

log = structlog.get_logger()
_ANSWER_SECONDS = 0.1
_REDIS_RETRY_SECONDS = 5.0
_BUCKETS_IN_MEMORY = 10_000

# One atomic step with the clock of Redis: refill, then take a token or return the seconds until there
# is one. A bucket expires when it would be full again.
_TAKE = """
local capacity, rate = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local bucket = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = tonumber(bucket[1]) or capacity
local at = tonumber(bucket[2]) or now
tokens = math.min(capacity, tokens + math.max(0, now - at) * rate)
local wait = 0
if tokens >= 1 then
    tokens = tokens - 1
else
    wait = (1 - tokens) / rate
end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at', string.format('%.6f', now))
redis.call('PEXPIRE', KEYS[1], math.ceil((capacity - tokens) / rate * 1000) + 1000)
return tostring(wait)
"""


class Bucket(msgspec.Struct, frozen=True):
    """A token bucket: its size and its refill rate."""

    name: str
    capacity: int
    per_minute: float

    @property
    def per_second(self) -> float:
        """Return the refill in tokens per second."""
        return self.per_minute / 60


class LocalBuckets:
    """The same rule in memory; the least recently used buckets are dropped first."""

    def __init__(self, most: int = _BUCKETS_IN_MEMORY) -> None:
        self._most = most
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, bucket: Bucket) -> float:
        """Take a token; returns 0, or the seconds until there is one."""
        now = time.monotonic()
        tokens, at = self._levels.pop(bucket.name, (float(bucket.capacity), now))
        tokens = min(bucket.capacity, tokens + (now - at) * bucket.per_second)
        wait = 0.0
        if tokens >= 1:
            tokens -= 1
        else:
            wait = (1 - tokens) / bucket.per_second
        self._levels[bucket.name] = (tokens, now)
        if len(self._levels) > self._most:
            self._levels.popitem(last=False)
        return wait


class RateLimiter:
    """Limits requests; a failing Redis neither fails nor delays a request."""

    def __init__(self, redis: Redis, namespace: str, settings: LimitSettings) -> None:
        self._take = redis.register_script(_TAKE)
        self._prefix = f"{namespace}:limit:"
        self._settings = settings
        self._local = LocalBuckets()
        self._redis_retry_at = 0.0

    async def admit_request(self, identity: Identity) -> None:
        """Count a request of an authenticated caller.

        Raises:
            RateLimitedError: the bucket of the caller is empty.
        """
        settings = self._settings
        if identity.via == "session":
            name = f"user:{identity.user_id}"
            bucket = Bucket(name, settings.user_burst, settings.user_per_minute)
        elif identity.via == "key":
            name = f"key:{identity.key_id}"
            bucket = Bucket(name, settings.key_burst, settings.key_per_minute)
        else:
            return  # the local user of single-user mode has no limit
        await self._admit(bucket)

    async def admit_attempt(self, address: str, username: str) -> None:
        """Count an attempt to log in or to register.

        Raises:
            RateLimitedError: too many attempts from this address or for this username.
        """
        settings = self._settings
        place = f"login:{network_of(address)}"
        await self._admit(Bucket(place, settings.login_burst, settings.login_per_minute))
        name = f"name:{username.lower()}"
        await self._admit(Bucket(name, settings.name_burst, settings.name_per_minute))

    async def _admit(self, bucket: Bucket) -> None:
        if not self._settings.is_enabled:
            return
        wait = await self._wait_of(bucket)
        if wait > 0:
            seconds = max(1, math.ceil(wait))
            raise RateLimitedError(
                f"too many requests; try again in {seconds} s", retry_after_seconds=seconds
            )

    async def _wait_of(self, bucket: Bucket) -> float:
        if time.monotonic() < self._redis_retry_at:
            return self._local.take(bucket)
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                answer = self._take(
                    keys=[self._prefix + bucket.name],
                    args=[bucket.capacity, bucket.per_second],
                )
                return float(await cast(Awaitable[bytes], answer))
        except (RedisError, OSError, TimeoutError) as error:
            # Without this pause every request would wait for the timeout.
            self._redis_retry_at = time.monotonic() + _REDIS_RETRY_SECONDS
            log.warning("rate_limits.redis_away", error=type(error).__name__)
            return self._local.take(bucket)


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
