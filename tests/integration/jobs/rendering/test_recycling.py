"""A worker that ends after a number of jobs or above a limit of memory hands over what it has."""

import asyncio

import msgspec
import pytest
from tests.support.service import eventually, running_api, running_worker
from tests.support.timeouts import patiently

from genonaut.config import Settings
from genonaut.runtime import open_runtime
from genonaut.worker.main import WorkerProcess

JOBS = 20


async def run_worker(settings: Settings) -> None:
    """Run a worker until it ends by itself."""
    async with open_runtime(settings, application="test-worker") as runtime, patiently():
        await WorkerProcess(runtime).run(asyncio.Event())


@pytest.mark.parametrize("limits", [{"max_jobs": 2}, {"max_rss_mb": 1}])
async def test_a_recycled_worker_loses_and_repeats_nothing(
    settings: Settings, limits: dict[str, int]
) -> None:
    worker = msgspec.structs.replace(settings.worker, **limits)
    recycled = msgspec.structs.replace(settings, worker=worker)
    async with running_api(settings) as api:
        jobs = [await api.submit(f"image {number}", params={"steps": 2}) for number in range(JOBS)]
        for _ in range(2):
            await run_worker(recycled)
            found = [await api.job(job["id"]) for job in jobs]
            assert 0 < sum(job["status"] == "completed" for job in found) < JOBS
        async with running_worker(settings):
            ended = [await api.ended(job["id"]) for job in jobs]
    assert {job["status"] for job in ended} == {"completed"}
    assert len({job["content_id"] for job in ended}) == JOBS


async def test_without_limits_a_worker_goes_on(settings: Settings) -> None:
    async with running_api(settings) as api, running_worker(settings) as worker:
        for number in range(3):
            await api.ended((await api.submit(f"image {number}"))["id"])

        async def is_idle() -> bool:
            return not worker.heartbeat.attempts

        await eventually(is_idle)
        assert (await api.http.get("/api/v1/health")).json()["workers"] == 1
