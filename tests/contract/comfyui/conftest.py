import os
from collections.abc import AsyncIterator

import aiohttp
import pytest
from tests.contract.comfyui.protocol_client import Server

from genonaut.embedded.ports import choose_port
from genonaut.simulator import Simulator, SimulatorOptions, running_simulator

# URL of a real ComfyUI server to test in addition to the simulator.
REAL_URL = os.environ.get("GENONAUT_TEST_COMFYUI_URL", "").rstrip("/")

NODE_DELAY_MS = 30  # long enough to observe a running prompt


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    options = SimulatorOptions(delay_ms=60, node_delay_ms=NODE_DELAY_MS)
    async with running_simulator(options, port=choose_port()) as running:
        yield running


@pytest.fixture
async def simulated(simulator: Simulator, http: aiohttp.ClientSession) -> Server:
    """The simulator only, for tests that need its faults."""
    return Server(simulator.url, http, "sd15.safetensors", "detail.safetensors", True)


@pytest.fixture(params=["simulator", "real"] if REAL_URL else ["simulator"])
async def comfyui_server(
    request: pytest.FixtureRequest, simulator: Simulator, http: aiohttp.ClientSession
) -> AsyncIterator[Server]:
    """Each server under test, idle."""
    url = simulator.url if request.param == "simulator" else REAL_URL
    names = {}
    for folder in ("checkpoints", "loras"):
        async with http.get(f"{url}/models/{folder}") as reply:
            names[folder] = await reply.json()
    server = Server(
        url,
        http,
        _preferred(names["checkpoints"], "sd15.safetensors"),
        _preferred(names["loras"], "detail.safetensors", "a.safetensors"),
        request.param == "simulator",
    )
    await server.idle()
    yield server
    if not server.is_simulator:
        await http.post(f"{url}/queue", json={"clear": True})
        await http.post(f"{url}/interrupt", json={})
        await server.idle()


def _preferred(names: list[str], *wished: str) -> str:
    for name in (*wished, *names):
        if name in names:
            return name
    return ""


@pytest.fixture
def with_models(comfyui_server: Server) -> Server:
    """Each server under test that has a checkpoint and a LoRA."""
    if not (comfyui_server.checkpoint and comfyui_server.lora):
        pytest.skip("the server has no checkpoint or no LoRA: text to image needs one of each")
    return comfyui_server
