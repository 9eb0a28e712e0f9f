"""Statistics of ended jobs, added up by hour."""

import asyncio
import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from tests.support.monitoring import add_job, local_user
from tests.support.service import Api, running_worker

from genonaut.config import Settings
from genonaut.core.clock import utcnow
from genonaut.jobs.image_work import JobInputs, Operation
from genonaut.jobs.states import JobStatus
from genonaut.jobs.tables import GenerationJob
from genonaut.monitoring.job_statistics import Period, jobs_of_period, roll_up
from genonaut.monitoring.tables import JobStatistics

DONE, FAILED, CANCELLED = JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELLED


async def total_jobs(api: Api) -> int:
    async with api.runtime.begin() as uow:
        counted = func.coalesce(func.sum(JobStatistics.job_count), 0)
        return int(await uow.session.scalar(select(counted)) or 0)


async def statistics(api: Api, **query: Any) -> dict[str, Any]:
    answer = await api.http.get("/api/v1/statistics/jobs", params=query)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_jobs_are_added_up_once(api: Api) -> None:
    owner, now = await local_user(api), utcnow()
    for age in (timedelta(days=40), timedelta(days=3), timedelta(hours=5), timedelta(minutes=1)):
        await add_job(api.runtime, owner, DONE, at=now - age)
    await add_job(api.runtime, owner, JobStatus.QUEUED, at=now)
    for _ in range(3):
        await roll_up(api.runtime)
    await asyncio.gather(*(roll_up(api.runtime) for _ in range(4)))
    assert await total_jobs(api) == 4
    await add_job(api.runtime, owner, FAILED, at=now)
    await roll_up(api.runtime)
    assert await total_jobs(api) == 5


async def test_jobs_that_were_deleted_remain_counted(api: Api) -> None:
    owner = await local_user(api)
    for _ in range(2):
        await add_job(api.runtime, owner, DONE, at=utcnow())
    await roll_up(api.runtime)
    async with api.runtime.begin() as uow:
        await uow.session.execute(delete(GenerationJob))
    await roll_up(api.runtime)
    assert await total_jobs(api) == 2


async def test_operations_are_counted_separately(api: Api) -> None:
    owner, now = await local_user(api), utcnow()
    for operation in (Operation.GENERATE, Operation.UPSCALE, Operation.UPSCALE):
        inputs = JobInputs(operation=operation)
        await add_job(api.runtime, owner, DONE, at=now, inputs=inputs)
    await add_job(api.runtime, owner, DONE, at=now)
    await roll_up(api.runtime)
    async with api.runtime.begin() as uow:
        counted = select(JobStatistics.operation, JobStatistics.job_count)
        rows = await uow.session.execute(counted)
        assert {row.operation: row.job_count for row in rows} == {"generate": 2, "upscale": 2}


async def test_hours_without_a_worker_are_made_up_for(api: Api) -> None:
    owner, now = await local_user(api), utcnow()
    begun = now - timedelta(hours=9)
    await add_job(api.runtime, owner, DONE, at=begun - timedelta(minutes=1))
    await roll_up(api.runtime, now=begun)
    for hours in (8, 5):
        await add_job(api.runtime, owner, DONE, at=now - timedelta(hours=hours))
    await roll_up(api.runtime, now=now)
    assert await total_jobs(api) == 3


async def test_times_and_outcomes(api: Api) -> None:
    owner, now = await local_user(api), utcnow()
    seconds = [timedelta(seconds=number) for number in (2, 4, 10, 30)]
    await add_job(api.runtime, owner, DONE, at=now, waited=seconds[0], rendered=seconds[2])
    await add_job(api.runtime, owner, DONE, at=now, waited=seconds[1], rendered=seconds[3])
    await add_job(api.runtime, owner, FAILED, at=now, model="b.safetensors", backend="gpu2")
    await add_job(api.runtime, owner, CANCELLED, at=now, model="b.safetensors", backend="gpu2")
    await roll_up(api.runtime)
    found = await statistics(api)
    total = found["total"]
    assert (total["completed"], total["failed"], total["cancelled"]) == (2, 1, 1)
    assert total["render_seconds"] == 20
    assert total["render_seconds_max"] == 30
    by_model = {one["name"]: one["jobs"] for one in found["models"]}
    assert by_model["a.safetensors"]["wait_seconds"] == 3
    assert by_model["a.safetensors"]["wait_seconds_max"] == 4
    assert by_model["b.safetensors"]["render_seconds"] is None
    assert [one["name"] for one in found["backends"]] == ["gpu1", "gpu2"]
    assert found["error_codes"] == [{"error_code": "execution_failed", "count": 1}]
    only = await statistics(api, model="b.safetensors", backend="gpu2")
    assert only["total"]["completed"] == 0
    assert only["total"]["failed"] == 1
    assert (await statistics(api, backend="gpu3"))["total"]["failed"] == 0


async def test_buckets_have_no_gaps(api: Api) -> None:
    owner = await local_user(api)
    now = datetime(2026, 11, 29, 17, 30, tzinfo=UTC)
    for age in (timedelta(), timedelta(hours=23), timedelta(days=6, hours=20), timedelta(days=29)):
        await add_job(api.runtime, owner, DONE, at=now - age)
    await roll_up(api.runtime, now=now)
    for period, number, jobs in ((Period.DAY, 24, 2), (Period.WEEK, 28, 3), (Period.MONTH, 30, 4)):
        async with api.runtime.begin() as uow:
            found = await jobs_of_period(uow.session, period, now=now)
        assert len(found.buckets) == number
        starts = [at for at, _ in found.buckets]
        assert [later - at for at, later in itertools.pairwise(starts)] == [found.bucket] * (
            number - 1
        )
        assert starts[-1] <= now < starts[-1] + found.bucket
        assert sum(amounts.completed for _, amounts in found.buckets) == jobs, period
        assert found.total.completed == jobs


async def test_real_jobs_are_added_up(api: Api, settings: Settings) -> None:
    async with running_worker(settings):
        job = await api.submit()
        assert (await api.ended(job["id"]))["status"] == "completed"
    await roll_up(api.runtime)
    found = await statistics(api, period="week", model="sd15.safetensors", backend="sim1")
    assert found["total"]["completed"] == 1
    assert found["total"]["wait_seconds"] >= 0
    assert found["bucket_seconds"] == 6 * 3600
