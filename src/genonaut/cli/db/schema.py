"""Create, migrate and empty a database, for the commands."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import asyncpg
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from genonaut.core.errors import GenonautError, UnavailableError
from genonaut.embedded import ensure_database


class MigrationError(GenonautError):
    """A migration could not be applied, written or reverted."""

    code = "migration"


def database_location(url: str) -> str:
    """Return host, port and name of a database, without user and password."""
    parts = make_url(url)
    return f"{parts.host or 'localhost'}:{parts.port or 5432}/{parts.database}"


async def create_if_missing(url: str) -> bool:
    """Create the database unless it exists; returns whether it was created.

    Raises:
        UnavailableError: the server does not answer or refuses the login.
    """
    try:
        async with connected(url):
            return False
    except UnavailableError as error:
        if not isinstance(error.__cause__, asyncpg.InvalidCatalogNameError):
            raise
    parts = make_url(url)
    admin = parts.set(database="postgres").render_as_string(hide_password=False)
    return await ensure_database(admin, parts.database or "")


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    """Yield a connection to the database.

    Raises:
        UnavailableError: the server does not answer or refuses the login.
    """
    try:
        plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        connection = await asyncpg.connect(plain, timeout=10)
    except (OSError, ValueError, asyncpg.PostgresError, SQLAlchemyError) as error:
        reason = str(error) or type(error).__name__
        raise UnavailableError(
            f"cannot connect to PostgreSQL at {_location(url)}: {reason}"
        ) from error
    try:
        yield connection
    finally:
        await connection.close()


def _location(url: str) -> str:
    try:
        return database_location(url)
    except (ValueError, SQLAlchemyError):
        return "the configured address"


async def current_revision(connection: asyncpg.Connection) -> str | None:
    """Return the revision of the schema, None for a database without one."""
    if await connection.fetchval("SELECT to_regclass('alembic_version')") is None:
        return None
    revision: str | None = await connection.fetchval("SELECT version_num FROM alembic_version")
    return revision


async def revision_of(url: str) -> str | None:
    """Return the revision of the database at ``url``, None for one without a schema."""
    async with connected(url) as connection:
        return await current_revision(connection)


async def upgrade(url: str, revision: str = "head") -> None:
    """Apply the migrations up to ``revision``.

    Raises:
        MigrationError: a step failed; its changes were rolled back.
    """
    from genonaut.db import migrations  # noqa: PLC0415 - loads Alembic

    with _migration_errors("upgrade"):
        await migrations.upgrade(url, revision)


async def downgrade(url: str, revision: str) -> None:
    """Revert migrations down to ``revision``.

    Raises:
        MigrationError: a step failed; its changes were rolled back.
    """
    from genonaut.db import migrations  # noqa: PLC0415 - loads Alembic

    with _migration_errors("downgrade"):
        await migrations.downgrade(url, revision)


async def write_revision(url: str, message: str, *, empty: bool) -> list[str]:
    """Write a migration from the difference between tables and database; returns its paths.

    Raises:
        MigrationError: the database is not at the newest revision.
    """
    from alembic import command  # noqa: PLC0415 - large

    from genonaut.db import migrations  # noqa: PLC0415 - loads Alembic

    config = migrations.alembic_config(url)
    with _migration_errors("write the revision"):
        made = await asyncio.to_thread(
            command.revision, config, message=message, autogenerate=not empty
        )
    scripts = made if isinstance(made, list) else [made]
    return [str(script.path) for script in scripts if script is not None]


async def empty(url: str) -> None:
    """Drop every table, type and function of the schema ``public``.

    Raises:
        UnavailableError: the server does not answer or refuses the login.
        MigrationError: the tables are in use, or belong to another database user.
    """
    async with connected(url) as connection:
        with _migration_errors("empty the database"):
            async with connection.transaction():
                await connection.execute("SET LOCAL lock_timeout = '5s'")
                await connection.execute("DROP SCHEMA IF EXISTS public CASCADE")
                await connection.execute("CREATE SCHEMA public")


@contextmanager
def _migration_errors(act: str) -> Iterator[None]:
    from alembic.util import CommandError  # noqa: PLC0415 - large

    try:
        yield
    except (CommandError, SQLAlchemyError, asyncpg.PostgresError, OSError) as error:
        reason = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
        raise MigrationError(f"cannot {act}: {reason}") from error
