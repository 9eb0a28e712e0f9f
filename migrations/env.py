"""Alembic's entry point: run the migrations over asyncpg."""

import asyncio

from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

import genonaut.accounts.tables
import genonaut.catalog.tables
import genonaut.collections.tables
import genonaut.content.collection_tables
import genonaut.content.storage_tables
import genonaut.content.tables
import genonaut.grids.tables
import genonaut.jobs.tables
import genonaut.legacy.tables
import genonaut.monitoring.tables
import genonaut.notifications.push.tables
import genonaut.notifications.tables
import genonaut.notifications.webhooks.tables
import genonaut.presets.tables
import genonaut.searches.tables
import genonaut.uploads.tables
import genonaut.wildcards.tables
import genonaut.workflows.tables  # noqa: F401  # each import registers tables with the metadata
from genonaut.db.advisory_locks import LOCK_TRANSACTION, AdvisoryLock
from genonaut.db.base import Base


def run(connection: Connection) -> None:
    """Migrate in one transaction; fails after waiting 5 s for a lock, so as not to block other queries."""
    context.configure(
        connection=connection, target_metadata=Base.metadata, compare_server_default=True
    )
    with context.begin_transaction():
        connection.execute(text("SET LOCAL lock_timeout = '5s'"))
        # A second process that migrates at the same time waits here.
        connection.execute(LOCK_TRANSACTION, {"name": str(AdvisoryLock.MIGRATIONS)})
        context.run_migrations()


async def connect_and_run() -> None:
    """Open a connection and run the migrations."""
    engine = create_async_engine(context.config.attributes["url"], poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.run_sync(run)
    await engine.dispose()


asyncio.run(connect_and_run())
