import fcntl
import io
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from pathlib import Path

import aiohttp
import pytest
from PIL import Image
from tests.contract.comfyui.protocol_client import Server

from genonaut.embedded.ports import choose_port
from genonaut.simulator import VERSIONS, Simulator, SimulatorOptions, running_simulator
from genonaut.simulator.releases import JOB_CANCEL, release_of

# URL of a real ComfyUI server to test in addition to the simulators. Its queue is cleared.
REAL_URL = os.environ.get("GENONAUT_TEST_COMFYUI_URL", "").rstrip("/")
# What needs the weights of a real server.
collect_ignore = [] if REAL_URL else ["test_jobs_on_a_real_server.py"]

NODE_DELAY_MS = 30  # long enough to observe a running prompt


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give tests of the real server time: they run one at a time, whatever the test processes."""
    for item in items:
        if "real" in getattr(getattr(item, "callspec", None), "params", {}).values():
            item.add_marker(pytest.mark.timeout(3600))


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    async with _simulator("0.3.64") as running:
        yield running


@pytest.fixture
async def newer_simulator() -> AsyncIterator[Simulator]:
    async with _simulator("0.33.0") as running:
        yield running


def _simulator(version: str) -> AbstractAsyncContextManager[Simulator]:
    options = SimulatorOptions(version=version, delay_ms=60, node_delay_ms=NODE_DELAY_MS)
    return running_simulator(options, port=choose_port())


@pytest.fixture
async def simulated(simulator: Simulator, http: aiohttp.ClientSession) -> Server:
    """The simulator of 0.3.64 only, for tests that need its faults."""
    return await _server(simulator.url, http, is_simulator=True)


@pytest.fixture
async def newer(newer_simulator: Simulator, http: aiohttp.ClientSession) -> Server:
    """The simulator of 0.33 only."""
    return await _server(newer_simulator.url, http, is_simulator=True)


@pytest.fixture(params=["0.3.64", "0.33", "real"] if REAL_URL else ["0.3.64", "0.33"])
async def comfyui_server(
    request: pytest.FixtureRequest, http: aiohttp.ClientSession
) -> AsyncIterator[Server]:
    """Each server under test, idle."""
    async with _open(request.param, http) as server:
        yield server


@pytest.fixture(params=["0.33", "real"] if REAL_URL else ["0.33"])
async def newer_server(
    request: pytest.FixtureRequest, http: aiohttp.ClientSession
) -> AsyncIterator[Server]:
    """Each server under test that has /api/jobs/{id}/cancel, idle."""
    async with _open(request.param, http) as server:
        if not server.has(JOB_CANCEL):
            pytest.skip("the real server is older than 0.26: it has no /api/jobs/{id}/cancel")
        yield server


@asynccontextmanager
async def _open(name: str, http: aiohttp.ClientSession) -> AsyncIterator[Server]:
    if name != "real":
        async with _simulator(VERSIONS[name]) as running:
            yield await _server(running.url, http, is_simulator=True)
        return
    with _only_user():
        server = await _server(REAL_URL, http, is_simulator=False)
        await server.idle()
        await _upload_example(server)
        yield server
        await http.post(f"{REAL_URL}/queue", json={"clear": True})
        await http.post(f"{REAL_URL}/interrupt", json={})
        await server.idle()


async def _server(url: str, http: aiohttp.ClientSession, *, is_simulator: bool) -> Server:
    names = {}
    for folder in ("checkpoints", "loras"):
        async with http.get(f"{url}/models/{folder}") as reply:
            names[folder] = await reply.json()
    async with http.get(f"{url}/system_stats") as reply:
        version = (await reply.json())["system"]["comfyui_version"]
    return Server(
        url,
        http,
        _preferred(names["checkpoints"], "sd15.safetensors"),
        _preferred(names["loras"], "detail.safetensors", "a.safetensors"),
        is_simulator,
        release_of(version),
    )


@contextmanager
def _only_user() -> Iterator[None]:
    """Wait until no other test process uses the real server."""
    path = Path(tempfile.gettempdir()) / f"genonaut-contract-{os.getuid()}.lock"
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


async def _upload_example(server: Server) -> None:
    """Store the image that ComfyUI's own input folder contains by default."""
    out = io.BytesIO()
    Image.new("RGB", (64, 64), (96, 112, 160)).save(out, "PNG")
    form = aiohttp.FormData()
    form.add_field("image", out.getvalue(), filename="example.png", content_type="image/png")
    async with server.http.post(f"{server.url}/upload/image", data=form) as reply:
        assert reply.status == 200


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
