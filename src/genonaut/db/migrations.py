"""Bring a database to this version's schema, and tell whether it is there."""

import asyncio

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from genonaut.config.loading import project_root
from genonaut.core.errors import UnavailableError


def alembic_config(url: str) -> Config:
    """Return Alembic's configuration for the database at ``url``."""
    config = Config()
    config.set_main_option("script_location", str(project_root() / "migrations"))
    config.set_main_option("file_template", "%%(year)d%%(month).2d%%(day).2d_%%(slug)s")
    config.attributes["url"] = url
    return config


async def upgrade(url: str, revision: str = "head") -> None:
    """Apply the migrations up to ``revision``; waits at most 5 s for a lock."""
    await asyncio.to_thread(command.upgrade, alembic_config(url), revision)


async def downgrade(url: str, revision: str) -> None:
    """Take back the migrations down to ``revision``."""
    await asyncio.to_thread(command.downgrade, alembic_config(url), revision)


def newest_revision() -> str | None:
    """Return the revision this code was written for."""
    return ScriptDirectory.from_config(alembic_config("")).get_current_head()


async def require_current_schema(engine: AsyncEngine) -> None:
    """Refuse to work on an older or newer schema.

    Raises:
        UnavailableError: says which command mends it.
    """

    def read(connection: Connection) -> str | None:
        return MigrationContext.configure(connection).get_current_revision()

    async with engine.connect() as connection:
        current = await connection.run_sync(read)
    if current != newest_revision():
        raise UnavailableError(
            f"the database is at revision {current or 'none'}, this version needs "
            f"{newest_revision()}; run: genonaut db upgrade"
        )
