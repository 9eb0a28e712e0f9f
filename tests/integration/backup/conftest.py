from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest
from tests.support.databases import create_database, drop_database
from tests.support.processes import Servers

from genonaut.config import Settings


@pytest.fixture
async def empty(settings: Settings, servers: Servers, tmp_path: Path) -> AsyncIterator[Settings]:
    """Settings of an installation that does not exist yet: an empty database and no files."""
    name = f"genonaut_restored_{uuid4().hex[:8]}"
    await create_database(servers.database_url, name, template="template0")
    replace = msgspec.structs.replace
    yield replace(
        settings,
        database=replace(settings.database, url=servers.url_of(name)),
        storage=replace(settings.storage, root=str(tmp_path / "restored")),
    )
    await drop_database(servers.database_url, name)
