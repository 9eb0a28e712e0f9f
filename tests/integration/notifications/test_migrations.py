"""The migrations agree with the tables, up and down."""

import asyncio

from alembic import command
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from genonaut.config import Settings
from genonaut.db import migrations


async def test_tables_and_migrations_agree(settings: Settings) -> None:
    config = migrations.alembic_config(settings.database.url)
    await asyncio.to_thread(command.check, config)


async def test_the_migration_can_be_undone_and_repeated(settings: Settings) -> None:
    url = settings.database.url
    await migrations.downgrade(url, "20261121_gallery")
    await migrations.upgrade(url)
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM user_notifications")) == 0
    await engine.dispose()
