"""ARQ's Redis client: keeps ARQ's keys in the namespace, and pipelines that release connections."""

from typing import Any

from arq.connections import ArqRedis
from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

_ARQ_PREFIX = "arq:"
"""Source: arq 0.28, constants.py. ARQ has no setting for the prefixes of its keys."""
_SEVERAL_KEYS = frozenset({"DEL", "EXISTS", "MGET", "UNLINK", "WATCH"})
"""Commands of ARQ whose arguments are all keys; of the others only the first one is."""


def namespaced(namespace: str, command: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return a command of ARQ with its keys in the namespace: ``arq:job:1`` is ``NS:arq:job:1``."""
    name, *arguments = command
    keys = len(arguments) if name in _SEVERAL_KEYS else 1
    moved = [
        f"{namespace}:{argument}"
        if isinstance(argument, str) and argument.startswith(_ARQ_PREFIX)
        else argument
        for argument in arguments[:keys]
    ]
    return (name, *moved, *arguments[keys:])


class ArqPipeline(Pipeline):
    """A pipeline that releases its connection when its cleanup is interrupted.

    ARQ's worker sends a WATCH per task, after which ``reset`` sends UNWATCH. When that is cancelled or
    times out, redis-py 5 does not return the connection to the pool.
    Source: https://github.com/redis/redis-py/issues/4121
    """

    namespace = ""

    def execute_command(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401  # redis-py's
        """Stage or send a command, with its keys in the namespace."""
        return super().execute_command(*namespaced(self.namespace, args), **options)

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


class NamespacedArqRedis(ArqRedis):
    """The client that ARQ uses: its keys are in the namespace, its pipelines may be cancelled."""

    def __init__(self, redis: Redis, namespace: str, **options: Any) -> None:  # noqa: ANN401  # ARQ's
        """Use the connections of ``redis``; ``options`` are those of `arq.ArqRedis`."""
        super().__init__(pool_or_conn=redis.connection_pool, **options)
        self._namespace = namespace

    async def execute_command(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401  # redis-py's
        """Send a command, with its keys in the namespace."""
        command = namespaced(self._namespace, args)
        return await super().execute_command(*command, **options)  # type: ignore[no-untyped-call]

    def pipeline(
        self,
        transaction: bool = True,
        shard_hint: str | None = None,
    ) -> ArqPipeline:
        """Return a new pipeline; ``transaction`` makes its commands atomic."""
        pipeline = ArqPipeline(
            self.connection_pool, self.response_callbacks, transaction, shard_hint
        )
        pipeline.namespace = self._namespace
        return pipeline
