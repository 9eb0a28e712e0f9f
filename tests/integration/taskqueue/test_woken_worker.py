"""Wake-ups of a queue."""

import asyncio

from arq.constants import job_key_prefix
from arq.utils import timestamp_ms
from tests.support.service import eventually
from tests.support.timeouts import patiently

from genonaut.config import Settings
from genonaut.jobs.messages import WakeRender
from genonaut.runtime import open_runtime
from genonaut.worker.arq_loop import serve_queue


async def test_a_wake_up_arrives_although_redis_lost_the_task(settings: Settings) -> None:
    heard = asyncio.Event()
    done: list[bytes] = []

    async def handle(payload: bytes) -> None:
        done.append(payload)

    async with open_runtime(settings, application="test") as runtime:
        bell = runtime.queue.wake_channel_of(WakeRender.queue)
        loop = asyncio.create_task(
            serve_queue(runtime, WakeRender.queue, handle, places=1, on_wake=heard.set)
        )
        try:

            async def is_subscribed() -> bool:
                return bool(await runtime.redis.publish(bell, b""))

            await eventually(is_subscribed)
            async with patiently():
                await heard.wait()
            assert done == []
            await runtime.queue.send(WakeRender())

            async def is_done() -> bool:
                return bool(done)

            await eventually(is_done)
        finally:
            loop.cancel()
            await asyncio.gather(loop, return_exceptions=True)


async def test_wake_ups_that_wait_are_served_together_and_removed(settings: Settings) -> None:
    done: list[bytes] = []

    async def handle(payload: bytes) -> None:
        done.append(payload)

    async with open_runtime(settings, application="test") as runtime:
        queue = runtime.queue.name_of(WakeRender.queue)
        for _ in range(200):  # more than are read at once
            await runtime.queue.send(WakeRender())
        forged = {b"\xff\xfe": timestamp_ms(), b"expired": timestamp_ms(), b"text": 1, b"early": 0}
        await runtime.redis.zadd(queue, forged)
        await runtime.queue.arq.set(f"{job_key_prefix}text", b"not a task")
        loop = asyncio.create_task(
            serve_queue(runtime, WakeRender.queue, handle, places=1, on_wake=lambda: None)
        )
        try:

            async def is_empty() -> bool:
                return not await runtime.redis.exists(queue)

            await eventually(is_empty)
        finally:
            loop.cancel()
            await asyncio.gather(loop, return_exceptions=True)
        left = f"{settings.redis.namespace}:{job_key_prefix}*"
        assert [key async for key in runtime.redis.scan_iter(match=left)] == []
    assert len(done) == 200
