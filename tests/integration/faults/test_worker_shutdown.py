"""Workers stopped at any time: no job waits for an expired lease."""

import asyncio
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.engine import make_url
from tests.conftest import make_settings
from tests.support.processes import Servers
from tests.support.service import Api, eventually, running_api, running_worker, with_jobs
from tests.support.timeouts import PATIENCE_SECONDS

from genonaut.config import Settings
from genonaut.content.tables import ContentItem
from genonaut.embedded import RunningValkey
from genonaut.jobs.queue.sweeper import Sweep, SweepClock
from genonaut.jobs.tables import ComfyuiBackend, GenerationJob
from genonaut.simulator import Simulator
from genonaut.worker.main import WorkerProcess


async def count_content(api: Api) -> int:
    async with api.runtime.begin() as uow:
        return await uow.session.scalar(select(func.count()).select_from(ContentItem)) or 0


async def finishing(worker: WorkerProcess) -> None:
    async def check() -> bool:
        return any(attempt.is_finishing for attempt in worker.heartbeat.attempts)

    await eventually(check)


async def test_an_ingest_in_progress_is_finished(settings: Settings, simulator: Simulator) -> None:
    # A truncated download is repeated half a second later.
    simulator.faults.add("truncated", times=2)
    async with running_api(settings) as api:
        async with running_worker(settings) as worker:
            job = await api.submit(params={"steps": 1})
            await finishing(worker)
        done = await api.job(job["id"])
        assert (done["status"], done["attempt"]) == ("completed", 1)
        assert await count_content(api) == 1


async def test_an_ingest_longer_than_the_grace_period_is_left_to_the_next_worker(
    settings: Settings, simulator: Simulator
) -> None:
    settings = with_jobs(settings, shutdown_grace_seconds=0.2, resume_seconds=20.0)
    simulator.faults.add("truncated", times=None)
    async with running_api(settings) as api:
        async with running_worker(settings) as worker:
            job = await api.submit(params={"steps": 1})
            await finishing(worker)
        assert (await api.job(job["id"]))["status"] == "queued"
        simulator.faults.clear()
        async with running_worker(settings):
            done = await api.ended(job["id"])
        assert (done["status"], done["attempt"]) == ("completed", 2)
        assert simulator.state.number == 1
        assert await count_content(api) == 1
        stored = list((Path(settings.storage.root) / "images").rglob("*.png"))
        assert len(stored) == 1


async def test_a_job_is_handed_back_despite_a_short_grace_period(
    settings: Settings, simulator: Simulator
) -> None:
    settings = with_jobs(settings, shutdown_grace_seconds=0.05)
    simulator.faults.add("silence", seconds=600)
    async with running_api(settings) as api:
        locked = asyncio.Event()

        async def lock_for_a_while(job_id: int) -> None:
            async with api.runtime.begin() as uow:
                await uow.session.get_one(GenerationJob, job_id, with_for_update=True)
                locked.set()
                await asyncio.sleep(1)

        async def is_posted() -> bool:
            return simulator.state.queue.remaining == 1

        async with running_worker(settings):
            job = await api.submit()
            await eventually(is_posted)
            locking = asyncio.create_task(lock_for_a_while(job["id"]))
            await locked.wait()
        await locking
        assert (await api.job(job["id"]))["status"] == "queued"


async def test_an_image_rendered_while_no_worker_ran_is_ingested_late(
    settings: Settings, simulator: Simulator
) -> None:
    settings = with_jobs(settings, resume_seconds=0.5)
    simulator.faults.add("silence", seconds=600)
    async with running_api(settings) as api:
        async with running_worker(settings):
            job = await api.submit(params={"steps": 4})

            async def is_posted() -> bool:
                return simulator.state.queue.remaining == 1

            await eventually(is_posted)
        simulator.faults.clear()

        async def is_late() -> bool:
            async with api.runtime.begin() as uow:
                row = await uow.session.get_one(GenerationJob, job["id"])
                assert row.resume_until is not None
                late = await uow.session.scalar(select(func.clock_timestamp() > row.resume_until))
            return bool(late) and bool(simulator.state.queue.history)

        await eventually(is_late)
        # As after an upgrade: no report for longer than a minute.
        async with api.runtime.begin() as uow:
            ago = func.clock_timestamp() - timedelta(minutes=5)
            await uow.session.execute(update(ComfyuiBackend).values(checked_at=ago))
        # A worker that has not reported yet also sweeps.
        async with api.runtime.begin() as uow:
            clock = SweepClock(0, pause_seconds=0)
            await Sweep(uow, settings.jobs).run(clock, has_reported_all=False)
            row = await uow.session.get_one(GenerationJob, job["id"])
            assert row.resume_until is not None
        async with running_worker(settings):
            done = await api.ended(job["id"])
        assert (done["status"], done["attempt"]) == ("completed", 2)
        assert simulator.state.number == 1
        assert await count_content(api) == 1


@pytest.mark.render_ms(20_000)
@pytest.mark.parametrize("delay_ms", [0, 2, 5, 9, 14, 20, 30, 50])
async def test_a_stop_during_claim_and_post_hands_back(
    settings: Settings, simulator: Simulator, delay_ms: int
) -> None:
    async with running_api(settings) as api:
        async with running_worker(settings) as worker:

            async def is_ready() -> bool:
                return bool(worker.supervisor.reachable)

            await eventually(is_ready)
            job = await api.submit(params={"steps": 150})
            await asyncio.sleep(delay_ms / 1000)
        assert (await api.job(job["id"]))["status"] == "queued"
        assert not worker.heartbeat.attempts


@pytest.mark.render_ms(20_000)
async def test_a_worker_stops_in_time_without_redis(
    settings: Settings,
    servers: Servers,
    own_valkey: RunningValkey,
    simulator: Simulator,
    tmp_path: Path,
) -> None:
    database = make_url(settings.database.url).database or ""
    own = Servers(servers.database_url, own_valkey.url_for(3))
    lost = make_settings(own, database, tmp_path, simulator.url)
    async with running_api(lost) as api:
        async with running_worker(lost):
            job = await api.submit(params={"steps": 150})

            async def runs() -> bool:
                return bool((await api.job(job["id"]))["status"] == "running")

            await eventually(runs)
            await own_valkey.kill()
            began = time.monotonic()
        assert time.monotonic() - began < PATIENCE_SECONDS / 2
        assert (await api.job(job["id"]))["status"] == "queued"
