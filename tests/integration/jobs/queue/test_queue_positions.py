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
from genonaut.jobs.queue.claim import ClaimService
from genonaut.jobs.repository import JobRepository
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
    async with town.runtime.begin() as uow:
        return await JobRepository(uow.session).queue_positions(job_ids)


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
