"""Cancellation of waiting and running jobs, at any time."""

import asyncio

import pytest
from tests.support.service import Api, eventually, running_api, running_worker
from tests.support.timeouts import patiently

from genonaut.config import Settings
from genonaut.simulator import Simulator


async def cancel(api: Api, job_id: int) -> int:
    return (await api.http.post(f"/api/v1/generation-jobs/{job_id}/cancel")).status_code


async def running(api: Api, job_id: int) -> None:
    async def check() -> bool:
        return bool((await api.job(job_id))["status"] == "running")

    await eventually(check)


async def test_a_waiting_job_is_cancelled_at_once(settings: Settings) -> None:
    async with running_api(settings) as api:
        job = await api.submit()
        answer = await api.http.post(f"/api/v1/generation-jobs/{job['id']}/cancel")
        assert answer.json()["status"] == "cancelled"
        assert await cancel(api, job["id"]) == 409
        async with running_worker(settings):
            await asyncio.sleep(0.5)
            assert (await api.job(job["id"]))["attempt"] == 0


@pytest.mark.render_ms(30_000)
async def test_a_running_job_is_interrupted_at_its_backend(
    settings: Settings, simulator: Simulator
) -> None:
    async with running_api(settings) as api, running_worker(settings):
        job = await api.submit(params={"steps": 150})
        await running(api, job["id"])
        await asyncio.sleep(0.2)
        assert await cancel(api, job["id"]) == 200
        done = await api.ended(job["id"])
        assert done["status"] == "cancelled"
        assert done["content_id"] is None
        assert simulator.state.queue.remaining == 0


async def test_a_job_in_comfyuis_queue_is_deleted_there(
    settings: Settings, simulator: Simulator
) -> None:
    simulator.faults.add("silence", seconds=600, match="first")
    async with running_api(settings) as api, running_worker(settings):
        first = await api.submit("first", params={"steps": 20})
        await running(api, first["id"])
        second = await api.submit("second")
        await eventually(lambda: waits_behind(simulator, 2))
        assert await cancel(api, second["id"]) == 200
        assert (await api.ended(second["id"]))["status"] == "cancelled"
        assert simulator.state.queue.remaining == 1
        simulator.faults.clear()
        assert (await api.ended(first["id"]))["status"] == "completed"


async def waits_behind(simulator: Simulator, number: int) -> bool:
    return simulator.state.queue.remaining == number


@pytest.mark.render_ms(20_000)
@pytest.mark.parametrize("delay_ms", [0, 1, 2, 4, 8, 12, 20, 35])
async def test_a_cancel_during_claim_and_post_cancels_the_job(
    settings: Settings, simulator: Simulator, delay_ms: int
) -> None:
    async with running_api(settings) as api, running_worker(settings):
        await eventually(lambda: _backend_is_up(api))
        job = await api.submit(params={"steps": 150})
        await asyncio.sleep(delay_ms / 1000)
        assert await cancel(api, job["id"]) == 200
        assert (await api.ended(job["id"]))["status"] == "cancelled"

        async def is_empty() -> bool:
            return simulator.state.queue.remaining == 0

        await eventually(is_empty)


async def _backend_is_up(api: Api) -> bool:
    health = (await api.http.get("/api/v1/health")).json()
    return any(backend["status"] == "up" for backend in health["comfyui"])


async def test_the_open_jobs_of_a_batch_can_be_cancelled(
    settings: Settings, simulator: Simulator
) -> None:
    async with running_api(settings) as api:
        first = await api.submit(batch_size=3)
        async with running_worker(settings):
            await api.ended(first["batch_job_ids"][0])
        body = {"batch_id": first["batch_id"]}
        simulator.faults.add("slow", seconds=20, times=None)
        answer = await api.http.post("/api/v1/generation-jobs/cancel", json=body)
        assert answer.status_code == 200
        ended = [(await api.job(job_id))["status"] for job_id in first["batch_job_ids"]]
        assert ended[0] == "completed"
        assert set(ended) <= {"completed", "cancelled"}


async def test_a_cancel_after_the_render_completes_or_cancels_the_job(
    settings: Settings, simulator: Simulator
) -> None:
    async with running_api(settings) as api, running_worker(settings), patiently():
        while True:
            simulator.faults.add("late_history", seconds=0.6)
            job = await api.submit(params={"steps": 1})

            async def is_saved(job_id: int = job["id"]) -> bool:
                told = (await api.http.get(f"/api/v1/generation-jobs/{job_id}/events")).json()
                return "executing" in {event["kind"] for event in told}

            await eventually(is_saved)
            await asyncio.sleep(0.3)
            # On a slow machine the image may have been ingested meanwhile.
            if await cancel(api, job["id"]) == 200:
                break
        assert (await api.ended(job["id"]))["status"] in {"completed", "cancelled"}


async def test_an_unknown_or_ended_job_cannot_be_cancelled(settings: Settings) -> None:
    async with running_api(settings) as api, running_worker(settings):
        done = await api.ended((await api.submit())["id"])
        assert await cancel(api, done["id"]) == 409
        assert await cancel(api, 999_999) == 404
        unknown = {"batch_id": "00000000-0000-0000-0000-000000000000"}
        answer = await api.http.post("/api/v1/generation-jobs/cancel", json=unknown)
        assert answer.status_code == 404
