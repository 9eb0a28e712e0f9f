"""Record the SQL statements of an engine and the Redis commands of a namespace."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from typing import Any

from redis.asyncio import Redis
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine


@contextlib.contextmanager
def recorded_statements(engine: AsyncEngine) -> Iterator[list[str]]:
    """Yield the list to which each statement is added that a connection of the engine sends.

    Connections that are checked out before the block are not recorded.
    """
    found: list[str] = []
    watched: set[Any] = set()

    def note(query: Any) -> None:
        found.append(query.query)

    def watch(_connection: Any, record: Any, _proxy: Any) -> None:
        if record.driver_connection not in watched:
            watched.add(record.driver_connection)
            record.driver_connection.add_query_logger(note)

    event.listen(engine.sync_engine, "checkout", watch)
    try:
        yield found
    finally:
        event.remove(engine.sync_engine, "checkout", watch)
        for driver in watched:
            if not driver.is_closed():
                driver.remove_query_logger(note)


@contextlib.asynccontextmanager
async def recorded_commands(url: str, namespace: str) -> AsyncIterator["RedisCommands"]:
    """Yield a recorder of the commands that name the namespace, from any client."""
    client: Redis = Redis.from_url(url)
    async with client.monitor() as monitor:
        commands = RedisCommands(monitor, client, namespace)
        try:
            yield commands
        finally:
            await client.aclose()


class RedisCommands:
    """Reads commands from MONITOR."""

    def __init__(self, monitor: Any, client: Redis, namespace: str) -> None:
        self._monitor = monitor
        self._client = client
        self._namespace = namespace
        self._marks = 0

    async def taken(self) -> list[str]:
        """Return the commands since the last call, without those of other namespaces."""
        self._marks += 1
        mark = f"mark-{self._namespace}-{self._marks}"
        await self._client.echo(mark)
        found: list[str] = []
        async with asyncio.timeout(30):
            while True:
                command = (await self._monitor.next_command())["command"]
                if mark in command:
                    return found
                if self._namespace in command and "mark-" not in command:
                    found.append(command)
