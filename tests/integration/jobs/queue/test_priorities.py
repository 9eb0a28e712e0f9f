"""Administrators move jobs and submissions to the top of the queue."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import update
from tests.support.accounts import held
from tests.support.notifications import make_batch
from tests.support.people import Town, running_town

from genonaut.accounts.tables import Role
from genonaut.config import Settings
from genonaut.config.settings import BackendSettings
from genonaut.jobs.backends.repository import BackendRepository
from genonaut.jobs.queue.claim import ClaimService
from genonaut.jobs.states import JobStatus
from genonaut.jobs.tables import GenerationJob

PARAMS = {"seed": 1, "steps": 20, "cfg": 7.0, "sampler_name": "euler", "scheduler": "normal"}
PARAMS |= {"denoise": 1.0}


@pytest.fixture
async def town(settings: Settings) -> AsyncIterator[Town]:
    async with held(running_town(settings)) as running:
        yield running


async def waiting_batch(town: Town, name: str, size: int = 1) -> list[int]:
    person = await town.person(name)
    ids = await make_batch(town.runtime, person.identity.user_id, size, params=PARAMS)
    async with town.runtime.begin() as uow:
        values = {"status": JobStatus.QUEUED, "attempt": 0}
        one_of = GenerationJob.id.in_(ids)
        await uow.session.execute(update(GenerationJob).where(one_of).values(**values))
    return ids


async def claimed(town: Town, count: int) -> list[int]:
    async with town.runtime.begin() as uow:
        repository = BackendRepository(uow.session)
        await repository.register([BackendSettings(name="b1", url="http://b1", slots=50)])
        await repository.report(
            "b1", status="up", version=None, queue_length=0, offers=[], last_error=None
        )
    found = []
    for _ in range(count):
        async with town.runtime.begin() as uow:
            claim = await ClaimService(uow, lease=timedelta(seconds=20)).claim_next(uuid4(), ["b1"])
        assert claim is not None
        found.append(claim.job_id)
    return found


async def test_a_moved_submission_is_claimed_first(town: Town) -> None:
    boss = await town.person("boss", role=Role.ADMIN)
    early, late = await waiting_batch(town, "ann", 3), await waiting_batch(town, "ben", 2)
    batch_id = (await boss.http.get(f"/generation-jobs/{late[0]}")).json()["batch_id"]
    answer = await boss.http.post(f"/generation-batches/{batch_id}/move-to-top")
    assert answer.status_code == 200
    assert [job["queue_position"] for job in answer.json()["jobs"]] == [1, 2]
    # What is moved last comes first.
    job = await boss.http.post(f"/generation-jobs/{early[1]}/move-to-top")
    assert job.json()["queue_position"] == 1
    assert await claimed(town, 4) == [early[1], *late, early[0]]


async def test_the_owner_sees_the_move_in_the_timeline_and_others_in_the_audit_log(
    town: Town,
) -> None:
    boss = await town.person("boss", role=Role.ADMIN)
    (job_id,) = await waiting_batch(town, "ann")
    batch_id = (await boss.http.get(f"/generation-jobs/{job_id}")).json()["batch_id"]
    await boss.http.post(f"/generation-batches/{batch_id}/move-to-top")
    events = (await boss.http.get(f"/generation-jobs/{job_id}/events")).json()
    assert [event["kind"] for event in events] == ["moved_to_top"]
    log = (await boss.http.get("/audit-log?kind=batch.moved_to_top")).json()
    short = batch_id.partition("-")[0]
    assert [entry["summary"] for entry in log["items"]] == [
        f"boss moved submission {short} of ann to the top of the queue"
    ]


async def test_jobs_that_do_not_wait_are_not_moved(town: Town) -> None:
    boss = await town.person("boss", role=Role.ADMIN)
    running = await make_batch(town.runtime, boss.identity.user_id, params=PARAMS)
    batch_id = (await boss.http.get(f"/generation-jobs/{running[0]}")).json()["batch_id"]
    for path in (f"generation-jobs/{running[0]}", f"generation-batches/{batch_id}"):
        answer = await boss.http.post(f"/{path}/move-to-top")
        assert answer.status_code == 409, answer.text
    for path in ("generation-jobs/999999", f"generation-batches/{uuid4()}"):
        assert (await boss.http.post(f"/{path}/move-to-top")).status_code == 404


async def test_a_cancelled_submission_of_another_user_is_in_the_audit_log(town: Town) -> None:
    boss = await town.person("boss", role=Role.ADMIN)
    (job_id,) = await waiting_batch(town, "ann")
    batch_id = (await boss.http.get(f"/generation-jobs/{job_id}")).json()["batch_id"]
    answer = await boss.http.post("/generation-jobs/cancel", json={"batch_id": batch_id})
    assert answer.status_code == 200
    log = (await boss.http.get("/audit-log?kind=batch.cancelled")).json()
    short = batch_id.partition("-")[0]
    assert [one["summary"] for one in log["items"]] == [f"boss cancelled submission {short} of ann"]
