"""Servers that a test can kill and restart."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
from tests.support.databases import create_database

from genonaut.db import migrations
from genonaut.embedded import RunningPostgres, RunningValkey, Source, postgres, valkey


@pytest.fixture
async def own_valkey(data_dir: Path) -> AsyncIterator[RunningValkey]:
    """A Redis that the test can restart."""
    folder = data_dir / f"valkey-{uuid4().hex[:6]}"
    async with valkey(source=Source.AUTO, data_dir=folder, port=None, durable=False) as server:
        yield server


@pytest.fixture
async def own_postgres(data_dir: Path) -> AsyncIterator[RunningPostgres]:
    """A PostgreSQL that the test can restart."""
    folder = data_dir / f"postgres-{uuid4().hex[:6]}"
    async with postgres(source=Source.AUTO, data_dir=folder, port=None, durable=True) as server:
        await create_database(server.url_for("postgres"), "faults")
        await migrations.upgrade(server.url_for("faults"))
        yield server
