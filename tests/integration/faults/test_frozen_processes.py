"""Frozen processes: stopped by a signal, or on a host without network."""

import asyncio
import contextlib
import signal
from collections.abc import Iterator
from pathlib import Path

import msgspec
import psutil
import pytest
from redis.asyncio import Redis
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from tests.support.programs import program
from tests.support.service import Api, eventually, running_api, running_worker, with_jobs

from genonaut.config import Settings
from genonaut.embedded import RunningValkey
from genonaut.jobs.messages import WakeRender
from genonaut.runtime import open_runtime
from genonaut.simulator import Simulator
from genonaut.taskqueue import TaskQueue


@contextlib.contextmanager
def frozen(server: RunningValkey) -> Iterator[None]:
    root = psutil.Process(server.pid)
    family = [root, *root.children(recursive=True)]
    for one in family:
        one.suspend()
    try:
        yield
    finally:
        for one in family:
            one.resume()


async def test_a_worker_frozen_during_a_claim_does_not_block_others(
    settings: Settings,
) -> None:
    database = msgspec.structs.replace(settings.database, idle_transaction_seconds=2.0)
    frozen = msgspec.structs.replace(settings, database=database)
    async with running_api(settings) as api, running_worker(settings):
        assert (await api.ended((await api.submit())["id"]))["status"] == "completed"
        went_on = False

        async def claim_and_freeze() -> None:
            nonlocal went_on
            async with (
                open_runtime(frozen, application="test-frozen") as runtime,
                runtime.begin() as uow,
            ):
                # The first statement of a claim, then nothing.
                await uow.session.execute(text("SELECT FROM comfyui_backends FOR UPDATE"))
                job = await api.submit()
                assert (await api.ended(job["id"]))["status"] == "completed"
                went_on = True

        # On a slow machine the transaction may be ended before its first statement.
        while not went_on:
            with pytest.raises(DBAPIError):  # its transaction is rolled back
                await claim_and_freeze()


async def is_true(api: Api, condition: str) -> bool:
    async with api.runtime.begin() as uow:
        return bool(await uow.session.scalar(text(f"SELECT {condition}")))


async def test_the_only_worker_continues_its_jobs_after_a_long_freeze(
    settings: Settings, simulator: Simulator, tmp_path: Path
) -> None:
    settings = with_jobs(settings, lease_seconds=3.0)
    simulator.faults.add("silence", seconds=600)
    lease = "(SELECT lease_until FROM generation_attempts WHERE ended_at IS NULL)"
    is_valid = f"{lease} > clock_timestamp()"
    is_expired = f"{lease} < clock_timestamp() - interval '1 s'"
    # Before that, expired leases are not trusted.
    has_observed = "clock_timestamp() > (SELECT started_at + interval '5 s' FROM workers)"
    async with (
        running_api(settings) as api,
        program(settings, "worker", log=tmp_path / "worker.log") as worker,
    ):
        job = await api.submit()
        await eventually(lambda: is_true(api, has_observed))
        await eventually(lambda: is_true(api, is_valid))
        worker.send_signal(signal.SIGSTOP)
        await eventually(lambda: is_true(api, is_expired))
        worker.send_signal(signal.SIGCONT)
        await eventually(lambda: is_true(api, is_valid))
        simulator.faults.clear()
        done = await api.ended(job["id"])
    assert (done["status"], done["attempt"]) == ("completed", 1)


async def test_a_redis_frozen_during_a_wake_up_blocks_no_sender(
    own_valkey: RunningValkey,
) -> None:
    # A clean-up that sends a command would wait for its answer.
    redis = Redis.from_url(own_valkey.url_for(3), socket_timeout=60)
    queue = TaskQueue(redis, "frozen")

    async def send_on() -> None:
        while True:
            await queue.send(WakeRender())

    for _ in range(5):
        senders = [asyncio.create_task(send_on()) for _ in range(8)]
        await asyncio.sleep(0.05)
        with frozen(own_valkey):
            # redis-py may swallow a cancellation that arrives together with an answer.
            for _ in range(5):
                await asyncio.sleep(0.02)
            for one in senders:
                one.cancel()
            _, late = await asyncio.wait(senders, timeout=20)
        assert late == set()
    await redis.aclose()


async def test_a_worker_stopped_while_redis_is_frozen_keeps_no_connection(
    own_valkey: RunningValkey,
) -> None:
    # ARQ sends WATCH for each task and UNWATCH if it does not run it.
    redis = Redis.from_url(own_valkey.url_for(3), socket_timeout=60)
    arq = TaskQueue(redis, "frozen").arq

    async def watch_a_task() -> None:
        async with arq.pipeline(transaction=True) as pipeline:
            await pipeline.watch("task")
            watched.set()
            await thawing.wait()

    for _ in range(3):
        watched, thawing = asyncio.Event(), asyncio.Event()
        watching_task = asyncio.create_task(watch_a_task())
        await watched.wait()
        with frozen(own_valkey):
            thawing.set()
            for _ in range(5):
                await asyncio.sleep(0)
            watching_task.cancel()
            await asyncio.wait([watching_task], timeout=20)
        assert watching_task.cancelled()
        assert redis.connection_pool._in_use_connections == set()
        assert await redis.ping()
    await redis.aclose()
