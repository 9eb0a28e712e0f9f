"""An ARQ worker that is woken by pub/sub and polls only as a fallback.

Polling every 0.5 s costs 250 ms of latency at the median; woken, a task starts within 3 ms.
"""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

from arq.worker import Worker
from redis.asyncio import Redis
from redis.exceptions import RedisError

from genonaut.core.backoff import Backoff
from genonaut.core.task_cancellation import raise_if_cancelled, stop_tasks


class WokenWorker(Worker):
    """Looks for tasks whenever the bell rings, a place becomes free, or the poll delay is over."""

    def __init__(
        self,
        *args: Any,  # noqa: ANN401
        bell: str,
        bell_redis: Redis,
        on_bell: Callable[[], None] | None = None,
        **keywords: Any,  # noqa: ANN401
    ) -> None:
        """Take what `arq.worker.Worker` takes; ``on_bell`` is called whenever the bell rings."""
        super().__init__(*args, **keywords)
        self._bell = bell
        self._bell_redis = bell_redis
        self._on_bell = on_bell
        self._woken = asyncio.Event()

    async def main(self) -> None:
        """Serve the queue until cancelled or Redis is lost."""
        if self.burst:
            await super().main()
            return
        listener = asyncio.create_task(self._listen(), name=f"bell:{self.queue_name}")
        try:
            while True:
                self._woken.clear()
                await self._poll_iteration()
                raise_if_cancelled()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self.poll_delay_s):
                        await self._woken.wait()
        finally:
            await stop_tasks(listener)

    def _release_sem_dec_counter_on_complete(self) -> None:
        was_full = self.job_counter >= self.max_jobs
        super()._release_sem_dec_counter_on_complete()
        if was_full:
            self._woken.set()

    async def _listen(self) -> None:
        backoff = Backoff(first=0.2, longest=5.0)
        while True:
            try:
                async with self._bell_redis.pubsub() as pubsub:
                    await pubsub.subscribe(self._bell)
                    raise_if_cancelled()
                    backoff.reset()
                    self._woken.set()  # what was rung before we listened
                    while True:
                        message = await pubsub.get_message(
                            ignore_subscribe_messages=True, timeout=5.0
                        )
                        raise_if_cancelled()
                        if message is None:
                            continue
                        self._woken.set()
                        if self._on_bell is not None:
                            self._on_bell()
            except (RedisError, OSError):
                await asyncio.sleep(backoff.next_seconds())
