"""The hub: fan-out, subscription of previews on demand, loss of Redis."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from tests.support.service import eventually
from tests.support.timeouts import PATIENCE_SECONDS, patiently

from genonaut.embedded import RunningValkey
from genonaut.jobs.messages import (
    CONTROL_TOPIC,
    CancelRequested,
    PreviewFrame,
    PreviewMade,
    preview_channel,
    preview_topic,
)
from genonaut.realtime import Bus, Hub, MailboxClosedError, connect_redis

NAMESPACE = "hub_test"


@contextlib.asynccontextmanager
async def running_hub(url: str) -> AsyncIterator[Hub]:
    hub = Hub(url, NAMESPACE, patterns=["control"])
    task = asyncio.create_task(hub.run())
    try:
        async with patiently():
            await hub.wait_connected()
        yield hub
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@contextlib.asynccontextmanager
async def publishing(url: str) -> AsyncIterator[Bus]:
    redis = connect_redis(url)
    yield Bus(redis, NAMESPACE)
    await redis.aclose()


async def test_all_watchers_of_a_topic_get_an_event(own_valkey: RunningValkey) -> None:
    url = own_valkey.url_for(3)
    async with running_hub(url) as hub, publishing(url) as bus:
        async with hub.watch([CONTROL_TOPIC]) as one, hub.watch([CONTROL_TOPIC, "job:1"]) as two:
            await bus.publish([CancelRequested(job_id=5)])
            async with patiently():
                frames = [(await mailbox.get()).frame for mailbox in (one, two)]
            assert frames == [b'{"type":"cancel","job_id":5}'] * 2
            assert set(hub.topics) == {CONTROL_TOPIC, "job:1"}
        assert hub.topics == []


async def test_the_hub_stops_at_once_at_any_step(own_valkey: RunningValkey) -> None:
    # asyncio.wait_for swallows a cancellation that arrives together with its result, which
    # happens at one of these steps.
    for steps in range(150):
        hub = Hub(own_valkey.url_for(3), NAMESPACE, patterns=["control"])
        task = asyncio.create_task(hub.run())
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait({task}, timeout=PATIENCE_SECONDS)
        assert task.done(), f"the hub continues when it is stopped after {steps} steps"


async def test_previews_are_subscribed_only_while_watched(own_valkey: RunningValkey) -> None:
    url = own_valkey.url_for(3)
    owner_id = uuid4()
    frame = PreviewFrame(job_id=7, mime="image/jpeg", data=b"x")
    preview = PreviewMade(user_id=owner_id, preview=frame)
    redis = connect_redis(url)
    channel = f"{NAMESPACE}:{preview_channel(owner_id)}"

    async def subscribers() -> int:
        return int((await redis.pubsub_numsub(channel))[0][1])

    async def no_subscriber() -> bool:
        return await subscribers() == 0

    async with running_hub(url) as hub, publishing(url) as bus:
        assert await no_subscriber()
        topics, channels = [preview_topic(7)], [preview_channel(owner_id)]
        async with hub.watch(topics, channels=channels) as one:
            async with hub.watch(topics, channels=channels):
                await eventually(subscribers)
            assert await subscribers() == 1, "the other still watches"
            await bus.publish([preview])
            async with patiently():
                assert b'"type":"preview"' in (await one.get()).frame
        await eventually(no_subscriber)
    await redis.aclose()


async def test_a_lost_redis_closes_all_mailboxes_and_the_hub_reconnects(
    own_valkey: RunningValkey,
) -> None:
    url = own_valkey.url_for(3)
    async with running_hub(url) as hub, publishing(url) as bus:
        async with hub.watch([CONTROL_TOPIC]) as mailbox:
            await own_valkey.restart_empty()
            with pytest.raises(MailboxClosedError) as caught:
                async with patiently():
                    await mailbox.get()
            assert caught.value.code == 4008
        async with patiently():
            await hub.wait_connected()
        async with hub.watch([CONTROL_TOPIC]) as fresh:
            await bus.publish([CancelRequested(job_id=6)])
            async with patiently():
                assert b"6" in (await fresh.get()).frame
