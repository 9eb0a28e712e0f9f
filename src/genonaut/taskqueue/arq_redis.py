"""ARQ's Redis client, whose pipelines give their connection back however they end."""

from arq.connections import ArqRedis
from redis.asyncio.client import Pipeline


class ReleasingPipeline(Pipeline):
    """A pipeline that keeps no connection when its clean-up is cut short.

    After a WATCH, as ARQ's worker makes one per task, ``reset`` asks Redis to UNWATCH. Cancelled there,
    or unanswered in time, redis-py 5 never gives the connection back to the pool.
    Source: https://github.com/redis/redis-py/issues/4121
    """

    async def reset(self) -> None:
        """Make the pipeline ready for other commands, without a connection."""
        try:
            await super().reset()  # type: ignore[no-untyped-call]
        finally:
            connection, self.connection = self.connection, None
            self.watching = self.explicit_transaction = False
            if connection is not None:
                await connection.disconnect(nowait=True)  # the late answer is not for the next one
                await self.connection_pool.release(connection)


class ReleasingArqRedis(ArqRedis):
    """What ARQ needs, with pipelines that may be cancelled at any moment."""

    def pipeline(
        self,
        transaction: bool = True,
        shard_hint: str | None = None,
    ) -> ReleasingPipeline:
        """Return a new pipeline; ``transaction`` makes its commands atomic."""
        return ReleasingPipeline(
            self.connection_pool, self.response_callbacks, transaction, shard_hint
        )
