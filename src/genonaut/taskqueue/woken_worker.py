"""An ARQ worker that is woken by pub/sub, polls as a fallback, and removes what it cannot read.

ARQ polls every 0.5 s, a median latency of 250 ms; a woken worker starts a task within 3 ms. An entry
of the queue that ARQ cannot handle would end its loop at every poll.
"""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any, ClassVar

import structlog
from arq.constants import in_progress_key_prefix, job_key_prefix, retry_key_prefix
from arq.worker import Worker
from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError

from genonaut.core.backoff import Backoff
from genonaut.core.task_cancellation import raise_if_cancelled, stop_tasks

log = structlog.get_logger()
_SHOWN_BYTES = 80
# Source: Valkey, src/server.c (shared.wrongtypeerr) and src/t_string.c (incrDecrCommand).
_FORGED_VALUE = ("WRONGTYPE", "value is not an integer", "increment or decrement would overflow")


class WokenWorker(Worker):
    """Checks for tasks when it is woken, when a place becomes free, and after the poll delay."""

    gathering_seconds: ClassVar[float] = 0.0
    """How long it waits after it was woken, so that tasks of several wake-ups are read together."""

    def __init__(
        self,
        *args: Any,  # noqa: ANN401
        wake_channel: str,
        wake_redis: Redis,
        on_wake: Callable[[], None] | None = None,
        **keywords: Any,  # noqa: ANN401
    ) -> None:
        """Take the arguments of `arq.worker.Worker`; ``on_wake`` is called at every wake-up."""
        super().__init__(*args, **keywords)
        self._wake_channel = wake_channel
        self._wake_redis = wake_redis
        self._on_wake = on_wake
        self._woken = asyncio.Event()

    async def main(self) -> None:
        """Serve the queue until cancelled or until Redis is lost."""
        if self.burst:
            await super().main()
            return
        listener = asyncio.create_task(self._listen(), name=f"wake-ups:{self.queue_name}")
        try:
            while True:
                self._woken.clear()
                await self._poll_iteration()
                raise_if_cancelled()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self.poll_delay_s):
                        await self._woken.wait()
                    await asyncio.sleep(self.gathering_seconds)
        finally:
            await stop_tasks(listener)

    async def start_jobs(self, job_ids: list[bytes]) -> None:
        """Start tasks; remove entries whose id is not UTF-8, and those that ARQ would never start.

        ARQ skips entries with the score 0 and fails at infinite ones. Its own scores are times.
        """
        unusable = await self.pool.zremrangebyscore(self.queue_name, "-inf", 0) if job_ids else 0
        if unusable:
            log.warning("task.score_invalid", queue=self.queue_name, removed=unusable)
        await super().start_jobs([one for one in job_ids if await self._has_valid_id(one)])

    async def run_job(self, job_id: str, score: int) -> None:
        """Run one task; remove it if its keys in Redis hold values of another kind."""
        try:
            await super().run_job(job_id, score)
        except ResponseError as error:
            if not _is_forged(error):
                raise
            log.warning("task.unreadable", task=job_id[:_SHOWN_BYTES], error=str(error))
            prefixes = (job_key_prefix, in_progress_key_prefix, retry_key_prefix)
            await self.pool.delete(*(f"{prefix}{job_id}" for prefix in prefixes))
            await self.pool.zrem(self.queue_name, job_id)

    async def _poll_iteration(self) -> None:
        try:
            await super()._poll_iteration()
        except ResponseError as error:
            if not _is_forged(error):
                raise
            log.warning("task.queue_replaced", queue=self.queue_name, error=str(error))
            await self.pool.delete(self.queue_name)

    async def _has_valid_id(self, job_id: bytes) -> bool:
        try:
            job_id.decode()
        except UnicodeDecodeError:
            log.warning("task.id_invalid", queue=self.queue_name, id=repr(job_id[:_SHOWN_BYTES]))
            await self.pool.zrem(self.queue_name, job_id)
            return False
        return True

    def _release_sem_dec_counter_on_complete(self) -> None:
        was_full = self.job_counter >= self.max_jobs
        super()._release_sem_dec_counter_on_complete()
        if was_full:
            self._woken.set()

    async def _listen(self) -> None:
        backoff = Backoff(first=0.2, longest=5.0)
        while True:
            try:
                async with self._wake_redis.pubsub() as pubsub:
                    await pubsub.subscribe(self._wake_channel)
                    raise_if_cancelled()
                    backoff.reset()
                    self._woken.set()  # tasks that were sent before we subscribed
                    while True:
                        message = await pubsub.get_message(
                            ignore_subscribe_messages=True, timeout=5.0
                        )
                        raise_if_cancelled()
                        if message is None:
                            continue
                        self._woken.set()
                        if self._on_wake is not None:
                            self._on_wake()
            except (RedisError, OSError):
                await asyncio.sleep(backoff.next_seconds())


class WakeUpWorker(WokenWorker):
    """Serves a queue whose tasks only wake this process: runs all that wait, then removes them together.

    Such a task is short and harmless when it is lost or repeated. ARQ's way, which excludes other workers,
    counts tries and removes each task by itself, takes eight round trips for one. ``on_wake`` has told the
    process at once; the tasks themselves may wait.
    """

    gathering_seconds = 0.1

    async def start_jobs(self, job_ids: list[bytes]) -> None:
        """Run the tasks and remove them; unreadable ones and those that expired are only removed."""
        if not job_ids:
            return
        ids = [one.decode() for one in job_ids if await self._has_valid_id(one)]
        keys = [f"{job_key_prefix}{one}" for one in ids]
        for stored in await self.pool.mget(keys) if keys else ():
            if stored is not None:
                task = self.job_deserializer(stored)  # type: ignore[misc]  # always given
                await self.functions[task["f"]].coroutine(self.ctx, *task["a"])
        async with self.pool.pipeline() as pipeline:
            pipeline.zrem(self.queue_name, *job_ids)
            if keys:
                pipeline.delete(*keys)
            await pipeline.execute()
        if len(job_ids) >= self.queue_read_limit:
            self._woken.set()


def _is_forged(error: ResponseError) -> bool:
    """Return whether Redis refused a command because a key holds a value of another kind."""
    return any(text in str(error) for text in _FORGED_VALUE)
