import aiohttp
import pytest

from genonaut.simulator import VERSIONS, SimulatorOptions, running_simulator
from genonaut.simulator.releases import JOBS, release_of


@pytest.mark.parametrize(
    ("version", "release"),
    [("0.33.0", (0, 33, 0)), ("v0.3.64", (0, 3, 64)), ("0.33-rc1", (0, 33)), ("nightly", ())],
)
def test_the_numbers_of_a_version_are_its_release(version: str, release: tuple[int, ...]) -> None:
    assert release_of(version) == release
    assert release_of("0.10") > JOBS > release_of("0.5.1")


@pytest.mark.parametrize(("name", "status"), [("0.3.64", 404), ("0.33", 200)])
async def test_a_simulator_imitates_the_chosen_version(name: str, status: int) -> None:
    options = SimulatorOptions(version=VERSIONS[name])
    async with running_simulator(options) as simulator, aiohttp.ClientSession() as http:
        async with http.get(f"{simulator.url}/system_stats") as reply:
            assert (await reply.json())["system"]["comfyui_version"].startswith(name)
        async with http.get(f"{simulator.url}/api/jobs") as reply:
            assert reply.status == status
