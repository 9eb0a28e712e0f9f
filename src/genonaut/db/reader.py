"""Run hot SELECTs on the connections of the driver: compiled once, without a transaction."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import asyncpg
from sqlalchemy import Executable
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.util.concurrency import greenlet_spawn

from genonaut.config.settings import DatabaseSettings
from genonaut.db.engine import TRUSTED_IDLE_SECONDS

Row = Sequence[Any]
_MOST_CONNECTIONS = 5
"""PostgreSQL needs far less than a millisecond for a hot read; more connections would only queue there."""


class ReadStatement:
    """One SELECT as SQL text with numbered parameters."""

    def __init__(self, query: Executable) -> None:
        compiled = query.compile(dialect=PGDialect_asyncpg())  # type: ignore[attr-defined, no-untyped-call]
        if not isinstance(compiled, SQLCompiler):
            raise TypeError("not a statement with parameters")
        self.sql = str(compiled)
        self._names = tuple(compiled.positiontup or ())
        self._fixed = {name: value for name, value in compiled.params.items() if value is not None}

    def arguments(self, values: dict[str, Any]) -> list[Any]:
        """Return the values of the parameters in their order in the text."""
        known = {**self._fixed, **values}
        return [known[name] for name in self._names]


class Reader:
    """Reads rows as the driver decodes them: enums as text, arrays and JSON as lists and dicts.

    Each statement sees one snapshot of its own. The ORM and a transaction cost more than PostgreSQL does
    for a row by its id. Connections come from the engine's pool, with its limits and checks; a few stay
    here between two reads, because the pool costs twice as much as the driver. Waiting reads are served
    in the order in which they came.
    """

    def __init__(self, engine: AsyncEngine, settings: DatabaseSettings) -> None:
        share = (settings.pool_size + settings.max_overflow) // 4
        self._engine = engine
        self._kept = min(share, _MOST_CONNECTIONS)
        self._slots = asyncio.Semaphore(max(self._kept, 1))
        self._patience_seconds = settings.pool_timeout_seconds
        self._idle: list[tuple[PoolProxiedConnection, float]] = []

    async def fetch(self, statement: ReadStatement, **values: Any) -> Sequence[Row]:  # noqa: ANN401
        """Return all rows.

        Raises:
            genonaut.db.DatabaseError: the database is away, or the statement failed.
        """
        arguments = statement.arguments(values)
        try:
            await self._wait_for_slot()
            try:
                return await self._fetch(statement.sql, arguments)
            finally:
                self._slots.release()
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
            return await self._fetch_again(statement.sql, arguments)

    async def fetch_one(self, statement: ReadStatement, **values: Any) -> Row | None:  # noqa: ANN401
        """Return the first row, or None; raises as ``fetch``."""
        rows = await self.fetch(statement, **values)
        return rows[0] if rows else None

    async def close(self) -> None:
        """Return all connections to the pool."""
        while self._idle:
            await _give_back(self._idle.pop()[0])

    async def _wait_for_slot(self) -> None:
        if self._slots.locked():
            async with asyncio.timeout(self._patience_seconds):
                await self._slots.acquire()
        else:
            await self._slots.acquire()

    async def _fetch(self, sql: str, arguments: list[Any]) -> Sequence[Row]:
        pooled = await self._take()
        try:
            driver: Any = pooled.driver_connection
            rows: Sequence[Row] = await driver.fetch(sql, *arguments)
        except BaseException:
            await _give_back(pooled)  # the pool discards it if it is closed
            raise
        if self._kept:
            self._idle.append((pooled, time.monotonic()))
        else:
            await _give_back(pooled)
        return rows

    async def _take(self) -> PoolProxiedConnection:
        """Return a connection: the last one used, or one of the pool, which checks those long idle."""
        while self._idle:
            pooled, used_at = self._idle.pop()
            driver: Any = pooled.driver_connection
            if time.monotonic() - used_at < TRUSTED_IDLE_SECONDS and not driver.is_closed():
                return pooled
            await _give_back(pooled)
        return await self._engine.raw_connection()

    async def _fetch_again(self, sql: str, arguments: list[Any]) -> Sequence[Row]:
        """Repeat a failed read with SQLAlchemy, which raises the errors that the application knows."""
        async with self._engine.connect() as connection:
            return (await connection.exec_driver_sql(sql, tuple(arguments))).all()


async def _give_back(pooled: PoolProxiedConnection) -> None:
    await greenlet_spawn(pooled.close)
