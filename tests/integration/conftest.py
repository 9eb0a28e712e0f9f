"""People with accounts, and servers that a test can kill and restart."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
from tests.support.accounts import held
from tests.support.databases import create_database
from tests.support.people import Person, Town, running_town

from genonaut.accounts.tables import Role
from genonaut.config import Settings
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


@pytest.fixture
def open_settings(settings: Settings) -> Settings:
    """Settings of the town; a folder may override them."""
    return settings


@pytest.fixture
async def town(open_settings: Settings) -> AsyncIterator[Town]:
    """An API with a login."""
    async with held(running_town(open_settings)) as town:
        yield town


@pytest.fixture
async def ann(town: Town) -> Person:
    return await town.person("ann")


@pytest.fixture
async def bob(town: Town) -> Person:
    return await town.person("bob")


@pytest.fixture
async def admin(town: Town) -> Person:
    """An administrator."""
    return await town.person("root", role=Role.ADMIN)
