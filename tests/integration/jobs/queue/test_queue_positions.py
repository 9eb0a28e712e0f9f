"""Queue positions are the order in which jobs are claimed: users take turns."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import update
from tests.support.accounts import held
from tests.support.notifications import make_batch
from tests.support.people import Town, running_town

from genonaut.config import Settings
from genonaut.config.settings import BackendSettings
from genonaut.core.clock import utcnow
from genonaut.jobs.backends.repository import BackendRepository
from genonaut.jobs.queue import wait_estimates
from genonaut.jobs.queue.claim import ClaimService
from genonaut.jobs.queue.positions import CACHED_FROM, queue_positions
from genonaut.jobs.states import JobStatus
from genonaut.jobs.tables import GenerationJob

PARAMS = {"seed": 1, "steps": 20, "cfg": 7.0, "sampler_name": "euler", "scheduler": "normal"}


@pytest.fixture
async def town(settings: Settings) -> AsyncIterator[Town]:
    async with held(running_town(settings)) as running:
        yield running


async def change(town: Town, job_ids: list[int], **values: object) -> None:
    async with town.runtime.begin() as uow:
        one_of = GenerationJob.id.in_(job_ids)
        await uow.session.execute(update(GenerationJob).where(one_of).values(**values))


async def positions(town: Town, job_ids: list[int]) -> dict[int, int]:
    return await queue_positions(town.runtime, job_ids)


async def test_positions_are_the_order_of_claims(town: Town) -> None:
    users = [(await town.person(name)).identity.user_id for name in ("ann", "bob", "cid")]
    flood = await make_batch(town.runtime, users[0], 16, params=PARAMS)
    few = await make_batch(town.runtime, users[1], 3, params=PARAMS)
    urgent = await make_batch(town.runtime, users[0], 2, params=PARAMS)
    last = await make_batch(town.runtime, users[2], 1, params=PARAMS)
    waiting = [*flood, *few, *urgent, *last]
    await make_batch(town.runtime, users[0], 1, params=PARAMS)  # runs
    await change(town, waiting, status=JobStatus.QUEUED)
    await change(town, urgent, priority=5)
    lacking = flood[:2]
    await change(town, lacking, unavailable_since=utcnow(), needs=["loras/gone"])
    async with town.runtime.begin() as uow:
        repository = BackendRepository(uow.session)
        await repository.register([BackendSettings(name="b1", url="http://b1", slots=50)])
        await repository.report(
            "b1", status="up", version=None, queue_length=0, offers=[], last_error=None
        )
    expected = await positions(town, waiting)
    assert sorted(expected.values()) == list(range(1, len(waiting) + 1))
    assert [expected[job_id] for job_id in urgent] == [1, 2]
    assert max(expected[job_id] for job_id in (*few, *last)) < 8, "a flood delays no other user"
    claimed: list[int] = []
    while True:
        async with town.runtime.begin() as uow:
            claims = ClaimService(uow, lease=timedelta(seconds=20))
            claim = await claims.claim_next(uuid4(), ["b1"])
        if claim is None:
            break
        claimed.append(claim.job_id)
    order = sorted(expected, key=lambda job_id: expected[job_id])
    assert order == [*claimed, *lacking]


async def test_a_long_queue_is_sorted_once_for_many_readers(town: Town) -> None:
    person = await town.person("ann")
    waiting = [
        job_id
        for _ in range(CACHED_FROM // 16 + 1)
        for job_id in await make_batch(town.runtime, person.identity.user_id, 16, params=PARAMS)
    ]
    await change(town, waiting, status=JobStatus.QUEUED)
    assert await positions(town, waiting[:1]) == {waiting[0]: 1}
    await change(town, waiting[:1], status=JobStatus.RUNNING)
    assert await positions(town, waiting[4:6]) == {waiting[4]: 5, waiting[5]: 6}, "kept"
    town.runtime.cache.store("queue_positions", {}, seconds=0)  # as if a second had passed
    assert await positions(town, waiting[4:6]) == {waiting[4]: 4, waiting[5]: 5}


async def test_a_job_of_a_short_queue_moves_up_at_once(town: Town) -> None:
    person = await town.person("ann")
    waiting = await make_batch(town.runtime, person.identity.user_id, 3, params=PARAMS)
    await change(town, waiting, status=JobStatus.QUEUED)
    assert await positions(town, waiting[2:]) == {waiting[2]: 3}
    await change(town, waiting[:1], status=JobStatus.RUNNING)
    assert await positions(town, waiting[2:]) == {waiting[2]: 2}


async def test_the_estimate_comes_with_recent_jobs_and_goes_with_the_servers(town: Town) -> None:
    person = await town.person("ann")
    user_id = person.identity.user_id
    params = PARAMS | {"denoise": 1.0}
    (waiting,) = await make_batch(town.runtime, user_id, params=params)
    await change(town, [waiting], status=JobStatus.QUEUED)

    async def estimate() -> int | None:
        town.runtime.cache.forget(wait_estimates.KEY)  # as if its time had passed
        job = (await person.http.get(f"/generation-jobs/{waiting}")).json()
        batch = await person.http.get(f"/generation-batches/{job['batch_id']}")
        (member,) = batch.json()["jobs"]
        assert member["estimated_wait_seconds"] == job["estimated_wait_seconds"]
        seconds: int | None = job["estimated_wait_seconds"]
        return seconds

    assert await estimate() is None
    ended = await make_batch(town.runtime, user_id, 3, params=params)
    await change(town, ended, status=JobStatus.COMPLETED, render_seconds=12.5)
    assert await estimate() is None, "no server is up"
    async with town.runtime.begin() as uow:
        repository = BackendRepository(uow.session)
        await repository.register([BackendSettings(name="b1", url="http://b1", slots=1)])
        await repository.report(
            "b1", status="up", version=None, queue_length=0, offers=[], last_error=None
        )
    assert await estimate() == 13
    await change(town, [waiting], waiting_reason="no ComfyUI server has the model")
    assert await estimate() is None
