"""Time limits, failing storage, abandoned prompts."""

import asyncio
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import func, text, update
from tests.support.service import (
    Api,
    eventually,
    running_api,
    running_worker,
    with_jobs,
)

from genonaut.config import Settings
from genonaut.jobs.tables import GenerationAttempt, GenerationJob
from genonaut.simulator import Simulator


async def running(api: Api, job_id: int) -> None:
    async def check() -> bool:
        return bool((await api.job(job_id))["status"] == "running")

    await eventually(check)


async def is_empty(simulator: Simulator) -> None:
    async def check() -> bool:
        return simulator.state.queue.remaining == 0

    await eventually(check)


async def events(api: Api, job_id: int) -> list[dict[str, Any]]:
    answer = await api.http.get(f"/api/v1/generation-jobs/{job_id}/events")
    found: list[dict[str, Any]] = answer.json()
    return found


@pytest.mark.render_ms(30_000)
async def test_a_run_beyond_the_limit_is_interrupted_and_fails(
    settings: Settings, simulator: Simulator
) -> None:
    settings = with_jobs(settings, run_limit_seconds=0.5)
    async with running_api(settings) as api, running_worker(settings):
        done = await api.ended((await api.submit(params={"steps": 150}))["id"])
        assert (done["status"], done["error_code"]) == ("failed", "timeout")
        assert done["attempt"] == 1
        await is_empty(simulator)


async def test_a_run_that_cannot_be_interrupted_ends_at_the_hard_limit(
    settings: Settings, simulator: Simulator
) -> None:
    settings = with_jobs(settings, run_limit_seconds=0.3, hard_limit_seconds=1.0)
    simulator.faults.add("silence", seconds=20)
    async with running_api(settings) as api, running_worker(settings):
        done = await api.ended((await api.submit())["id"])
        assert (done["status"], done["error_code"]) == ("failed", "timeout")
        simulator.faults.clear()
        await is_empty(simulator)


@pytest.mark.render_ms(30_000)
async def test_the_limit_counts_from_the_start_across_workers(
    settings: Settings, simulator: Simulator
) -> None:
    settings = with_jobs(settings, resume_seconds=30.0, run_limit_seconds=3600.0)
    strict = with_jobs(settings, run_limit_seconds=600.0)
    async with running_api(settings) as api:
        async with running_worker(settings):
            job = await api.submit(params={"steps": 150})
            await running(api, job["id"])

            async def started() -> object:
                async with api.runtime.begin() as uow:
                    return await uow.session.scalar(
                        text("SELECT executing_at FROM generation_attempts")
                    )

            await eventually(started)
        async with api.runtime.begin() as uow:
            # As if it had started twenty minutes ago.
            earlier = GenerationAttempt.executing_at - timedelta(minutes=20)
            await uow.session.execute(update(GenerationAttempt).values(executing_at=earlier))
        async with running_worker(strict):
            done = await api.ended(job["id"])
        assert (done["status"], done["error_code"], done["attempt"]) == ("failed", "timeout", 2)
        assert simulator.state.number == 1


async def test_a_prompt_behind_a_long_one_of_ours_stays_in_its_queue(
    settings: Settings, simulator: Simulator
) -> None:
    settings = with_jobs(settings, start_limit_seconds=0.4)
    simulator.faults.add("slow", seconds=60, match="first")
    async with running_api(settings) as api, running_worker(settings) as worker:
        first = await api.submit("first")
        await running(api, first["id"])
        second = await api.submit("second")
        began: list[float] = []

        async def has_waited() -> bool:
            ran = [attempt.executing_seconds for attempt in worker.heartbeat.attempts]
            if len(ran) == 2:
                began.append(max(seconds or 0 for seconds in ran))
            return bool(began) and began[-1] - began[0] > 2 * settings.jobs.start_limit_seconds

        await eventually(has_waited)
        assert (await api.job(second["id"]))["attempt"] == 1
        await api.http.post(f"/api/v1/generation-jobs/{first['id']}/cancel")
        assert (await api.ended(second["id"]))["status"] == "completed"


@pytest.mark.render_ms(30_000)
async def test_an_abandoned_prompt_is_removed_once_its_backend_answers(
    settings: Settings, simulator: Simulator
) -> None:
    settings = with_jobs(settings, resume_seconds=0.3)
    async with running_api(settings) as api:
        async with running_worker(settings):
            job = await api.submit(params={"steps": 150})

            async def is_posted() -> bool:
                return simulator.state.queue.remaining == 1

            await eventually(is_posted)
        # Handed back, not resumed in time, then cancelled.
        await asyncio.sleep(0.4)
        assert simulator.state.queue.remaining == 1
        answer = await api.http.post(f"/api/v1/generation-jobs/{job['id']}/cancel")
        assert answer.json()["status"] == "cancelled"
        async with running_worker(settings):
            await is_empty(simulator)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
async def test_a_disk_that_is_full_while_downloading_is_a_fault_of_the_storage(
    settings: Settings, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = with_jobs(settings, storage_wait_hours=0.5 / 3600)
    async with running_api(settings) as api, running_worker(settings):
        real = Path.open

        def open_full(path: Path, mode: str = "r", *more: Any, **named: Any) -> Any:
            if mode == "wb" and path.parent.name == ".staging":
                return os.fdopen(os.open("/dev/full", os.O_WRONLY), "wb", buffering=0)
            return real(path, mode, *more, **named)

        monkeypatch.setattr(Path, "open", open_full)
        simulator.faults.add("view_missing")  # the download in memory, before the prompt ends
        done = await api.ended((await api.submit(params={"steps": 1}))["id"])
        assert (done["status"], done["error_code"]) == ("failed", "storage_failed")


async def test_images_come_from_the_shared_directory_where_http_fails(
    settings: Settings, simulator: Simulator, tmp_path: Path
) -> None:
    simulator.faults.add("view_missing", times=None)
    replace = msgspec.structs.replace
    backend = replace(settings.comfyui.backends[0], output_dir=str(tmp_path / "comfyui-output"))
    settings = replace(settings, comfyui=replace(settings.comfyui, backends=(backend,)))
    async with running_api(settings) as api, running_worker(settings):
        done = await api.ended((await api.submit(params={"steps": 1}))["id"])
        assert (done["status"], done["attempt"]) == ("completed", 1)


async def test_a_job_whose_model_is_missing_for_a_day_fails(settings: Settings) -> None:
    async with running_api(settings) as api:
        job = await api.submit()
        async with api.runtime.begin() as uow:
            # As if the model had been offered at submission.
            gone = text("UPDATE generation_jobs SET needs = needs || '{loras/gone.safetensors}'")
            await uow.session.execute(gone)
            old = {"queued_at": func.now() - timedelta(hours=30)}
            await uow.session.execute(update(GenerationJob).values(old))
        async with running_worker(settings):

            async def is_explained() -> bool:
                reason = (await api.job(job["id"]))["waiting_reason"] or ""
                return "loras/gone.safetensors" in reason

            await eventually(is_explained)
            # A long wait in the queue does not count as a day without the model.
            assert (await api.job(job["id"]))["status"] == "queued"
            async with api.runtime.begin() as uow:
                since = {"unavailable_since": func.now() - timedelta(hours=25)}
                await uow.session.execute(update(GenerationJob).values(since))
            done = await api.ended(job["id"])
            assert (done["status"], done["error_code"]) == ("failed", "model_unavailable")
            assert "loras/gone.safetensors" in done["error_message"]
            assert done["waiting_reason"] is None, "it waits no more"


async def test_a_job_with_an_unreadable_spec_fails_and_blocks_no_other(settings: Settings) -> None:
    async with running_api(settings) as api:
        bad = await api.submit("bad")
        good = await api.submit("good")
        async with api.runtime.begin() as uow:
            broken = text("UPDATE generation_jobs SET params = '{\"seed\": []}' WHERE id = :id")
            await uow.session.execute(broken, {"id": bad["id"]})
        async with running_worker(settings):
            assert (await api.ended(good["id"]))["status"] == "completed"

            async def failed() -> bool:
                async with api.runtime.begin() as uow:
                    job = await uow.session.get_one(GenerationJob, bad["id"])
                    return job.status == "failed" and job.error_code == "internal_error"

            await eventually(failed)
