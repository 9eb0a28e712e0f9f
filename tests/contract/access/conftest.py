from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest
from tests.conftest import make_settings
from tests.contract.access.world import make_backend
from tests.support.accounts import held, make_user, with_login
from tests.support.databases import create_database, drop_database
from tests.support.processes import Servers
from tests.support.service import Api, running_api

from genonaut.accounts.tables import Role


@pytest.fixture(scope="module")
async def api(
    servers: Servers, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Api]:
    """One API for the whole table; every case brings people of its own."""
    name = f"genonaut_test_{uuid4().hex[:12]}"
    await create_database(servers.database_url, name, template=template)
    folder: Path = tmp_path_factory.mktemp("access")
    settings = with_login(make_settings(servers, name, folder))
    workflows = msgspec.structs.replace(settings.workflows, authors="everyone")
    settings = msgspec.structs.replace(settings, workflows=workflows)
    async with held(running_api(settings)) as running:
        await make_backend(running.runtime)
        await make_user(running.runtime, "ada", role=Role.ADMIN)
        yield running
    await drop_database(servers.database_url, name)
