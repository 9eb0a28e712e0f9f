"""Send tasks to the workers through ARQ, encoded as msgpack (never pickle)."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Literal
from uuid import uuid4

import msgspec
import structlog
from arq.constants import expires_extra_ms, job_key_prefix
from arq.jobs import serialize_job
from arq.utils import timestamp_ms
from redis.asyncio import Redis

from genonaut.core.messages import Task
from genonaut.taskqueue.arq_redis import NamespacedArqRedis

FUNCTION = "run_task"
"""The ARQ function of every task; the tag of the task selects the handler."""
DROP_FUNCTION = "drop_task"
"""The ARQ function that is run instead of an unreadable task."""
log = structlog.get_logger()
_serialize = msgspec.msgpack.encode
# ARQ converts the time to a datetime, which ends with the year 9999.
_LATEST_MS = 253_402_300_799_000
_MOST_TRIES = 1_000_000


class _StoredTask(msgspec.Struct, frozen=True):
    """A task in ARQ's format. Source: arq.jobs, serialize_job."""

    f: Literal["run_task"]
    a: tuple[bytes]
    et: Annotated[int, msgspec.Meta(ge=0, le=_LATEST_MS)]
    t: Annotated[int, msgspec.Meta(ge=0, le=_MOST_TRIES)] | None = None


def decode_stored_task(data: bytes) -> dict[str, Any]:
    """Return a stored task for ARQ; an unreadable one as a call of ``DROP_FUNCTION``.

    ARQ logs a traceback when its deserializer raises, and its loop ends when a field has another
    type than expected. Anybody who can write to Redis could cause both.
    """
    try:
        stored = msgspec.msgpack.decode(data, type=_StoredTask)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        log.warning("task.unreadable", error=str(error))
        return {"t": None, "f": DROP_FUNCTION, "a": (), "k": {}, "et": timestamp_ms()}
    return {"t": stored.t, "f": stored.f, "a": stored.a, "k": {}, "et": stored.et}


def encode_no_result(_result: object) -> bytes:
    """Encode a result of ARQ as nothing: results are not kept, and may contain any object."""
    return b""


def task_id(namespace: str, kind: str) -> str:
    """Return a new ARQ id; ARQ may drop or hide a task whose id was used before."""
    return f"{namespace}:{kind}:{uuid4()}"


class TaskQueue:
    """Enqueues tasks and wakes the workers that serve their queue."""

    def __init__(self, redis: Redis, namespace: str) -> None:
        self.namespace = namespace
        self.arq = NamespacedArqRedis(
            redis,
            namespace,
            job_serializer=_serialize,
            job_deserializer=msgspec.msgpack.decode,
            default_queue_name=self.name_of("background"),
        )

    def name_of(self, queue: str) -> str:
        """Return the key of the sorted set that holds a queue."""
        return f"{self.namespace}:{queue}"

    def wake_channel_of(self, queue: str) -> str:
        """Return the channel that wakes the workers of a queue."""
        return f"{self.namespace}:bell:{queue}"

    async def send(self, task: Task, *, arq_id: str | None = None) -> str:
        """Enqueue one task and wake a worker, in one round trip; returns the ARQ id."""
        arq_id = arq_id or task_id(self.namespace, "task")
        await self.send_together([(arq_id, task)])
        return arq_id

    async def send_together(
        self, tasks: Sequence[tuple[str, Task]], *, messages: Iterable[tuple[str, bytes]] = ()
    ) -> None:
        """Enqueue tasks of one queue with their ARQ ids and wake its workers, in one round trip.

        ``messages`` are (channel, content) to publish before.

        ARQ's ``enqueue_job`` first checks whether the id is used, which ours never are. It needs three
        round trips and one for cleanup; cancelled while Redis was frozen, it kept waiting.
        """
        now_ms, queue = timestamp_ms(), tasks[0][1].queue
        async with self.arq.pipeline() as pipeline:
            for channel, content in messages:
                pipeline.publish(channel, content)
            for arq_id, task in tasks:
                arguments = (msgspec.msgpack.encode(task),)
                job = serialize_job(FUNCTION, arguments, {}, None, now_ms, serializer=_serialize)
                pipeline.psetex(f"{job_key_prefix}{arq_id}", expires_extra_ms, job)
            pipeline.zadd(self.name_of(queue), {arq_id: now_ms for arq_id, _ in tasks})
            pipeline.publish(self.wake_channel_of(queue), b"")
            await pipeline.execute()

    async def length(self, queue: str) -> int:
        """Return the number of tasks that wait or run.

        Raises:
            redis.exceptions.RedisError: Redis does not respond.
        """
        return int(await self.arq.zcard(self.name_of(queue)))

    async def send_all(self, tasks: Iterable[Task]) -> None:
        """Enqueue several tasks, one after another."""
        for task in tasks:
            await self.send(task)


def decode_task(payload: bytes, kinds: Any) -> Task:  # noqa: ANN401  # a union of Struct types
    """Decode a task that ``send`` encoded; ``kinds`` is the union of known task types."""
    task: Task = msgspec.msgpack.decode(payload, type=kinds)
    return task
