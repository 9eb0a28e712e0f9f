from collections.abc import AsyncIterator

import aiohttp
import pytest
from tests.contract.comfyui.protocol_client import Server

from genonaut.simulator import VERSIONS, Simulator, SimulatorOptions, running_simulator
from genonaut.simulator.releases import release_of


@pytest.fixture(scope="package")
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture(scope="package", params=list(VERSIONS))
async def simulator(request: pytest.FixtureRequest) -> AsyncIterator[Simulator]:
    """A simulator of each release with its default models."""
    async with running_simulator(SimulatorOptions(version=VERSIONS[request.param])) as running:
        yield running


@pytest.fixture(scope="package")
async def current_simulator() -> AsyncIterator[Simulator]:
    """A simulator of 0.33 only."""
    async with running_simulator(SimulatorOptions(version=VERSIONS["0.33"])) as running:
        yield running


async def _server(simulator: Simulator, http: aiohttp.ClientSession) -> Server:
    async with http.get(f"{simulator.url}/system_stats") as reply:
        version = (await reply.json())["system"]["comfyui_version"]
    release = release_of(version)
    return Server(simulator.url, http, "sd15.safetensors", "detail.safetensors", True, release)


@pytest.fixture
async def server(simulator: Simulator, http: aiohttp.ClientSession) -> Server:
    """Each simulator, as the contract suite sees it."""
    return await _server(simulator, http)


@pytest.fixture
async def current(current_simulator: Simulator, http: aiohttp.ClientSession) -> Server:
    """The simulator of 0.33, as the contract suite sees it."""
    return await _server(current_simulator, http)
