"""ARQ's Redis client, with pipelines that always release their connection."""

from arq.connections import ArqRedis
from redis.asyncio.client import Pipeline


class ReleasingPipeline(Pipeline):
    """A pipeline that releases its connection when its cleanup is interrupted.

    ARQ's worker sends a WATCH per task, after which ``reset`` sends UNWATCH. When that is cancelled or
    times out, redis-py 5 does not return the connection to the pool.
    Source: https://github.com/redis/redis-py/issues/4121
    """

    async def reset(self) -> None:
        """Clear the pipeline and release its connection."""
        try:
            await super().reset()  # type: ignore[no-untyped-call]
        finally:
            connection, self.connection = self.connection, None
            self.watching = self.explicit_transaction = False
            if connection is not None:
                await connection.disconnect(
                    nowait=True
                )  # a late reply must not reach the next user
                await self.connection_pool.release(connection)


class ReleasingArqRedis(ArqRedis):
    """The client that ARQ uses, with pipelines that may be cancelled at any time."""

    def pipeline(
        self,
        transaction: bool = True,
        shard_hint: str | None = None,
    ) -> ReleasingPipeline:
        """Return a new pipeline; ``transaction`` makes its commands atomic."""
        return ReleasingPipeline(
            self.connection_pool, self.response_callbacks, transaction, shard_hint
        )
