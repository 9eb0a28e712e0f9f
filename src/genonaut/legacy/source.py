"""Read the database of an older edition; nothing in it is ever changed.

Three states of its schema are met. They are told apart by their tables and columns, because databases
of the same revision differ: A has jobs with ``parameters``; B has jobs with ``params`` and the table
``comfyui_generation_requests``; in C that table was merged into the jobs.
"""

import contextlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from sqlalchemy import make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from genonaut.core.errors import GenonautError, UnavailableError

Row = dict[str, Any]
BATCH = 100
ITEM_TABLES = {"items": "content_items", "auto": "content_items_auto"}
"""Source type to table; ids may occur in both."""
_PARENT = "content_items_all"
_COLUMNS = """
SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'
"""
_WITHOUT_EQUIVALENT = (
    "recommendations",
    "flagged_content",
    "user_search_history",
    "route_analytics",
    "route_analytics_hourly",
    "generation_events",
    "generation_metrics_hourly",
    "tag_cardinality_stats",
    "gen_source_stats",
    "tag_ratings",
)


class LegacyDatabaseError(GenonautError):
    """The database is not one of an older edition, or cannot be read."""

    code = "legacy_database"


class LegacyDatabase:
    """The tables of an older edition."""

    def __init__(self, connection: AsyncConnection, columns: dict[str, set[str]]) -> None:
        self._connection = connection
        self._columns = columns

    @property
    def state(self) -> str:
        """Return A, B or C."""
        if "parameters" in self._columns["generation_jobs"]:
            return "A"
        return "B" if self.has("comfyui_generation_requests") else "C"

    def has(self, table: str, column: str | None = None) -> bool:
        """Return whether there is a table, or a column of it."""
        columns = self._columns.get(table)
        return columns is not None and (column is None or column in columns)

    async def count(self, table: str) -> int:
        """Return the number of rows of a table; 0 if it does not exist."""
        if not self.has(table):
            return 0
        query = f'SELECT count(*) FROM "{table}"'  # noqa: S608 - names of this module
        return int(await self._connection.scalar(text(query)) or 0)

    async def rows_without_equivalent(self) -> dict[str, int]:
        """Return the number of rows of each table that is not imported and has any."""
        counts = {table: await self.count(table) for table in _WITHOUT_EQUIVALENT}
        return {table: count for table, count in counts.items() if count}

    async def batches(self, table: str) -> AsyncIterator[Sequence[Row]]:
        """Yield all rows of a table by id, some at a time."""
        if not self.has(table):
            return
        last: Any = None
        while True:
            after = "" if last is None else "WHERE id > :last"
            query = f'SELECT * FROM "{table}" {after} ORDER BY id LIMIT {BATCH}'  # noqa: S608
            parameters = {} if last is None else {"last": last}
            batch = await self.select(query, **parameters)
            if not batch:
                return
            last = batch[-1]["id"]
            yield batch

    async def item_batches(self, source_type: str) -> AsyncIterator[Sequence[Row]]:
        """Yield the content items of a source type, some at a time."""
        table = ITEM_TABLES[source_type]
        if self.has(table) or not self.has(_PARENT):
            async for batch in self.batches(table):
                yield batch
            return
        async for batch in self.batches(_PARENT):  # ids of both types: not in batches by type
            yield [row for row in batch if row["source_type"] == source_type]

    async def items_of(self, source_type: str, ids: Sequence[int]) -> list[Row]:
        """Return creator and visibility of content items."""
        table, condition = ITEM_TABLES[source_type], ""
        if not self.has(table) and self.has(_PARENT):
            table, condition = _PARENT, "AND source_type = :source"
        if not ids or not self.has(table):
            return []
        query = f"SELECT id, creator_id, is_private FROM {table} WHERE id = ANY(:ids) {condition}"  # noqa: S608 - names of this module
        sources = {"source": source_type} if condition else {}
        return await self.select(query, ids=list(ids), **sources)

    async def select(self, query: str, **parameters: Any) -> list[Row]:  # noqa: ANN401 - values of SQL
        """Return the rows of a query."""
        result = await self._connection.execute(text(query), parameters)
        return [dict(row) for row in result.mappings()]


@asynccontextmanager
async def open_legacy_database(url: str) -> AsyncIterator[LegacyDatabase]:
    """Open the database for reading; PostgreSQL refuses every change.

    Raises:
        UnavailableError: it does not answer.
        LegacyDatabaseError: it is not a database of an older edition.
    """
    try:
        address = make_url(url.replace("postgres://", "postgresql://", 1))
    except ArgumentError as error:
        raise LegacyDatabaseError("--database is not a URL such as postgresql://…") from error
    options = {"default_transaction_read_only": "on", "application_name": "genonaut-import"}
    engine = create_async_engine(
        address.set(drivername="postgresql+asyncpg"),
        connect_args={"server_settings": options, "timeout": 10},
    )
    try:
        async with _connected(engine.connect()) as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            columns: dict[str, set[str]] = {}
            for table, column in await connection.execute(text(_COLUMNS)):
                columns.setdefault(table, set()).add(column)
            if missing := {"users", "generation_jobs"} - set(columns):
                raise LegacyDatabaseError(
                    f"the database has no table {', '.join(sorted(missing))}: it is not one of an "
                    "older edition of Genonaut"
                )
            if "legacy_ids" in columns or "generation_batches" in columns:
                raise LegacyDatabaseError("the database is one of this edition of Genonaut")
            yield LegacyDatabase(connection, columns)
    finally:
        await engine.dispose()


@asynccontextmanager
async def _connected(connecting: Any) -> AsyncIterator[AsyncConnection]:  # noqa: ANN401 - SQLAlchemy's
    async with contextlib.AsyncExitStack() as stack:
        try:
            connection = await stack.enter_async_context(connecting)
        except (SQLAlchemyError, OSError) as error:
            reason = str(getattr(error, "orig", None) or error)
            raise UnavailableError(f"cannot connect to the old database: {reason}") from error
        yield connection


def decoded(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return the value of a json or jsonb column; None if it is not valid JSON."""
    if not isinstance(value, str | bytes):
        return value
    try:
        return msgspec.json.decode(value)
    except msgspec.MsgspecError:
        return None
