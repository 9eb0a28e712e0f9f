"""An empty database for an older edition, and the folder of its files."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
from tests.support.databases import create_database, drop_database
from tests.support.processes import Servers


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "old files"


@pytest.fixture
async def old_database(servers: Servers) -> AsyncIterator[str]:
    name = f"genonaut_old_{uuid4().hex[:8]}"
    await create_database(servers.database_url, name, template="template0")
    yield servers.url_of(name)
    await drop_database(servers.database_url, name)
