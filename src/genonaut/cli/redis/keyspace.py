"""The keys of one environment in Redis: ours, and those ARQ keeps under prefixes of its own."""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError

from genonaut.cli.running_services import place_of_redis
from genonaut.core.errors import UnavailableError
from genonaut.realtime import connect_redis

_ARQ_PREFIXES = ("arq:job:", "arq:in-progress:", "arq:retry:", "arq:result:")
"""Source: arq 0.28, constants.py; what follows is our id, which begins with the namespace."""
_ARQ_ABORTS = "arq:abort"
"""One sorted set for all namespaces; its members are our ids."""
_BATCH = 500


class KeyInfo(msgspec.Struct, frozen=True):
    """One key: its type, how many entries it has, how long it lives."""

    name: str
    kind: str
    size: int
    ttl_seconds: int | None
    """None for a key without an end."""


class ServerInfo(msgspec.Struct, frozen=True):
    """What the server says of itself."""

    version: str
    """Its name and version as people write them."""
    version_numbers: tuple[int, ...]
    memory: str
    clients: int
    uptime_seconds: int


def patterns_of(namespace: str) -> list[str]:
    """Return the SCAN patterns that match the namespace's keys, and no other's.

    A namespace holds none of the characters that are special in a pattern, see settings.Name.
    """
    return [f"{prefix}{namespace}:*" for prefix in ("", *_ARQ_PREFIXES)]


@asynccontextmanager
async def open_keyspace(url: str, namespace: str) -> AsyncIterator["Keyspace"]:
    """Connect for the length of the context.

    Raises:
        UnavailableError: Redis does not answer, in or at the start of the context.
    """
    redis = connect_redis(url, retries=1)
    try:
        await redis.ping()
        yield Keyspace(redis, namespace)
    except (RedisError, OSError) as error:
        raise UnavailableError(
            f"Redis at {place_of_redis(url)} does not answer: {error}"
        ) from error
    finally:
        await redis.aclose()


class Keyspace:
    """The keys of one namespace on one server; never touches another's."""

    def __init__(self, redis: Redis, namespace: str) -> None:
        self._redis = redis
        self.namespace = namespace

    async def names(self) -> list[str]:
        """Return every key's name, sorted; walks the server in steps, without blocking it."""
        found: set[str] = set()
        for pattern in patterns_of(self.namespace):
            async for key in self._redis.scan_iter(match=pattern, count=_BATCH):
                found.add(key.decode(errors="replace"))
        return sorted(found)

    async def describe(self, name: str) -> KeyInfo | None:
        """Return what a key holds; None when it has just expired."""
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
            return 0  # it expired and came back as another kind in between

    async def waiting(self, queue: str) -> int:
        """Return how many tasks wait or run in a queue of ours."""
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
        """Delete every key of the namespace and nothing else; returns how many there were."""
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
        await self._forget_aborts()
        return count

    async def _forget_aborts(self) -> None:
        mine = f"{self.namespace}:*"
        members = [member async for member, _ in self._redis.zscan_iter(_ARQ_ABORTS, match=mine)]
        if members:
            await self._redis.zrem(_ARQ_ABORTS, *members)
