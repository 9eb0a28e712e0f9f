"""Send tasks to the workers through ARQ, in msgpack, never pickle."""

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

import msgspec
from arq.constants import expires_extra_ms, job_key_prefix
from arq.jobs import serialize_job
from arq.utils import timestamp_ms
from redis.asyncio import Redis

from genonaut.core.messages import Task
from genonaut.taskqueue.arq_redis import ReleasingArqRedis

FUNCTION = "run_task"
"""The one ARQ function; the task's tag says what to do."""
_serialize = msgspec.msgpack.encode


def task_id(namespace: str, kind: str) -> str:
    """Return a fresh ARQ id: an id that was used before may be invisible or dropped by ARQ."""
    return f"{namespace}:{kind}:{uuid4()}"


class TaskQueue:
    """Hands tasks to ARQ and rings the bell of the workers that serve their queue."""

    def __init__(self, redis: Redis, namespace: str) -> None:
        self.namespace = namespace
        self._redis = redis
        self.arq = ReleasingArqRedis(
            pool_or_conn=redis.connection_pool,
            job_serializer=_serialize,
            job_deserializer=msgspec.msgpack.decode,
            default_queue_name=self.name_of("background"),
        )

    def name_of(self, queue: str) -> str:
        """Return the sorted set that holds a queue."""
        return f"{self.namespace}:{queue}"

    def bell_of(self, queue: str) -> str:
        """Return the channel that wakes the workers of a queue."""
        return f"{self.namespace}:bell:{queue}"

    async def send(self, task: Task, *, arq_id: str | None = None) -> str:
        """Enqueue one task and ring, in one round trip; returns its ARQ id.

        ARQ's own ``enqueue_job`` asks first whether the id is taken, which ours never are. That takes
        three round trips, and one more to clean up: cancelled while Redis stood still, it waited on.
        """
        arq_id = arq_id or task_id(self.namespace, "task")
        now_ms = timestamp_ms()
        arguments = (msgspec.msgpack.encode(task),)
        job = serialize_job(FUNCTION, arguments, {}, None, now_ms, serializer=_serialize)
        async with self._redis.pipeline(transaction=True) as pipeline:
            pipeline.psetex(f"{job_key_prefix}{arq_id}", expires_extra_ms, job)
            pipeline.zadd(self.name_of(task.queue), {arq_id: now_ms})
            pipeline.publish(self.bell_of(task.queue), b"")
            await pipeline.execute()
        return arq_id

    async def send_all(self, tasks: Iterable[Task]) -> None:
        """Enqueue several tasks, one after the other."""
        for task in tasks:
            await self.send(task)


def decode_task(payload: bytes, kinds: Any) -> Task:  # noqa: ANN401  # a union of Struct types
    """Return the task that ``send`` encoded; ``kinds`` is the union of known tasks."""
    task: Task = msgspec.msgpack.decode(payload, type=kinds)
    return task
