"""Databases for tests: empty, migrated, and each under a new name."""

from contextlib import suppress
from uuid import uuid4

import asyncpg
from sqlalchemy.engine import make_url

# Deleting more rows takes longer than copying the template.
_MOST_ROWS = 2_000

# Everything about a database that is not rows. Copies of a template keep its object ids.
_FINGERPRINT = """
SELECT md5(string_agg(part, ',' ORDER BY part)) FROM (
    SELECT concat('class', c.oid, c.relname, c.relacl, c.reloptions) AS part FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace
    UNION ALL SELECT concat('column', a.attrelid, a.attname, a.atttypid, a.atttypmod, a.attnotnull)
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0
    UNION ALL SELECT concat('default', oid) FROM pg_attrdef
    UNION ALL SELECT concat('constraint', oid, conname, convalidated) FROM pg_constraint
    UNION ALL SELECT concat('function', oid) FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT concat('trigger', oid, tgenabled) FROM pg_trigger
    UNION ALL SELECT concat('schema', nspname, nspacl) FROM pg_namespace
        WHERE nspname !~ '^pg_(toast_)?temp_'
    UNION ALL SELECT concat('extension', oid) FROM pg_extension
    UNION ALL SELECT concat('setting', s.setrole, s.setconfig) FROM pg_db_role_setting s
        JOIN pg_database d ON d.oid = s.setdatabase WHERE d.datname = current_database()
    UNION ALL SELECT concat('database', datacl, datconnlimit) FROM pg_database
        WHERE datname = current_database()
    UNION ALL SELECT concat('revision', version_num) FROM alembic_version
    -- What the planner has learnt of rows that are gone would mislead it.
    UNION ALL SELECT concat('statistics', starelid) FROM pg_statistic s
        JOIN pg_class c ON c.oid = s.starelid WHERE c.relnamespace = 'public'::regnamespace
) AS parts
"""
# Foreign keys are disabled meanwhile, so the order does not matter.
_EMPTY = f"""
DO $$
DECLARE
    one regclass;
    deleted bigint;
    total bigint := 0;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR one IN SELECT oid FROM pg_class WHERE relkind = 'r'
        AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'
    LOOP
        EXECUTE format('DELETE FROM %s', one);
        GET DIAGNOSTICS deleted = ROW_COUNT;
        total := total + deleted;
    END LOOP;
    IF total > {_MOST_ROWS} THEN
        RAISE EXCEPTION 'too many rows';
    END IF;
    PERFORM setval(format('%I.%I', schemaname, sequencename), start_value, false)
        FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL;
END $$
"""  # noqa: S608  # a constant of this module


async def connect(url: str) -> "asyncpg.Connection[asyncpg.Record]":
    """Connect to the database of an SQLAlchemy URL."""
    plain = make_url(url).set(drivername="postgresql")
    return await asyncpg.connect(plain.render_as_string(hide_password=False))


async def create_database(admin_url: str, name: str, *, template: str = "template1") -> None:
    """Create a database as a copy of another one."""
    await _administer(admin_url, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


async def drop_database(admin_url: str, name: str) -> None:
    """Drop a database with its connections, if it exists."""
    await _administer(admin_url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


async def _administer(admin_url: str, statement: str) -> None:
    connection = await connect(admin_url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


class DatabaseShelf:
    """Provides databases for tests and reuses them.

    Copying the template takes 40 ms of processor time and writes 9 MB; deleting the rows of a test
    takes a tenth of that. A returned database is reused under another name if it still has the
    schema and the settings of the template.
    """

    def __init__(self, admin_url: str, template: str) -> None:
        self._admin_url = admin_url
        self._template = template
        self._idle: list[str] = []
        self._fingerprint = ""

    async def take(self, *, fresh: bool = False) -> str:
        """Return the name of an empty database; the name was not used before.

        Args:
            fresh: never contained a row, for tests of query plans, which depend on pages.
        """
        name = f"genonaut_test_{uuid4().hex[:12]}"
        while self._idle and not fresh:
            before = self._idle.pop()
            try:
                await _administer(self._admin_url, f'ALTER DATABASE "{before}" RENAME TO "{name}"')
            except asyncpg.PostgresError:  # a connection of an earlier test is open
                await drop_database(self._admin_url, before)
            else:
                return name
        await create_database(self._admin_url, name, template=self._template)
        if not self._fingerprint:
            self._fingerprint = await self._emptied(name)
        return name

    async def give_back(self, name: str) -> None:
        """Return a database; all its connections are closed."""
        found = ""
        with suppress(asyncpg.PostgresError):
            await _administer(
                self._admin_url,
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "  # noqa: S608
                f"WHERE datname = '{name}'",
            )
            found = await self._emptied(name)
        if found and found == self._fingerprint:
            self._idle.append(name)
        else:
            await drop_database(self._admin_url, name)

    async def close(self) -> None:
        """Drop all databases."""
        while self._idle:
            await drop_database(self._admin_url, self._idle.pop())

    async def _emptied(self, name: str) -> str:
        url = make_url(self._admin_url).set(database=name)
        connection = await connect(url.render_as_string(hide_password=False))
        try:
            fingerprint: str = await connection.fetchval(_FINGERPRINT)
            await connection.execute(_EMPTY)
        finally:
            await connection.close()
        return fingerprint
