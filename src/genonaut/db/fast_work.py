"""Transactions of the hot path on connections of the driver: SQL text, without the ORM."""

import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import PoolProxiedConnection

from genonaut.config.settings import DatabaseSettings
from genonaut.core.messages import Event, Task
from genonaut.db.advisory_locks import AdvisoryLock, lock_name
from genonaut.db.driver_connections import DRIVER_ERRORS, DriverConnections
from genonaut.db.statement import Row, Statement


class Transaction(Protocol):
    """What a rule needs that runs in a unit of work with or without the ORM."""

    async def fetch(self, statement: Statement, **values: Any) -> Sequence[Row]:  # noqa: ANN401
        """Return all rows of a statement."""

    async def lock(self, sql: str) -> None:
        """Run SQL text that only takes locks; at the beginning it costs no round trip of its own."""

    def publish(self, event: Event) -> None:
        """Publish an event after the commit."""

    def enqueue(self, task: Task) -> None:
        """Send a task to the workers after the commit."""

    def after_commit(self, act: Callable[[], None]) -> None:
        """Call a function in this process after the commit; it must not raise."""


class FastUnitOfWork:
    """One transaction on a connection of the driver, with the messages to send after its commit."""

    def __init__(
        self, connections: DriverConnections, pooled: PoolProxiedConnection, *, begin: str = ""
    ) -> None:
        """Use a connection; ``begin`` is sent before the first statement, or with it."""
        self._begin = begin
        self._connections = connections
        self._pooled = pooled
        self._driver: Any = pooled.driver_connection
        self.events: list[Event] = []
        self.tasks: list[Task] = []
        self._after_commit: list[Callable[[], None]] = []
        self.is_rolled_back = False

    async def fetch(self, statement: Statement, **values: Any) -> Sequence[Row]:  # noqa: ANN401
        """Return all rows of a statement.

        Raises:
            genonaut.db.DatabaseError: the database is away, or the statement failed.
        """
        if self._begin:
            await self._send_begin()
        return await self.send(statement.sql, statement.arguments(values))

    async def lock(self, sql: str) -> None:
        """Run SQL text that only takes locks; at the beginning it shares the message with BEGIN."""
        await (self._send_begin(sql) if self._begin else self.send(sql))

    def publish(self, event: Event) -> None:
        """Publish an event after the commit."""
        self.events.append(event)

    def enqueue(self, task: Task) -> None:
        """Send a task to the workers after the commit."""
        self.tasks.append(task)

    def after_commit(self, act: Callable[[], None]) -> None:
        """Call a function in this process after the commit; it must not raise."""
        self._after_commit.append(act)

    async def commit(self) -> None:
        """Commit; called by the code that opened the unit of work."""
        if not self._begin:  # else no statement was sent
            await self.send("COMMIT")
        for act in self._after_commit:
            act()

    async def roll_back(self) -> None:
        """End the transaction without its changes, as the last act in it.

        For a transaction that only took locks: unlike a commit, it does not wait for the disk.
        """
        if not self._begin:
            await self.send("ROLLBACK")
        self.is_rolled_back = True

    @property
    def is_in_transaction(self) -> bool:
        """Return whether the connection has a transaction, or is closed."""
        return bool(self._driver.is_closed() or self._driver.is_in_transaction())

    async def _send_begin(self, sql: str = "") -> None:
        """Open the transaction and run ``sql`` in it."""
        begin, self._begin = self._begin, ""
        await self.send(f"{begin}; {sql}" if sql else begin)

    async def send(self, sql: str, arguments: Sequence[Any] | None = None) -> Sequence[Row]:
        """Run SQL text; without arguments it may contain several statements and returns nothing."""
        try:
            if arguments is None:
                await self._driver.execute(sql)
                return ()
            rows: Sequence[Row] = await self._driver.fetch(sql, *arguments)
        except DRIVER_ERRORS as error:
            raise self._connections.as_database_error(self._pooled, error, sql) from error
        return rows


# Small tables grow quickly, and a connection keeps the plan of a statement until the next ANALYZE: a
# sequential scan that was right for ten jobs would be used for thousands. Every statement here finds
# its few rows through an index.
_PARAMETERS = {"enable_seqscan": "off"}


class FastTransactions:
    """Opens units of work on a few connections of the driver.

    A transaction with one statement costs a quarter of one in a session (docs/decisions/hot-path.md).
    """

    def __init__(self, engine: AsyncEngine, settings: DatabaseSettings) -> None:
        self._connections = DriverConnections(engine, settings, parameters=_PARAMETERS)

    @contextlib.asynccontextmanager
    async def begin(
        self, lock: AdvisoryLock | None = None, *, subject: object = None
    ) -> AsyncIterator[FastUnitOfWork]:
        """Open a transaction; it commits at the end of the block, or rolls back when that raises.

        ``lock`` is held from the first statement to the end; it costs no round trip of its own.
        """
        begin = "BEGIN" if lock is None else _begin_locked(lock_name(lock, subject))
        async with self._borrowed(begin) as unit:
            try:
                yield unit
            except TimeoutError:  # the state of the connection is unknown
                raise
            except Exception:
                await unit.roll_back()
                raise
            if not unit.is_rolled_back:
                await unit.commit()

    @contextlib.asynccontextmanager
    async def single(self) -> AsyncIterator[FastUnitOfWork]:
        """Open a unit of work without a transaction: each statement commits by itself."""
        async with self._borrowed() as unit:
            yield unit

    async def close(self) -> None:
        """Return all connections to the pool."""
        await self._connections.close()

    @contextlib.asynccontextmanager
    async def _borrowed(self, begin: str = "") -> AsyncIterator[FastUnitOfWork]:
        pooled = await self._connections.acquire()
        is_usable = False
        try:
            unit = FastUnitOfWork(self._connections, pooled, begin=begin)
            try:
                yield unit
            except TimeoutError:
                raise
            except Exception:
                is_usable = not unit.is_in_transaction
                raise
            is_usable = True
        finally:
            await self._connections.release(pooled, is_usable=is_usable)


def _begin_locked(name: str) -> str:
    quoted = name.replace("'", "''")
    # Not in one statement with the work: that must see what the previous holder committed.
    return f"BEGIN; SELECT pg_advisory_xact_lock(hashtext('{quoted}'))"
