from collections.abc import AsyncIterator

import aiohttp
import pytest
from tests.integration.comfyui.scripted_server import FAST, ScriptedComfy, scripted_comfy, until

from genonaut.comfyui import ComfyBackend, open_session


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with open_session() as session:
        yield session


@pytest.fixture
async def server() -> AsyncIterator[ScriptedComfy]:
    async with scripted_comfy() as scripted:
        yield scripted


@pytest.fixture
async def backend(
    server: ScriptedComfy, http: aiohttp.ClientSession
) -> AsyncIterator[ComfyBackend]:
    async with ComfyBackend("one", server.url, http, settings=FAST) as entered:
        await until(lambda: entered.listener.connected)
        yield entered
