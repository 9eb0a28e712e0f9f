"""Copy whole tables out of a consistent snapshot, and into an empty database.

COPY in text format does not depend on the programs of a PostgreSQL installation, and reads into any
other version. Source: PostgreSQL manual, COPY, and 13.2.2 (repeatable read).
"""

from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager

import asyncpg
import msgspec
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from genonaut.core.errors import GenonautError, UnavailableError

FILE_KEY = "storage_key"
"""Name of the columns that reference a stored file, in any table."""
_CONNECT_SECONDS = 10
_PREFETCH = 1000
_TABLES = """
SELECT c.relname AS name, array_agg(a.attname::text ORDER BY a.attnum) AS columns
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    AND c.relname <> 'alembic_version'
GROUP BY c.relname ORDER BY c.relname
"""
_SEQUENCES = """
SELECT sequencename, last_value FROM pg_sequences
WHERE schemaname = 'public' AND last_value IS NOT NULL
"""
_REVISION = "SELECT version_num FROM alembic_version"
_FOREIGN_KEYS = """
SELECT conrelid::regclass::text AS "table", quote_ident(conname) AS name,
    pg_get_constraintdef(oid) AS definition
FROM pg_constraint
WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND conparentid = 0
"""
_OTHER_CONNECTIONS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""


class DatabaseCopyError(GenonautError):
    """The database cannot be read or filled; the message says why."""

    code = "database_copy"


class Table(msgspec.Struct, frozen=True):
    """A table and its columns, without generated ones."""

    name: str
    columns: Sequence[str]


class FileRow(msgspec.Struct, frozen=True):
    """A stored file that a row references; size and hash are None if the table has no such column."""

    key: str
    size_bytes: int | None
    sha256: str | None


class Snapshot:
    """All tables as they were at one moment."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def revision(self) -> str:
        """Return the revision of the schema."""
        revision: str = await self._connection.fetchval(_REVISION)
        return revision

    async def server_version(self) -> str:
        """Return the version of PostgreSQL."""
        version: str = await self._connection.fetchval("SHOW server_version")
        return version

    async def tables(self) -> list[Table]:
        """Return all tables by name, except that of the migrations."""
        return [Table(row["name"], row["columns"]) for row in await self._connection.fetch(_TABLES)]

    async def sequences(self) -> dict[str, int]:
        """Return the last values of all sequences; none is below a value in the snapshot."""
        return {row[0]: row[1] for row in await self._connection.fetch(_SEQUENCES)}

    async def copy_out(self, table: Table, write: Callable[[bytes], Awaitable[None]]) -> int:
        """Pass the rows of a table to ``write`` in COPY's text format; return their number."""
        query = f"SELECT {_names(table.columns)} FROM public.{_quoted(table.name)}"  # noqa: S608
        status = await self._connection.copy_from_query(query, output=write, format="text")
        return int(status.split()[-1])

    async def referenced_files(self) -> AsyncIterator[FileRow]:
        """Yield every referenced file, some more than once."""
        for table in await self.tables():
            if FILE_KEY not in table.columns:
                continue
            size, sha256 = (
                name if name in table.columns else "NULL" for name in ("size_bytes", "sha256")
            )
            query = (
                f"SELECT {FILE_KEY}, {size}::bigint, {sha256}::text "  # noqa: S608
                f"FROM public.{_quoted(table.name)} WHERE {FILE_KEY} IS NOT NULL"
            )
            async for row in self._connection.cursor(query, prefetch=_PREFETCH):
                yield FileRow(*row)


@asynccontextmanager
async def open_snapshot(url: str) -> AsyncIterator[Snapshot]:
    """Open a snapshot; rows that change later stay as they are in it.

    Raises:
        UnavailableError: the database does not answer.
        DatabaseCopyError: it cannot be read.
    """
    async with (
        _connected(url) as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        yield Snapshot(connection)


class EmptyDatabase:
    """A database with tables that are filled in one transaction: completely or not at all."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def fill(
        self,
        tables: Sequence[Table],
        sequences: Mapping[str, int],
        rows_of: Callable[[Table], AsyncIterable[bytes]],
        *,
        note: str,
    ) -> None:
        """Replace the contents of all tables.

        Foreign keys are removed meanwhile and checked when they are added again: tables reference
        each other in cycles.

        Args:
            tables: All tables of the copy.
            sequences: Their last values.
            rows_of: Yields the rows of a table in COPY's text format.
            note: Stored as the comment of the table of migrations, see `note_of`.

        Raises:
            DatabaseCopyError: the database refuses the rows; nothing was changed.
        """
        run = self._connection.execute
        async with self._connection.transaction():
            keys = await self._connection.fetch(_FOREIGN_KEYS)
            for key in keys:
                await run(f"ALTER TABLE {key['table']} DROP CONSTRAINT {key['name']}")
            known = {row["name"] for row in await self._connection.fetch(_TABLES)}
            await run(f"TRUNCATE {', '.join(f'public.{_quoted(name)}' for name in known)}")
            for table in tables:
                name = f"public.{_quoted(table.name)}"
                await run(f"ALTER TABLE {name} DISABLE TRIGGER USER")
                await self._connection.copy_to_table(
                    table.name,
                    schema_name="public",
                    columns=table.columns,
                    source=rows_of(table),
                    format="text",
                )
                await run(f"ALTER TABLE {name} ENABLE TRIGGER USER")
            for key in keys:
                await run(
                    f"ALTER TABLE {key['table']} ADD CONSTRAINT {key['name']} {key['definition']}"
                )
            for name, value in sequences.items():
                await self._connection.execute(
                    "SELECT setval($1::text::regclass, $2)", f"public.{_quoted(name)}", value
                )
            await run(f"COMMENT ON TABLE alembic_version IS {_literal(note)}")

    async def clear_note(self) -> None:
        """Remove the comment of `fill`."""
        await self._connection.execute("COMMENT ON TABLE alembic_version IS NULL")

    async def analyse(self) -> None:
        """Update the statistics of the planner."""
        await self._connection.execute("ANALYZE")


class Target:
    """The state of a database that is to be filled."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def note(self) -> str | None:
        """Return the comment that `EmptyDatabase.fill` stored, None without one."""
        if await self._connection.fetchval("SELECT to_regclass('public.alembic_version')") is None:
            return None
        note: str | None = await self._connection.fetchval(
            "SELECT obj_description('public.alembic_version'::regclass, 'pg_class')"
        )
        return note

    async def has_schema(self) -> bool:
        """Return whether the schema ``public`` contains any table."""
        return bool(await self._connection.fetch(_TABLES))

    async def filled_tables(self) -> list[str]:
        """Return the names of all tables that have a row."""
        filled = []
        for row in await self._connection.fetch(_TABLES):
            query = f"SELECT EXISTS (SELECT FROM public.{_quoted(row['name'])})"  # noqa: S608
            if await self._connection.fetchval(query):
                filled.append(row["name"])
        return filled

    async def other_connections(self) -> int:
        """Return the number of other clients of the database."""
        return int(await self._connection.fetchval(_OTHER_CONNECTIONS))

    async def set_aside(self, name: str) -> None:
        """Rename the schema ``public`` and create an empty one; extensions move to the new one."""
        async with self._connection.transaction():
            await self._connection.execute("SET LOCAL lock_timeout = '5s'")
            extensions = await self._connection.fetch(
                "SELECT extname FROM pg_extension WHERE extnamespace = 'public'::regnamespace"
            )
            await self._connection.execute(f"ALTER SCHEMA public RENAME TO {_quoted(name)}")
            await self._connection.execute("CREATE SCHEMA public")
            for row in extensions:
                await self._connection.execute(
                    f"ALTER EXTENSION {_quoted(row['extname'])} SET SCHEMA public"
                )

    async def clear(self) -> None:
        """Drop the schema ``public`` with everything in it, and create an empty one."""
        async with self._connection.transaction():
            await self._connection.execute("SET LOCAL lock_timeout = '5s'")
            await self._connection.execute("DROP SCHEMA public CASCADE")
            await self._connection.execute("CREATE SCHEMA public")


@asynccontextmanager
async def open_target(url: str) -> AsyncIterator[Target]:
    """Connect to a database that is to be filled.

    Raises:
        UnavailableError: the database does not answer.
        DatabaseCopyError: it cannot be read or changed.
    """
    async with _connected(url) as connection:
        yield Target(connection)


@asynccontextmanager
async def open_empty_database(url: str) -> AsyncIterator[EmptyDatabase]:
    """Connect to a database with empty tables.

    Raises:
        UnavailableError: the database does not answer.
        DatabaseCopyError: it cannot be filled.
    """
    async with _connected(url) as connection:
        yield EmptyDatabase(connection)


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    try:
        plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        connection = await asyncpg.connect(plain, timeout=_CONNECT_SECONDS)
    except (OSError, ValueError, ArgumentError, asyncpg.PostgresError) as error:
        raise UnavailableError(
            f"cannot connect to PostgreSQL: {str(error) or type(error).__name__}"
        ) from error
    try:
        yield connection
    except (asyncpg.PostgresError, asyncpg.InterfaceError, ConnectionError) as error:
        raise DatabaseCopyError(f"PostgreSQL: {error}") from error
    finally:
        await connection.close()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _names(names: Sequence[str]) -> str:
    return ", ".join(map(_quoted, names))
