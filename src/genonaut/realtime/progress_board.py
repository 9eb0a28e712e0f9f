"""The newest progress of running jobs, for clients that connect later."""

from collections.abc import Awaitable, Mapping, Sequence
from typing import cast

import msgspec
from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.exceptions import RedisError

from genonaut.realtime.board_values import decode_values

_KEPT_SECONDS = 120


class JobProgress(msgspec.Struct, frozen=True, array_like=True):
    """Progress of one attempt; ``percent`` is 0..100 of the whole run.

    ``step`` of ``steps`` is the progress of the node; None for nodes that report none.
    """

    attempt: int
    percent: int
    node: str | None
    step: int | None = None
    steps: int | None = None


_decoder = msgspec.msgpack.Decoder(JobProgress)


class ProgressBoard:
    """One expiring value per running job in Redis; without it a client sees no progress number."""

    def __init__(self, redis: Redis, namespace: str) -> None:
        self._redis = redis
        self._prefix = f"{namespace}:progress:"

    async def write(self, job_id: int, progress: JobProgress) -> None:
        """Store the progress for two minutes."""
        pipeline = self._redis.pipeline(transaction=False)
        self.stage(pipeline, {job_id: progress})
        await pipeline.execute()

    def stage(self, pipeline: Pipeline, progress: Mapping[int, JobProgress]) -> None:
        """Add to a pipeline the commands that store the progress of jobs for two minutes."""
        for job_id, latest in progress.items():
            data = msgspec.msgpack.encode(latest)
            pipeline.set(f"{self._prefix}{job_id}", data, ex=_KEPT_SECONDS)

    async def read(self, job_ids: Sequence[int]) -> dict[int, JobProgress]:
        """Return the known progress of these jobs; empty when Redis does not respond."""
        if not job_ids:
            return {}
        keys = [f"{self._prefix}{job_id}" for job_id in job_ids]
        try:
            answer = cast(Awaitable[list[bytes | None]], self._redis.mget(keys))
            values = await answer
        except (RedisError, OSError):
            return {}
        return decode_values(job_ids, values, _decoder)
