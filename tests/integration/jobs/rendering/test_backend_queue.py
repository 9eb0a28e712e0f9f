"""Prompts in ComfyUI's own queue: shown as waiting, removed only if another backend can run them."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.integration.comfyui.scripted_server import make_graph
from tests.support.server import serving, watching
from tests.support.service import (
    Api,
    eventually,
    running_api,
    running_worker,
    with_backends,
    with_jobs,
)

from genonaut.config import Settings
from genonaut.jobs.tables import GenerationJob
from genonaut.simulator import Simulator, SimulatorOptions, running_simulator

FOREIGN = "another client's"


@contextlib.asynccontextmanager
async def second_backend(tmp_path: Path, checkpoint: str) -> AsyncIterator[Simulator]:
    options = SimulatorOptions(
        delay_ms=0, output_directory=tmp_path / "second", models={"checkpoints": [checkpoint]}
    )
    async with running_simulator(options) as running:
        yield running


async def occupy(api: Api, simulator: Simulator) -> None:
    """Have the backend execute a prompt of another client until its faults are cleared."""
    simulator.faults.add("silence", seconds=600, match=FOREIGN)
    body = {"prompt": make_graph("foreign", prompt=FOREIGN)}
    async with api.runtime.http.post(f"{simulator.url}/prompt", json=body) as reply:
        assert reply.status == 200


async def are_up(api: Api) -> bool:
    health = (await api.http.get("/api/v1/health")).json()
    return {one["status"] for one in health["comfyui"]} == {"up"}


async def test_a_prompt_in_the_backends_queue_is_shown_as_waiting(
    settings: Settings, simulator: Simulator
) -> None:
    async with running_api(settings) as api, running_worker(settings):
        await occupy(api, simulator)
        job = await api.submit(params={"steps": 4})

        async def is_in_queue() -> dict[str, Any] | None:
            found = await api.job(job["id"])
            return found if found["status"] == "running" and found["waiting_reason"] else None

        shown = await eventually(is_in_queue)
        assert (shown["status"], shown["progress"]) == ("running", None)
        assert shown["waiting_reason"] == "waits in the queue of ComfyUI server sim1"
        async with api.runtime.begin() as uow:
            row = await uow.session.get_one(GenerationJob, job["id"])
            created_at, claimed_at = row.created_at, row.started_at
        simulator.faults.clear()
        done = await api.ended(job["id"])
        assert (done["status"], done["waiting_reason"]) == ("completed", None)
        stats = (await api.http.get("/api/v1/generation-jobs/stats")).json()
    assert claimed_at is not None
    assert stats["mean_wait_seconds"] > (claimed_at - created_at).total_seconds()


async def test_a_frame_says_at_once_that_a_prompt_waits_in_the_backends_queue(
    settings: Settings, simulator: Simulator
) -> None:
    # No check by silence or polling may come before the frame.
    comfyui = msgspec.structs.replace(settings.comfyui, silence_seconds=600, poll_seconds=600)
    patient = msgspec.structs.replace(settings, comfyui=comfyui)
    async with running_api(patient) as api, serving(patient) as url, running_worker(patient):
        await occupy(api, simulator)
        async with watching(url, "/ws/jobs") as watcher:
            job = await api.submit(params={"steps": 4})
            *_, frame = await watcher.until("processing")
            assert (frame["job_id"], frame["job_status"]) == (job["id"], "running")
            assert frame["waiting_reason"] == "waits in the queue of ComfyUI server sim1"
            assert "progress" not in frame
            shown = await api.job(job["id"])
            assert (shown["progress"], shown["waiting_reason"]) == (None, frame["waiting_reason"])
            simulator.faults.clear()
            *frames, _ = await watcher.until("completed")
    running = [one for one in frames if one.get("status") == "processing"]
    assert running
    assert all("waiting_reason" not in one for one in running)


@pytest.mark.parametrize(
    ("checkpoint", "is_moved"), [("sd15.safetensors", True), ("other.safetensors", False)]
)
async def test_a_waiting_prompt_moves_only_to_a_backend_that_can_run_it(
    settings: Settings, simulator: Simulator, tmp_path: Path, checkpoint: str, *, is_moved: bool
) -> None:
    async with second_backend(tmp_path, checkpoint) as second:
        both = with_backends(settings, simulator.url, second.url)
        both = with_jobs(both, start_limit_seconds=0.4)
        async with running_api(both) as api, running_worker(both) as worker:
            await eventually(lambda: are_up(api))
            await occupy(api, simulator)
            await api.http.post("/api/v1/queue/pause", json={"backend": "sim2"})
            job = await api.submit()

            async def is_in_queue() -> bool:
                return simulator.state.queue.remaining == 2

            await eventually(is_in_queue)
            await api.http.post("/api/v1/queue/resume", json={"backend": "sim2"})
            if not is_moved:
                (attempt,) = worker.heartbeat.attempts
                assert not await worker.supervisor._renderer._has_other_backend(attempt.claim)
                simulator.faults.clear()
            done = await api.ended(job["id"])
            async with api.runtime.begin() as uow:
                failures = (await uow.session.get_one(GenerationJob, job["id"])).failures
    assert (done["status"], failures) == ("completed", 0)
    assert (done["backend"], done["attempt"]) == (("sim2", 2) if is_moved else ("sim1", 1))
