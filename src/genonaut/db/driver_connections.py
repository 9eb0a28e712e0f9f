"""Connections of the driver, borrowed from the engine's pool."""

import time
from collections.abc import Mapping
from typing import Any

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.util.concurrency import greenlet_spawn

from genonaut.config.settings import DatabaseSettings
from genonaut.db.engine import TRUSTED_IDLE_SECONDS
from genonaut.db.slots import Slots

_MOST_CONNECTIONS = 5
"""PostgreSQL needs about a millisecond for a hot statement; more connections would only queue there."""
DRIVER_ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError)


class DriverConnections:
    """A few connections that stay here between two uses, because the pool costs more than the driver.

    They count against the limits of the engine's pool, which checks those that were long idle. Waiting
    callers are served in the order in which they came.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        settings: DatabaseSettings,
        *,
        parameters: Mapping[str, str] | None = None,
    ) -> None:
        """Use the engine's pool.

        Args:
            engine: the engine whose pool gives the connections.
            settings: the size of that pool.
            parameters: parameters of PostgreSQL that are set on every connection while it is here.
        """
        parameters = parameters or {}
        self._set = "; ".join(f"SET {name} = {value}" for name, value in parameters.items())
        self._reset = "; ".join(f"RESET {name}" for name in parameters)
        share = (settings.pool_size + settings.max_overflow) // 4
        self._engine = engine
        self._kept = min(share, _MOST_CONNECTIONS)
        self._slots = Slots(max(self._kept, 1), settings.pool_timeout_seconds)
        self._idle: list[tuple[PoolProxiedConnection, float]] = []

    async def acquire(self) -> PoolProxiedConnection:
        """Return a connection; every one must be released.

        Raises:
            TimeoutError: none became free in time.
        """
        await self._slots.acquire()
        try:
            return await self._take()
        except BaseException:
            self._slots.release()
            raise

    async def release(self, pooled: PoolProxiedConnection, *, is_usable: bool) -> None:
        """Keep the connection for the next caller; close it if its state is unknown."""
        try:
            if not is_usable:
                await greenlet_spawn(pooled.invalidate)
            elif self._kept:
                self._idle.append((pooled, time.monotonic()))
            else:
                await self._give_back(pooled)
        finally:
            self._slots.release()

    async def close(self) -> None:
        """Return all connections to the pool."""
        while self._idle:
            await self._give_back(self._idle.pop()[0])

    def as_database_error(
        self, pooled: PoolProxiedConnection, error: BaseException, sql: str
    ) -> BaseException:
        """Return an error of the driver as the error that SQLAlchemy raises for it."""
        adapter: Any = pooled.dbapi_connection
        dialect = self._engine.dialect
        driver: Any = pooled.driver_connection
        is_closed = driver is None or driver.is_closed()
        try:
            adapter._handle_exception(error)  # noqa: SLF001  # the only way to SQLAlchemy's mapping
        except dialect.loaded_dbapi.Error as adapted:
            return DBAPIError.instance(
                sql,
                None,
                adapted,
                dialect.loaded_dbapi.Error,
                hide_parameters=True,
                connection_invalidated=is_closed,
                dialect=dialect,
            )
        except BaseException as same:  # noqa: BLE001  # returned, not swallowed
            return same
        return error

    async def _take(self) -> PoolProxiedConnection:
        """Return the connection used last, or one of the pool, which checks those long idle."""
        while self._idle:
            pooled, used_at = self._idle.pop()
            driver: Any = pooled.driver_connection
            if time.monotonic() - used_at < TRUSTED_IDLE_SECONDS and not driver.is_closed():
                return pooled
            await self._give_back(pooled)
        pooled = await self._engine.raw_connection()
        if self._set:
            await self._execute(pooled, self._set)
        return pooled

    async def _give_back(self, pooled: PoolProxiedConnection) -> None:
        """Return a connection to the pool, as it came from there."""
        driver: Any = pooled.driver_connection
        if self._reset and not driver.is_closed():
            try:
                await self._execute(pooled, self._reset)
            except (DBAPIError, OSError, TimeoutError):
                return  # closed by ``_execute``
        await greenlet_spawn(pooled.close)

    async def _execute(self, pooled: PoolProxiedConnection, sql: str) -> None:
        """Run SQL text outside of a transaction; close the connection if that fails."""
        driver: Any = pooled.driver_connection
        try:
            await driver.execute(sql)
        except BaseException as error:
            shown = error
            if isinstance(error, DRIVER_ERRORS):
                shown = self.as_database_error(pooled, error, sql)
            await greenlet_spawn(pooled.invalidate)
            raise shown from error
