"""Token buckets: shared by all processes in Redis, or per process in memory."""

import time
from collections import OrderedDict
from collections.abc import Awaitable
from typing import cast

import msgspec
from redis.asyncio import Redis

_BUCKETS_IN_MEMORY = 10_000

# One atomic step with the clock of Redis: refill, then take tokens or return the seconds until there
# is one. A tenth of the tokens at most, so that a process near the limit takes one at a time. A bucket
# expires when it would be full again.
_TAKE = """
local capacity, rate, most = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local bucket = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = tonumber(bucket[1]) or capacity
local at = tonumber(bucket[2]) or now
tokens = math.min(capacity, tokens + math.max(0, now - at) * rate)
local taken, wait = 0, 0
if tokens >= 1 then
    taken = math.max(1, math.min(most, math.floor(tokens / 10)))
    tokens = tokens - taken
else
    wait = (1 - tokens) / rate
end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at', string.format('%.6f', now))
redis.call('PEXPIRE', KEYS[1], math.ceil((capacity - tokens) / rate * 1000) + 1000)
return {taken, tostring(wait)}
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


class Taken(msgspec.Struct, frozen=True):
    """Tokens taken from a bucket; with none, the seconds until there is one."""

    tokens: int
    wait_seconds: float


class SharedBuckets:
    """Buckets in Redis."""

    def __init__(self, redis: Redis, namespace: str) -> None:
        self._script = redis.register_script(_TAKE)
        self._prefix = f"{namespace}:limit:"

    async def take(self, bucket: Bucket, most: int) -> Taken:
        """Take one to ``most`` tokens, as far as there are any.

        Raises:
            redis.exceptions.RedisError: Redis refuses or does not answer.
            OSError: the connection failed.
        """
        answer = self._script(
            keys=[self._prefix + bucket.name], args=[bucket.capacity, bucket.per_second, most]
        )
        tokens, wait = await cast(Awaitable[tuple[int, bytes]], answer)
        return Taken(tokens, float(wait))


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
