"""Two environments on one Redis database: every key and channel belongs to one of them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
from arq.constants import job_key_prefix
from redis.asyncio import Redis
from tests.conftest import make_settings
from tests.support.databases import DatabaseShelf
from tests.support.processes import Servers
from tests.support.service import eventually, running_api, running_worker

from genonaut.config import Settings
from genonaut.core.messages import Task
from genonaut.notifications.webhooks.messages import DeliverWebhook
from genonaut.runtime import open_runtime
from genonaut.simulator import Simulator

_INDEX = 9
_EVENTS = "notify-keyspace-events"


def on_shared_redis(settings: Settings) -> Settings:
    """Return the settings with a database of Redis that no other test uses."""
    url = f"{settings.redis.url.rpartition('/')[0]}/{_INDEX}"
    redis = msgspec.structs.replace(settings.redis, url=url)
    return msgspec.structs.replace(settings, redis=redis)


class Observed:
    """Every key that was written or deleted, and every channel with a message, by name."""

    def __init__(self) -> None:
        self.keys: set[str] = set()
        self.channels: set[str] = set()


@contextlib.asynccontextmanager
async def observing(url: str) -> AsyncIterator[Observed]:
    """Record the keys and channels used within the block."""
    observed = Observed()
    redis = Redis.from_url(url)
    before = (await redis.config_get(_EVENTS))[_EVENTS]
    await redis.config_set(_EVENTS, "EA")
    async with redis.pubsub() as pubsub:
        await pubsub.psubscribe("*")
        while (await pubsub.get_message(timeout=5) or {}).get("type") != "psubscribe":
            pass

        async def read() -> None:
            async for message in pubsub.listen():
                name = message["channel"].decode()
                if name.startswith(f"__keyevent@{_INDEX}__:"):
                    observed.keys.add(message["data"].decode())
                elif not name.startswith("__key"):
                    observed.channels.add(name)

        reading = asyncio.create_task(read())
        try:
            yield observed
            await redis.publish("the-end", b"")
            await eventually(lambda: _has(observed.channels, "the-end"))
            observed.channels.discard("the-end")
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
            await redis.config_set(_EVENTS, before)
    await redis.aclose()


async def _has(names: set[str], name: str) -> bool:
    return name in names


async def test_two_environments_share_a_redis_database_and_use_only_their_own_names(
    settings: Settings,
    servers: Servers,
    shelf: DatabaseShelf,
    simulator: Simulator,
    tmp_path: Path,
) -> None:
    database = await shelf.take()
    first = on_shared_redis(settings)
    second = on_shared_redis(make_settings(servers, database, tmp_path / "2", simulator.url))
    namespaces = {first.redis.namespace, second.redis.namespace}
    async with observing(first.redis.url) as observed, contextlib.AsyncExitStack() as stack:
        apis = [await stack.enter_async_context(running_api(one)) for one in (first, second)]
        jobs = [await api.submit() for api in apis]
        for api in apis:
            await api.runtime.queue.send(DeliverWebhook(1))
        for one in (first, second):
            await stack.enter_async_context(running_worker(one))
        for api, job in zip(apis, jobs, strict=True):
            assert (await api.ended(job["id"]))["status"] == "completed"

            async def is_empty(name: str = api.runtime.queue.name_of(Task.queue)) -> bool:
                return not await api.runtime.redis.zcard(name)  # noqa: B023  # awaited in the loop

            await eventually(is_empty)
    await shelf.give_back(database)
    assert {name.split(":")[0] for name in observed.keys} == namespaces
    assert {name.split(":")[0] for name in observed.channels} == namespaces
    for namespace in namespaces:
        arq = f"{namespace}:arq:"
        kinds = {name.removeprefix(arq).split(":")[0] for name in observed.keys if arq in name}
        assert {"job", "in-progress", "retry"} <= kinds
        assert f"{namespace}:render" in observed.keys
        assert f"{namespace}:render:health-check" in observed.keys


async def test_a_job_whose_wake_up_has_the_former_name_is_completed(settings: Settings) -> None:
    """Up to version 0.1 tasks were stored as ``arq:job:…``, which this version does not read."""
    async with running_api(settings) as api:
        job = await api.submit()
        redis, prefix = api.runtime.redis, f"{settings.redis.namespace}:"
        found = [key async for key in redis.scan_iter(match=f"{prefix}{job_key_prefix}*")]
        assert found
        for key in found:
            await redis.rename(key, key.decode().removeprefix(prefix))
        async with running_worker(settings):
            assert (await api.ended(job["id"]))["status"] == "completed"

            async def is_empty() -> bool:
                return not await redis.zcard(api.runtime.queue.name_of("render"))

            await eventually(is_empty)


async def test_members_of_a_queue_are_not_renamed(settings: Settings) -> None:
    async with open_runtime(settings, application="test") as runtime:
        queue = runtime.queue.name_of(Task.queue)
        await runtime.redis.zadd(queue, {"arq:job:1": 1})
        assert await runtime.queue.arq.zrem(queue, "arq:job:1") == 1
