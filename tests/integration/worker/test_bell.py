"""The bell of a queue: heard at once, with or without a task behind it."""

import asyncio

from tests.support.patience import patiently
from tests.support.service import eventually

from genonaut.config import Settings
from genonaut.jobs.messages import WakeRender
from genonaut.runtime import open_runtime
from genonaut.worker.arq_loop import serve_queue


async def test_the_bell_is_heard_although_redis_lost_the_task(settings: Settings) -> None:
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

            async def is_listened_to() -> bool:
                return bool(await runtime.redis.publish(bell, b""))

            await eventually(is_listened_to)
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
