"""Images are stored before their prompt has ended, and deleted if the job is not completed."""

import asyncio
import signal
from pathlib import Path

from sqlalchemy import func, select
from tests.support.programs import program
from tests.support.service import Api, eventually, running_api, running_worker, with_jobs

from genonaut.config import Settings
from genonaut.content.tables import ContentItem
from genonaut.simulator import Simulator

LEASE_SECONDS = 4.0


def files(settings: Settings) -> list[Path]:
    """Return the stored images and thumbnails."""
    found = (Path(settings.storage.root) / "images").rglob("*.*")
    return [path for path in found if not path.name.startswith("probe-")]


async def is_stored(settings: Settings) -> bool:
    return len(await asyncio.to_thread(files, settings)) > 1


async def count_content(api: Api) -> int:
    async with api.runtime.begin() as uow:
        return await uow.session.scalar(select(func.count()).select_from(ContentItem)) or 0


async def test_the_image_is_stored_before_the_prompt_ends(
    settings: Settings, simulator: Simulator
) -> None:
    simulator.faults.add("late_history", seconds=600)
    async with running_api(settings) as api, running_worker(settings):
        job = await api.submit()
        await eventually(lambda: is_stored(settings))
        assert (await api.job(job["id"]))["status"] == "running"
        assert await count_content(api) == 0
        before = sorted(files(settings))
        simulator.faults.clear()
        done = await api.ended(job["id"])
        assert done["status"] == "completed"
        assert sorted(files(settings)) == before
        image = await api.http.get(f"/api/v1/content/{done['content_id']}/image")
        assert image.status_code == 200


async def test_a_worker_stopped_between_image_and_end_leaves_nothing_and_hands_back(
    settings: Settings, simulator: Simulator
) -> None:
    settings = with_jobs(settings, resume_seconds=120.0)
    simulator.faults.add("late_history", seconds=600)
    async with running_api(settings) as api:
        async with running_worker(settings):
            job = await api.submit()
            await eventually(lambda: is_stored(settings))
        assert (await api.job(job["id"]))["status"] == "queued"
        assert files(settings) == []
        simulator.faults.clear()
        async with running_worker(settings):
            done = await api.ended(job["id"])
        assert done["status"] == "completed"
        assert await count_content(api) == 1
        assert simulator.state.number == 1


async def test_a_job_that_fails_after_its_image_leaves_nothing(
    settings: Settings, simulator: Simulator
) -> None:
    simulator.faults.add("lose_history", times=None)
    settings = with_jobs(settings, retry_delays_seconds=(0.1, 0.1))
    async with running_api(settings) as api:
        async with running_worker(settings):
            job = await api.submit()
            done = await api.ended(job["id"])
            assert done["status"] == "failed", done
            assert simulator.state.number > 1  # every attempt had saved an image
        assert files(settings) == []
        assert await count_content(api) == 0


async def test_a_worker_killed_between_image_and_end_loses_and_doubles_nothing(
    settings: Settings, simulator: Simulator, tmp_path: Path
) -> None:
    settings = with_jobs(settings, lease_seconds=LEASE_SECONDS, resume_seconds=120.0)
    simulator.faults.add("late_history", seconds=600)
    async with running_api(settings) as api:
        async with program(settings, "worker", log=tmp_path / "worker.log") as worker:
            job = await api.submit()
            await eventually(lambda: is_stored(settings))
            worker.send_signal(signal.SIGKILL)
            await worker.wait()
        simulator.faults.clear()
        async with running_worker(settings):
            done = await api.ended(job["id"])
        assert done["status"] == "completed", done
        assert await count_content(api) == 1
        assert simulator.state.number == 1
        image = await api.http.get(f"/api/v1/content/{done['content_id']}/image")
        assert image.status_code == 200
