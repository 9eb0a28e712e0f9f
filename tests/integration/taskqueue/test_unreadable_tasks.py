"""Tasks that anybody forged in Redis are dropped without a traceback, and others still run."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest
from arq.constants import job_key_prefix, retry_key_prefix
from arq.utils import timestamp_ms
from structlog.testing import capture_logs
from tests.support.service import eventually

from genonaut.config import Settings
from genonaut.core.messages import Task
from genonaut.notifications.webhooks.messages import DeliverWebhook
from genonaut.runtime import Runtime, open_runtime
from genonaut.taskqueue.queue import decode_stored_task, encode_no_result
from genonaut.worker.arq_loop import serve_queue

VALID: dict[str, Any] = {"t": None, "f": "run_task", "a": [b"payload"], "k": {}, "et": 1}
FORGED: list[Any] = [
    b"",  # expired for ARQ
    b"\xff\xff",
    msgspec.msgpack.encode([]),
    msgspec.msgpack.encode({}),
    msgspec.msgpack.encode(VALID | {"f": "os.system"}),
    msgspec.msgpack.encode(VALID | {"f": ["unhashable"]}),
    msgspec.msgpack.encode(VALID | {"a": []}),
    msgspec.msgpack.encode(VALID | {"a": [b"1", b"2"]}),
    msgspec.msgpack.encode(VALID | {"et": "yesterday"}),
    msgspec.msgpack.encode(VALID | {"et": 2**62}),
    msgspec.msgpack.encode(VALID | {"et": -1}),
    msgspec.msgpack.encode(VALID | {"t": 2**62}),
    msgspec.msgpack.encode(VALID | {"t": {"a": 1}}),
    msgspec.msgpack.encode(VALID | {"a": [b"not a task"]}),
    None,  # expired: only its id is in the queue
]


@pytest.mark.parametrize("data", FORGED[:-2])
def test_an_unreadable_task_is_decoded_as_one_that_is_dropped(data: bytes) -> None:
    assert decode_stored_task(data)["f"] == "drop_task"


def test_any_result_can_be_encoded() -> None:
    assert encode_no_result({"r": RuntimeError(object())}) == b""


async def _forge(runtime: Runtime) -> None:
    for number, data in enumerate(FORGED):
        if data is not None:
            await runtime.queue.arq.set(f"{job_key_prefix}forged:{number}", data)
        name = runtime.queue.name_of(Task.queue)
        await runtime.redis.zadd(name, {f"forged:{number}": timestamp_ms()})


async def test_forged_tasks_are_dropped_without_a_traceback(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[bytes] = []

    async def handle(payload: bytes) -> None:
        done.append(payload)

    async with open_runtime(settings, application="test") as runtime:
        await _forge(runtime)
        with caplog.at_level(logging.DEBUG), capture_logs() as lines:
            loop = asyncio.create_task(serve_queue(runtime, Task.queue, handle, places=4))
            await runtime.queue.send(DeliverWebhook(1))

            async def is_empty() -> bool:
                return not await runtime.redis.zcard(runtime.queue.name_of(Task.queue))

            await eventually(is_empty)
            loop.cancel()
            await asyncio.gather(loop, return_exceptions=True)
    assert done == [b"not a task", msgspec.msgpack.encode(DeliverWebhook(1))]
    assert not [record for record in caplog.records if record.exc_info]
    assert not [line for line in lines if line.get("exc_info")]
    assert len([line for line in lines if line["event"] == "task.unreadable"]) == len(FORGED) - 3


async def forge_id(runtime: Runtime) -> None:
    await runtime.redis.zadd(runtime.queue.name_of(Task.queue), {b"\xff\xfe": timestamp_ms()})


async def forge_scores(runtime: Runtime) -> None:
    """Fill what ARQ reads at once with entries that it never starts."""
    name = runtime.queue.name_of(Task.queue)
    await runtime.redis.zadd(name, {f"forged:{number}": 0 for number in range(1000)})
    await runtime.redis.zadd(name, {"forged:early": float("-inf")})


async def forge_queue(runtime: Runtime) -> None:
    await runtime.redis.set(runtime.queue.name_of(Task.queue), b"no sorted set")


async def forge_task_key(runtime: Runtime) -> None:
    await runtime.queue.arq.zadd(f"{job_key_prefix}forged", {"a sorted set": 1})
    await runtime.redis.zadd(runtime.queue.name_of(Task.queue), {"forged": timestamp_ms()})


async def forge_tries(runtime: Runtime) -> None:
    await runtime.queue.arq.set(f"{job_key_prefix}forged", msgspec.msgpack.encode(VALID))
    await runtime.queue.arq.set(f"{retry_key_prefix}forged", b"many")
    await runtime.redis.zadd(runtime.queue.name_of(Task.queue), {"forged": timestamp_ms()})


@pytest.mark.parametrize(
    "forge", [forge_id, forge_scores, forge_queue, forge_task_key, forge_tries]
)
async def test_a_forged_entry_is_removed_and_the_loop_goes_on(
    settings: Settings, forge: Callable[[Runtime], Awaitable[None]]
) -> None:
    done: list[bytes] = []

    async def handle(payload: bytes) -> None:
        done.append(payload)

    async with open_runtime(settings, application="test") as runtime:
        name = runtime.queue.name_of(Task.queue)
        await forge(runtime)
        with capture_logs() as lines:
            loop = asyncio.create_task(serve_queue(runtime, Task.queue, handle, places=4))

            async def is_empty() -> bool:
                return not await runtime.redis.exists(name)

            await eventually(is_empty)
            await runtime.queue.send(DeliverWebhook(1))

            async def is_done() -> bool:
                return bool(done)

            await eventually(is_done)
            loop.cancel()
            await asyncio.gather(loop, return_exceptions=True)
    assert done == [msgspec.msgpack.encode(DeliverWebhook(1))]
    assert not [line for line in lines if line["event"] == "arq.loop_ended"]
    warnings = [line for line in lines if line["log_level"] == "warning"]
    assert len(warnings) == 1, warnings
    assert warnings[0]["event"].startswith("task.")
