"""Serve ARQ queues; restart after Redis was lost."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from arq.worker import Function
from redis.exceptions import RedisError

from genonaut.core.backoff import Backoff
from genonaut.core.task_cancellation import stop_tasks
from genonaut.runtime import Runtime
from genonaut.taskqueue import WakeUpWorker, WokenWorker
from genonaut.taskqueue.queue import (
    DROP_FUNCTION,
    FUNCTION,
    decode_stored_task,
    encode_no_result,
)

log = structlog.get_logger()
Handler = Callable[[bytes], Awaitable[None]]
_TASK_SECONDS = 3600
_LONGEST_PAUSE_SECONDS = 5.0


def make_worker(
    runtime: Runtime,
    queue: str,
    handle: Handler,
    *,
    places: int,
    burst: bool = False,
    on_wake: Callable[[], None] | None = None,
) -> WokenWorker:
    """Return an ARQ worker for one queue; ``places`` tasks run at once.

    ``on_wake`` is called when a task was sent, some milliseconds before it runs; the tasks are then
    wake-ups, which are served together.
    """

    async def run_task(ctx: dict[Any, Any], *args: Any, **_: Any) -> None:  # noqa: ARG001, ANN401
        await handle(*args)

    async def drop_task(ctx: dict[Any, Any]) -> None:
        """Do nothing: the task is removed from the queue like a finished one."""

    kind = WokenWorker if on_wake is None else WakeUpWorker
    return kind(
        functions=[
            Function(FUNCTION, run_task, None, None, None, None),
            Function(DROP_FUNCTION, drop_task, None, None, None, None),
        ],
        queue_name=runtime.queue.name_of(queue),
        redis_pool=runtime.queue.arq,
        wake_channel=runtime.queue.wake_channel_of(queue),
        wake_redis=runtime.redis,
        on_wake=on_wake,
        burst=burst,
        handle_signals=False,
        max_jobs=places,
        job_timeout=_TASK_SECONDS,
        keep_result=0,
        poll_delay=5.0 if not burst else 0.01,
        # Running tasks remain in the sorted set, so read more than `places` entries.
        queue_read_limit=places * 20 + 100,
        max_tries=10,
        log_results=False,
        job_serializer=encode_no_result,
        job_deserializer=decode_stored_task,
    )


async def serve_queue(
    runtime: Runtime,
    queue: str,
    handle: Handler,
    *,
    places: int,
    on_wake: Callable[[], None] | None = None,
) -> None:
    """Serve one queue until cancelled; reconnect with backoff when Redis is lost."""
    backoff = Backoff(first=0.1, longest=_LONGEST_PAUSE_SECONDS)
    while True:
        worker = make_worker(runtime, queue, handle, places=places, on_wake=on_wake)
        began = time.monotonic()
        try:
            await worker.async_run()
        except (RedisError, OSError) as error:
            if time.monotonic() - began > _LONGEST_PAUSE_SECONDS * 2:
                backoff.reset()
            log.warning("arq.loop_ended", queue=queue, error=type(error).__name__)
        finally:
            await stop_tasks(*worker.tasks.values())
        await asyncio.sleep(backoff.next_seconds())
