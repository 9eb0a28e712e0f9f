"""The newest preview of running jobs, for clients that connect later."""

from collections.abc import Awaitable, Mapping, Sequence
from typing import cast

import msgspec
from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.exceptions import RedisError

from genonaut.realtime.board_values import decode_values

_KEPT_SECONDS = 60
MAX_PREVIEW_BYTES = 256 * 1024
"""Larger previews are not kept. ComfyUI's have at most 512 pixels and about 30 KiB."""


class JobPreview(msgspec.Struct, frozen=True, array_like=True):
    """An intermediate image of one attempt."""

    attempt: int
    mime: str
    data: bytes


_decoder = msgspec.msgpack.Decoder(JobPreview)


class PreviewBoard:
    """One expiring value per running job in Redis; without it a client waits for the next preview."""

    def __init__(self, redis: Redis, namespace: str) -> None:
        self._redis = redis
        self._prefix = f"{namespace}:preview:"

    async def write(self, previews: Mapping[int, JobPreview]) -> None:
        """Store the previews by job id for one minute, in one round trip.

        Raises:
            redis.exceptions.RedisError: Redis does not respond.
        """
        pipeline = self._redis.pipeline(transaction=False)
        self.stage(pipeline, previews)
        await pipeline.execute()

    def stage(self, pipeline: Pipeline, previews: Mapping[int, JobPreview]) -> None:
        """Add to a pipeline the commands that store the previews for one minute."""
        for job_id, preview in previews.items():
            if len(preview.data) <= MAX_PREVIEW_BYTES:
                data = msgspec.msgpack.encode(preview)
                pipeline.set(f"{self._prefix}{job_id}", data, ex=_KEPT_SECONDS)

    async def read(self, job_ids: Sequence[int]) -> dict[int, JobPreview]:
        """Return the known previews of these jobs; empty when Redis does not respond."""
        if not job_ids:
            return {}
        keys = [f"{self._prefix}{job_id}" for job_id in job_ids]
        try:
            values = await cast(Awaitable[list[bytes | None]], self._redis.mget(keys))
        except (RedisError, OSError):
            return {}
        return decode_values(job_ids, values, _decoder)
