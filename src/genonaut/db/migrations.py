"""Migrate a database to the schema of this version."""

import asyncio

from alembic import command
from alembic.config import Config

from genonaut.db.revision import migrations_folder


def alembic_config(url: str) -> Config:
    """Return Alembic's configuration for the database at ``url``."""
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()))
    config.set_main_option("file_template", "%%(year)d%%(month).2d%%(day).2d_%%(slug)s")
    config.attributes["url"] = url
    return config


async def upgrade(url: str, revision: str = "head") -> None:
    """Apply the migrations up to ``revision``; waits at most 5 s for a lock."""
    await asyncio.to_thread(command.upgrade, alembic_config(url), revision)


async def downgrade(url: str, revision: str) -> None:
    """Undo the migrations down to ``revision``."""
    await asyncio.to_thread(command.downgrade, alembic_config(url), revision)
