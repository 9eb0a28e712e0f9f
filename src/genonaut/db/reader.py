"""Run hot SELECTs on the connections of the driver: compiled once, without a transaction."""

from collections.abc import Sequence
from typing import Any

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine

from genonaut.config.settings import DatabaseSettings
from genonaut.db.driver_connections import DriverConnections
from genonaut.db.statement import Row
from genonaut.db.statement import Statement as ReadStatement

__all__ = ["ReadStatement", "Reader", "Row"]


class Reader:
    """Reads rows as the driver decodes them: enums as text, arrays and JSON as lists and dicts.

    Each statement sees one snapshot of its own. The ORM and a transaction cost more than PostgreSQL does
    for a row by its id.
    """

    def __init__(self, engine: AsyncEngine, settings: DatabaseSettings) -> None:
        self._engine = engine
        self._connections = DriverConnections(engine, settings)

    async def fetch(self, statement: ReadStatement, **values: Any) -> Sequence[Row]:  # noqa: ANN401
        """Return all rows.

        Raises:
            genonaut.db.DatabaseError: the database is away, or the statement failed.
        """
        arguments = statement.arguments(values)
        try:
            return await self._fetch(statement.sql, arguments)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
            return await self._fetch_again(statement.sql, arguments)

    async def fetch_one(self, statement: ReadStatement, **values: Any) -> Row | None:  # noqa: ANN401
        """Return the first row, or None; raises as ``fetch``."""
        rows = await self.fetch(statement, **values)
        return rows[0] if rows else None

    async def close(self) -> None:
        """Return all connections to the pool."""
        await self._connections.close()

    async def _fetch(self, sql: str, arguments: list[Any]) -> Sequence[Row]:
        pooled = await self._connections.acquire()
        is_usable = False
        try:
            driver: Any = pooled.driver_connection
            rows: Sequence[Row] = await driver.fetch(sql, *arguments)
            is_usable = True
        finally:
            await self._connections.release(pooled, is_usable=is_usable)
        return rows

    async def _fetch_again(self, sql: str, arguments: list[Any]) -> Sequence[Row]:
        """Repeat a failed read with SQLAlchemy, which raises the errors that the application knows."""
        async with self._engine.connect() as connection:
            return (await connection.exec_driver_sql(sql, tuple(arguments))).all()
