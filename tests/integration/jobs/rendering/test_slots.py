"""Slots of a ComfyUI server: prompts that wait or run there, not images being ingested."""

import asyncio
import contextlib

import aiohttp
import msgspec
import pytest
from tests.support.service import Api, eventually, running_api, running_worker, with_backends

from genonaut.config import Settings
from genonaut.simulator import Simulator


@pytest.fixture
def single(settings: Settings, simulator: Simulator) -> Settings:
    """One server with one slot."""
    replace = msgspec.structs.replace
    found = with_backends(settings, simulator.url)
    backends = tuple(replace(one, slots=1) for one in found.comfyui.backends)
    return replace(found, comfyui=replace(found.comfyui, backends=backends))


async def statuses(api: Api, jobs: list[dict[str, object]]) -> list[str]:
    return [(await api.job(int(str(job["id"]))))["status"] for job in jobs]


async def test_a_job_needs_no_slot_during_ingest(single: Settings, simulator: Simulator) -> None:
    simulator.faults.add("slow_view", match="first")
    async with running_api(single) as api, running_worker(single):
        first = await api.submit("first")
        second = await api.submit("second")
        assert (await api.ended(second["id"]))["status"] == "completed"
        assert (await api.job(first["id"]))["status"] == "running"
        simulator.faults.clear()
        done = await api.ended(first["id"])
    assert (done["status"], done["attempt"]) == ("completed", 1)


async def test_at_most_as_many_ingests_as_slots_are_exempt(
    single: Settings, simulator: Simulator
) -> None:
    simulator.faults.add("slow_view", times=None)
    async with running_api(single) as api, running_worker(single) as worker:
        jobs = [await api.submit(f"image {number}") for number in range(3)]

        async def both_rendered() -> bool:
            return sum(attempt.is_rendered for attempt in worker.heartbeat.attempts) == 2

        await eventually(both_rendered)
        worker.supervisor.wake()
        await asyncio.sleep(0.3)  # long enough for a claim that must not be
        assert await statuses(api, jobs) == ["running", "running", "queued"]
        assert simulator.state.number == 2
        simulator.faults.clear()
        ended = [await api.ended(job["id"]) for job in jobs]
    assert [job["status"] for job in ended] == ["completed"] * 3


async def test_a_server_never_gets_more_prompts_than_it_has_slots(
    single: Settings, simulator: Simulator
) -> None:
    most = 0

    async def watch(http: aiohttp.ClientSession) -> None:
        nonlocal most
        async with http.ws_connect(f"{simulator.url}/ws?clientId=watcher") as socket:
            async for message in socket:
                frame = msgspec.json.decode(message.data)
                if frame["type"] == "status":
                    remaining = frame["data"]["status"]["exec_info"]["queue_remaining"]
                    most = max(most, remaining)

    async with aiohttp.ClientSession() as http:
        watching = asyncio.create_task(watch(http))
        async with running_api(single) as api, running_worker(single):
            jobs = [await api.submit(f"image {number}") for number in range(6)]
            ended = [await api.ended(job["id"]) for job in jobs]
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching
    assert {job["status"] for job in ended} == {"completed"}
    assert most == 1
