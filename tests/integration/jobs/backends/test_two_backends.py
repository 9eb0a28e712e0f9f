"""Two ComfyUI servers: which gets a job, and what happens when one fails."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.support.service import (
    Api,
    eventually,
    running_api,
    running_worker,
    with_backends,
    with_jobs,
)

from genonaut.config import Settings
from genonaut.embedded.ports import choose_port
from genonaut.simulator import Simulator, SimulatorOptions, running_simulator


@pytest.fixture
async def second(tmp_path: Path) -> AsyncIterator[Simulator]:
    """A second backend, the only one with the checkpoint ``rare.safetensors``."""
    options = SimulatorOptions(
        name="second",
        delay_ms=0,
        output_directory=tmp_path / "second-output",
        models={
            "checkpoints": ["sd15.safetensors", "rare.safetensors"],
            "loras": ["detail.safetensors"],
        },
    )
    async with running_simulator(options, port=choose_port()) as running:
        yield running


@pytest.fixture
def both(settings: Settings, simulator: Simulator, second: Simulator) -> Settings:
    return with_backends(settings, simulator.url, second.url)


async def both_up(api: Api) -> None:
    async def check() -> bool:
        health = (await api.http.get("/api/v1/health")).json()
        return [one["status"] for one in health["comfyui"]] == ["up", "up"]

    await eventually(check)


async def test_jobs_go_to_the_backend_with_the_least_load(
    both: Settings, simulator: Simulator, second: Simulator
) -> None:
    for one in (simulator, second):
        one.faults.add("silence", seconds=600, times=None)
    async with running_api(both) as api, running_worker(both):
        await both_up(api)
        jobs = [await api.submit(f"image {number}") for number in range(4)]

        async def all_are_there() -> bool:
            return simulator.state.number + second.state.number == 4

        await eventually(all_are_there)
        assert simulator.state.number == second.state.number == 2
        for one in (simulator, second):
            one.faults.clear()
        ended = [await api.ended(job["id"]) for job in jobs]
    assert sorted(job["backend"] for job in ended) == ["sim1", "sim1", "sim2", "sim2"]


async def test_a_job_goes_to_the_only_backend_with_its_model(
    both: Settings, simulator: Simulator
) -> None:
    async with running_api(both) as api, running_worker(both):
        await both_up(api)
        jobs = [await api.submit(checkpoint_model="rare.safetensors") for _ in range(3)]
        ended = [await api.ended(job["id"]) for job in jobs]
    assert {(job["status"], job["backend"]) for job in ended} == {("completed", "sim2")}
    assert simulator.state.number == 0


async def test_a_failed_attempt_is_repeated_on_another_backend(
    both: Settings, simulator: Simulator, second: Simulator
) -> None:
    simulator.faults.add("oom", times=None)
    async with running_api(both) as api, running_worker(both):
        await both_up(api)
        done = await api.ended((await api.submit())["id"])
    assert (done["status"], done["backend"], done["attempt"]) == ("completed", "sim2", 2)
    assert simulator.state.number == second.state.number == 1


async def test_a_job_refused_for_a_deleted_file_goes_to_a_backend_with_the_file(
    both: Settings, simulator: Simulator, second: Simulator
) -> None:
    async with running_api(both) as api, running_worker(both):
        await both_up(api)
        simulator.remove_model("checkpoints", "sd15.safetensors")
        done = await api.ended((await api.submit())["id"])
        assert (done["status"], done["backend"], done["attempt"]) == ("completed", "sim2", 2)
        events = (await api.http.get(f"/api/v1/generation-jobs/{done['id']}/events")).json()
        assert [one["detail"].get("fault") for one in events if one["kind"] == "queued"] == [
            None,
            "model_gone",
        ]
        again = await api.ended((await api.submit())["id"])
        assert (again["backend"], again["attempt"]) == ("sim2", 1), "the lists were read again"
        second.remove_model("checkpoints", "sd15.safetensors")
        last = await api.submit()

        async def says_what_it_lacks() -> bool:
            reason = (await api.job(last["id"]))["waiting_reason"] or ""
            return "checkpoints/sd15.safetensors" in reason

        await eventually(says_what_it_lacks)
        assert (await api.job(last["id"]))["status"] == "queued"


async def test_a_job_goes_to_the_only_backend_with_its_nodes(
    both: Settings, simulator: Simulator, second: Simulator
) -> None:
    simulator.remove_node("LoraLoader")
    async with running_api(both) as api, running_worker(both):
        await both_up(api)
        lora: dict[str, Any] = {"lora_models": [{"name": "detail.safetensors"}]}
        done = [await api.ended((await api.submit(**lora))["id"]) for _ in range(2)]
        plain = await api.ended((await api.submit())["id"])
        second.remove_model("loras", "detail.safetensors")

        async def is_refused() -> dict[str, Any] | None:
            body = {"prompt": "p", "checkpoint_model": "sd15.safetensors", **lora}
            answer = await api.http.post("/api/v1/generation-jobs/", json=body)
            return answer.json() if answer.status_code == 422 else None

        refusal = await eventually(is_refused)
    assert {(job["status"], job["backend"], job["attempt"]) for job in done} == {
        ("completed", "sim2", 1)
    }
    assert plain["status"] == "completed"
    assert "sim1 has the LoRA 'detail.safetensors' but not the node" in str(refusal)


@pytest.mark.parametrize("version", ["0.3.64", "0.33.0"])
async def test_a_job_refused_for_a_lost_node_goes_to_a_backend_with_the_node(
    settings: Settings, second: Simulator, tmp_path: Path, version: str
) -> None:
    options = SimulatorOptions(version=version, output_directory=tmp_path / "third")
    async with running_simulator(options, port=choose_port()) as first:
        both = with_backends(settings, first.url, second.url)
        async with running_api(both) as api, running_worker(both):
            await both_up(api)
            first.remove_node("EmptyLatentImage")
            done = await api.ended((await api.submit())["id"])
            assert (done["status"], done["backend"], done["attempt"]) == ("completed", "sim2", 2)
            again = await api.ended((await api.submit())["id"])
            assert (again["backend"], again["attempt"]) == ("sim2", 1), "the nodes were read again"


async def test_jobs_of_a_dead_backend_move_and_block_no_other_job(
    both: Settings, simulator: Simulator, second: Simulator
) -> None:
    both = with_jobs(both, resume_seconds=1.0)
    for one in (simulator, second):
        one.faults.add("silence", match="slow", times=None)
    async with running_api(both) as api, running_worker(both), contextlib.AsyncExitStack() as stack:
        await both_up(api)
        jobs = [await api.submit(f"slow {number}", params={"steps": 10}) for number in range(4)]

        async def all_run() -> bool:
            return simulator.state.queue.remaining == second.state.queue.remaining == 2

        await eventually(all_run)
        outage = asyncio.create_task(simulator.go_down(600.0))
        stack.callback(outage.cancel)
        second.faults.clear()
        quick = await api.submit("quick")
        # The two slots of the dead backend are still occupied; those of the other are free.
        assert (await api.ended(quick["id"]))["backend"] == "sim2"
        ended = [await api.ended(job["id"]) for job in jobs]
    assert {(job["status"], job["backend"]) for job in ended} == {("completed", "sim2")}


async def test_jobs_of_a_stuck_backend_move_to_another(
    both: Settings, simulator: Simulator, second: Simulator
) -> None:
    comfyui = msgspec.structs.replace(both.comfyui, stuck_seconds=0.5)
    both = msgspec.structs.replace(both, comfyui=comfyui)
    simulator.faults.add("stuck", times=None)
    async with running_api(both) as api, running_worker(both):
        await both_up(api)
        first = await api.submit()
        assert (await api.ended(first["id"]))["backend"] == "sim2"
        assert simulator.state.queue.remaining == 0
        jobs = [await api.submit(f"image {number}") for number in range(3)]
        ended = [await api.ended(job["id"]) for job in jobs]
        assert {(job["status"], job["backend"]) for job in ended} == {("completed", "sim2")}


async def test_jobs_of_a_dead_backend_start_at_once_on_another_with_free_slots(
    both: Settings, simulator: Simulator, second: Simulator
) -> None:
    both = with_jobs(both, resume_seconds=3600.0)
    simulator.faults.add("silence", times=None)
    async with running_api(both) as api, running_worker(both), contextlib.AsyncExitStack() as stack:
        await both_up(api)
        await api.http.post("/api/v1/queue/pause", json={"backend": "sim2"})
        job = await api.submit()

        async def runs() -> bool:
            return simulator.state.queue.remaining == 1

        await eventually(runs)
        await api.http.post("/api/v1/queue/resume", json={"backend": "sim2"})
        outage = asyncio.create_task(simulator.go_down(600.0))
        stack.callback(outage.cancel)
        done = await api.ended(job["id"])
    assert (done["status"], done["backend"], done["attempt"]) == ("completed", "sim2", 2)
    assert second.state.number == 1
