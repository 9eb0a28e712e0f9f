"""Alembic's entry: run the migrations over asyncpg."""

import asyncio

from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

import genonaut.accounts.tables
import genonaut.catalog.tables
import genonaut.content.tables
import genonaut.jobs.tables
import genonaut.notifications.tables
import genonaut.notifications.webhooks.tables  # noqa: F401  # each registers its tables with the metadata
from genonaut.db.base import Base


def run(connection: Connection) -> None:
    """Migrate within one transaction that gives up rather than block everybody else."""
    context.configure(
        connection=connection, target_metadata=Base.metadata, compare_server_default=True
    )
    with context.begin_transaction():
        connection.execute(text("SET LOCAL lock_timeout = '5s'"))
        # Two processes that start together must not migrate side by side.
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('genonaut.migrations'))"))
        context.run_migrations()


async def connect_and_run() -> None:
    """Open one connection for the run."""
    engine = create_async_engine(context.config.attributes["url"], poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.run_sync(run)
    await engine.dispose()


asyncio.run(connect_and_run())
