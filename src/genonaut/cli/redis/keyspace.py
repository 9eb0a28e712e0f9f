"""The keys of one environment in Redis: all begin with its namespace."""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError

from genonaut.cli.running_services import redis_location
from genonaut.core.errors import UnavailableError
from genonaut.realtime import connect_redis

_FORMER_PREFIXES = ("arq:job:", "arq:in-progress:", "arq:retry:", "arq:result:")
"""Up to version 0.1 ARQ's keys of a task were outside of the namespace; they expire after a day."""
_BATCH = 500


class KeyInfo(msgspec.Struct, frozen=True):
    """One key: its type, its size and its remaining time to live."""

    name: str
    kind: str
    size: int
    ttl_seconds: int | None
    """None for a key that does not expire."""


class ServerInfo(msgspec.Struct, frozen=True):
    """The server's own description."""

    version: str
    """Name and version, such as ``Valkey 8.1.0``."""
    version_numbers: tuple[int, ...]
    memory: str
    clients: int
    uptime_seconds: int


def patterns_of(namespace: str) -> list[str]:
    """Return the SCAN patterns that match the keys of the namespace only.

    A namespace contains no character that is special in a pattern, see settings.Name.
    """
    return [f"{prefix}{namespace}:*" for prefix in ("", *_FORMER_PREFIXES)]


@asynccontextmanager
async def open_keyspace(url: str, namespace: str) -> AsyncIterator["Keyspace"]:
    """Yield the keys of the namespace at ``url``.

    Raises:
        UnavailableError: Redis does not answer, at the start of the context or within it.
    """
    redis = connect_redis(url, retries=1)
    try:
        await redis.ping()
        yield Keyspace(redis, namespace)
    except (RedisError, OSError) as error:
        raise UnavailableError(
            f"Redis at {redis_location(url)} does not answer: {error}"
        ) from error
    finally:
        await redis.aclose()


class Keyspace:
    """The keys of one namespace on one server; never changes other keys."""

    def __init__(self, redis: Redis, namespace: str) -> None:
        self._redis = redis
        self.namespace = namespace

    async def names(self) -> list[str]:
        """Return the names of all keys, sorted; scans in steps, without blocking the server."""
        found: set[str] = set()
        for pattern in patterns_of(self.namespace):
            async for key in self._redis.scan_iter(match=pattern, count=_BATCH):
                found.add(key.decode(errors="replace"))
        return sorted(found)

    async def describe(self, name: str) -> KeyInfo | None:
        """Return type, size and time to live of a key; None if it has just expired."""
        kind = (await self._redis.type(name)).decode()
        if kind == "none":
            return None
        ttl = await self._redis.ttl(name)
        return KeyInfo(name, kind, await self._size(name, kind), ttl if ttl >= 0 else None)

    async def _size(self, name: str, kind: str) -> int:
        counts: dict[str, Callable[[str], Any]] = {
            "string": self._redis.strlen,
            "list": self._redis.llen,
            "set": self._redis.scard,
            "zset": self._redis.zcard,
            "hash": self._redis.hlen,
            "stream": self._redis.xlen,
        }
        if kind not in counts:
            return 0
        try:
            return int(await counts[kind](name))
        except ResponseError:
            return 0  # it has expired and been created with another type since

    async def waiting(self, queue: str) -> int:
        """Return the number of tasks that wait or run in a queue of the environment."""
        return int(await self._redis.zcard(f"{self.namespace}:{queue}"))

    async def server(self) -> ServerInfo:
        """Return version, memory, clients and uptime of the server."""
        info = await self._redis.info()
        name = "Valkey" if "valkey_version" in info else "Redis"
        version = info.get("valkey_version") or info.get("redis_version")
        return ServerInfo(
            version=f"{name} {version}",
            version_numbers=tuple(int(part) for part in re.findall(r"\d+", str(version))),
            memory=str(info.get("used_memory_human", "?")),
            clients=int(info.get("connected_clients", 0)),
            uptime_seconds=int(info.get("uptime_in_seconds", 0)),
        )

    async def flush(self) -> int:
        """Delete every key of the namespace and no other; returns their number."""
        count = 0
        for pattern in patterns_of(self.namespace):
            batch: list[bytes] = []
            async for key in self._redis.scan_iter(match=pattern, count=_BATCH):
                batch.append(key)
                if len(batch) >= _BATCH:
                    count += await self._redis.unlink(*batch)
                    batch.clear()
            if batch:
                count += await self._redis.unlink(*batch)
        return count
