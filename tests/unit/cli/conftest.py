"""A fake API server and a client of it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.unit.cli.fake_api import FakeApi, fake_api

from genonaut.cli.api_client import ApiClient, open_api
from genonaut.config import Settings, load_settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings("test", {"GENONAUT_EMBEDDED__DATA_DIR": str(tmp_path / "data")})


@pytest.fixture
async def server() -> AsyncIterator[FakeApi]:
    async with fake_api() as api:
        yield api


@pytest.fixture
async def client(server: FakeApi, settings: Settings) -> AsyncIterator[ApiClient]:
    async with open_api(settings, server.url) as api:
        yield api
