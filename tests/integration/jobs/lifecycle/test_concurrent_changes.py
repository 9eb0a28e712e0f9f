"""Concurrent changes of one job, batch or attempt: none fails, none is lost."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, text, update
from tests.builders import make_content, make_person
from tests.support.accounts import held
from tests.support.locks import sessions_waiting
from tests.support.notifications import ON, end_job, make_batch, set_preferences, told
from tests.support.people import Town, running_town
from tests.support.service import eventually
from tests.support.timeouts import patiently

from genonaut.accounts.identity import Identity
from genonaut.accounts.tables import Role
from genonaut.config import Settings
from genonaut.config.settings import BackendSettings
from genonaut.content.tables import ContentItem
from genonaut.core.clock import utcnow
from genonaut.core.errors import ConflictError
from genonaut.db import UnitOfWork
from genonaut.jobs.backends.repository import BackendRepository
from genonaut.jobs.lifecycle.cancellation import CancellationService
from genonaut.jobs.params import GenerationSpec, SamplingParams
from genonaut.jobs.queue.claim import Claim, ClaimService
from genonaut.jobs.queue.pauses import PauseService
from genonaut.jobs.queue.sweeper import Sweep, SweepClock
from genonaut.jobs.rendering.active_attempt import ActiveAttempt
from genonaut.jobs.rendering.heartbeat import Heartbeat
from genonaut.jobs.states import JobStatus, JobType
from genonaut.jobs.tables import ComfyuiBackend, GenerationAttempt, GenerationBatch, GenerationJob
from genonaut.runtime import Runtime

LEASE = timedelta(seconds=20)


@pytest.fixture
async def town(settings: Settings) -> AsyncIterator[Town]:
    async with held(running_town(settings)) as running:
        yield running


@pytest.fixture
def runtime(town: Town) -> Runtime:
    return town.runtime


@pytest.fixture
async def ann(runtime: Runtime) -> Identity:
    return await make_person(runtime, "ann")


async def change(runtime: Runtime, job_ids: list[int], **values: Any) -> None:
    async with runtime.begin() as uow:
        one_of = GenerationJob.id.in_(job_ids)
        await uow.session.execute(update(GenerationJob).where(one_of).values(**values))


async def jobs_of(runtime: Runtime, job_ids: list[int]) -> list[GenerationJob]:
    async with runtime.begin() as uow:
        query = select(GenerationJob).where(GenerationJob.id.in_(job_ids))
        return list(await uow.session.scalars(query.order_by(GenerationJob.id)))


async def statuses(runtime: Runtime, job_ids: list[int]) -> list[str]:
    return [str(job.status) for job in await jobs_of(runtime, job_ids)]


async def lock_row(
    uow: UnitOfWork, table: str, row_id: object, *, mode: str = "NO KEY UPDATE"
) -> None:
    """Lock a row until the end of the unit of work."""
    query = text(f"SELECT FROM {table} WHERE id = :id FOR {mode}")
    await uow.session.execute(query, {"id": row_id})


async def add_attempts(
    runtime: Runtime, job_ids: list[int], *, worker_id: UUID, is_over: bool, backend: str = "b1"
) -> None:
    """Give each job its first attempt; an open one has an expired lease."""
    past = utcnow() - timedelta(minutes=1)
    async with runtime.begin() as uow:
        for job_id in job_ids:
            attempt = GenerationAttempt(
                job_id=job_id,
                attempt=1,
                worker_id=worker_id,
                backend=backend,
                comfyui_prompt_id=f"prompt-{job_id}",
                claimed_at=past,
                lease_until=past,
                posted_at=past,
                ended_at=past if is_over else None,
            )
            uow.session.add(attempt)


async def make_resumable(runtime: Runtime, ann: Identity) -> int:
    """Make a job whose prompt may still be at ``b1`` after ``resume_until``."""
    async with runtime.begin() as uow:
        repository = BackendRepository(uow.session)
        await repository.register(
            [BackendSettings(name=name, url=f"http://{name}", slots=1) for name in ("b1", "b2")]
        )
        for name in ("b1", "b2"):
            await repository.report(
                name, status="up", version=None, queue_length=0, offers=[], last_error=None
            )
    params = {"seed": 1, "steps": 20, "cfg": 7.0, "sampler_name": "euler", "scheduler": "normal"}
    (job_id,) = await make_batch(runtime, ann.user_id, params=params)
    await add_attempts(runtime, [job_id], worker_id=uuid4(), is_over=True)
    await change(
        runtime,
        [job_id],
        status=JobStatus.QUEUED,
        backend="b1",
        comfyui_prompt_id=f"prompt-{job_id}",
        resume_until=utcnow() - timedelta(seconds=1),
    )
    return job_id


async def claim(runtime: Runtime, backend: str) -> Claim | None:
    async with runtime.begin() as uow:
        return await ClaimService(uow, lease=LEASE).claim_next(uuid4(), [backend])


async def cancel(runtime: Runtime, job_id: int) -> None:
    async with runtime.begin() as uow:
        await CancellationService(uow).cancel(job_id, owner_id=None)


async def cancel_batch(runtime: Runtime, batch_id: UUID) -> int:
    async with runtime.begin() as uow:
        return len(await CancellationService(uow).cancel_batch(batch_id, owner_id=None))


async def sweep(runtime: Runtime, *, lease_seconds: float = 0) -> None:
    async with runtime.begin() as uow:
        clock = SweepClock(lease_seconds, pause_seconds=0)
        await Sweep(uow, runtime.settings.jobs).run(clock)


async def test_a_batch_is_cancelled_while_its_last_job_completes(
    runtime: Runtime, ann: Identity
) -> None:
    await set_preferences(runtime, ann.user_id, ON)
    jobs = await make_batch(runtime, ann.user_id, size=2)
    await end_job(runtime, jobs[0], "failed", error_message="no memory")
    batch_id = (await jobs_of(runtime, jobs))[0].batch_id
    async with runtime.begin() as uow:
        await lock_row(uow, "generation_batches", batch_id)
        completing = asyncio.create_task(end_job(runtime, jobs[1], "completed"))
        await eventually(sessions_waiting(runtime, 1))
        cancelling = asyncio.create_task(cancel_batch(runtime, batch_id))
        await eventually(sessions_waiting(runtime, 2))
    assert await completing
    assert await cancelling == 0
    assert [one.title for one in await told(runtime)] == ["1 completed, 1 failed"]
    assert await statuses(runtime, jobs) == ["failed", "completed"]


async def test_a_job_is_cancelled_while_the_sweep_fails_its_batch(
    runtime: Runtime, ann: Identity
) -> None:
    await set_preferences(runtime, ann.user_id, ON)
    jobs = await make_batch(runtime, ann.user_id, size=2)
    await change(runtime, jobs, status=JobStatus.QUEUED)
    await sweep(runtime)  # writes the waiting reasons
    await change(runtime, jobs, unavailable_since=utcnow() - timedelta(days=3))
    batch_id = (await jobs_of(runtime, jobs))[0].batch_id
    async with runtime.begin() as uow:
        await lock_row(uow, "generation_batches", batch_id)
        sweeping = asyncio.create_task(sweep(runtime))
        await eventually(sessions_waiting(runtime, 1))
        cancelling = asyncio.create_task(cancel(runtime, jobs[1]))
        await eventually(sessions_waiting(runtime, 2))
    await sweeping
    with contextlib.suppress(ConflictError):  # the sweep failed it first
        await cancelling
    await sweep(runtime)  # rows that were locked are left to the next sweep
    assert await statuses(runtime, jobs) in (["failed", "cancelled"], ["failed", "failed"])
    assert len(await told(runtime)) == 1
    async with runtime.begin() as uow:
        assert (await uow.session.get_one(GenerationBatch, batch_id)).open_count == 0


async def test_a_job_is_cancelled_while_it_is_claimed_for_another_backend(
    runtime: Runtime, ann: Identity
) -> None:
    job_id = await make_resumable(runtime, ann)
    async with runtime.begin() as uow:
        await lock_row(uow, "generation_jobs", job_id)
        cancelling = asyncio.create_task(cancel(runtime, job_id))
        await eventually(sessions_waiting(runtime, 1))
        claiming = asyncio.create_task(claim(runtime, "b2"))
        await eventually(sessions_waiting(runtime, 2))
    await cancelling
    assert await claiming is None
    assert await statuses(runtime, [job_id]) == ["cancelled"]


async def test_a_resumed_prompt_is_not_abandoned_by_a_later_claim(
    runtime: Runtime, ann: Identity
) -> None:
    job_id = await make_resumable(runtime, ann)
    async with runtime.begin() as uow:
        resumed = await ClaimService(uow, lease=LEASE).claim_next(uuid4(), ["b1"])
        assert resumed is not None
        assert resumed.is_resumed
        late = asyncio.create_task(claim(runtime, "b2"))
        await eventually(sessions_waiting(runtime))
    assert await late is None
    async with runtime.begin() as uow:
        abandoned = select(GenerationAttempt.job_id).where(GenerationAttempt.is_abandoned)
        assert (await uow.session.scalars(abandoned)).all() == []
        job = await uow.session.get_one(GenerationJob, job_id)
        assert (job.attempt, job.backend, job.status) == (2, "b1", JobStatus.RUNNING)


async def test_a_prompt_is_not_abandoned_before_a_lease_was_observed(
    runtime: Runtime, ann: Identity
) -> None:
    job_id = await make_resumable(runtime, ann)
    async with runtime.begin() as uow:
        long_ago = utcnow() - timedelta(minutes=5)
        await uow.session.execute(update(ComfyuiBackend).values(checked_at=long_ago))
    # A clock that has just started has not observed a lease.
    await sweep(runtime, lease_seconds=20)
    assert (await jobs_of(runtime, [job_id]))[0].resume_until is not None
    await sweep(runtime)
    assert (await jobs_of(runtime, [job_id]))[0].resume_until is None


async def test_the_queue_is_paused_while_a_worker_retires_backends(runtime: Runtime) -> None:
    root = await make_person(runtime, "root", role=Role.ADMIN)
    backends = [BackendSettings(name=name, url=f"http://{name}", slots=1) for name in ("b1", "b2")]

    async def retire() -> None:
        async with runtime.begin() as uow:
            await BackendRepository(uow.session).retire_unnamed([])

    async with runtime.begin() as uow:
        await BackendRepository(uow.session).register(backends)
    async with runtime.begin() as uow:  # moves the first row behind the second
        await BackendRepository(uow.session).register(backends[:1])
    async with runtime.begin() as uow:
        await uow.session.execute(text("SELECT FROM comfyui_backends WHERE name = 'b1' FOR UPDATE"))
        pausing = asyncio.create_task(PauseService(runtime, root.user_id).pause(None, "moving"))
        await eventually(sessions_waiting(runtime, 1))
        retiring = asyncio.create_task(retire())
        await eventually(sessions_waiting(runtime, 2))
    await pausing
    await retiring
    async with runtime.begin() as uow:
        assert await BackendRepository(uow.session).all() == []


async def test_a_job_is_deleted_while_its_image_is_purged(town: Town) -> None:
    ann = await town.person("ann")
    content_id = await make_content(town.runtime, ann.identity, is_trashed=True)
    async with town.runtime.begin() as uow:
        item = await uow.session.get_one(ContentItem, content_id)
        job_id = item.job_id
    async with town.runtime.begin() as uow:
        await lock_row(uow, "generation_jobs", job_id)
        deleting = asyncio.create_task(ann.http.delete(f"/generation-jobs/{job_id}"))
        await eventually(sessions_waiting(town.runtime, 1))
        purging = asyncio.create_task(ann.http.delete(f"/content/{content_id}?trash=true"))
        await eventually(sessions_waiting(town.runtime, 2))
    assert ((await deleting).status_code, (await purging).status_code) == (204, 204)
    assert (await ann.http.get(f"/generation-jobs/{job_id}")).status_code == 404


async def test_concurrent_deletes_delete_a_job_once(town: Town) -> None:
    ann = await town.person("ann")
    (job_id,) = await make_batch(town.runtime, ann.identity.user_id)
    await end_job(town.runtime, job_id, "cancelled")
    async with town.runtime.begin() as uow:
        await lock_row(uow, "generation_jobs", job_id)
        both = [asyncio.create_task(ann.http.delete(f"/generation-jobs/{job_id}")) for _ in "ab"]
        await eventually(sessions_waiting(town.runtime, 2))
    answers = await asyncio.gather(*both)
    assert sorted(answer.status_code for answer in answers) == [204, 404]


async def test_a_job_is_deleted_while_its_batch_ends(runtime: Runtime, ann: Identity) -> None:
    await set_preferences(runtime, ann.user_id, ON)
    content_id = await make_content(runtime, ann)
    jobs = await make_batch(runtime, ann.user_id, size=2)
    await end_job(runtime, jobs[0], "completed", content_id=content_id)
    async with runtime.begin() as uow:
        item = update(ContentItem).where(ContentItem.id == content_id)
        await uow.session.execute(item.values(job_id=jobs[0]))

    async def delete() -> None:
        async with runtime.begin() as uow:
            await CancellationService(uow).delete(jobs[0], owner_id=None)

    async with runtime.begin() as uow:
        await lock_row(uow, "content_items", content_id, mode="UPDATE")
        deleting = asyncio.create_task(delete())
        await eventually(sessions_waiting(runtime, 1))
        ending = asyncio.create_task(end_job(runtime, jobs[1], "completed"))
        await eventually(sessions_waiting(runtime, 2))
    await deleting
    assert await ending
    (one,) = await told(runtime)
    assert (one.title, one.related_job_id) == ("2 of 2 completed", None)


async def test_a_heartbeat_of_a_frozen_worker_runs_while_its_jobs_are_requeued(
    runtime: Runtime, ann: Identity
) -> None:
    worker_id = uuid4()
    jobs = await make_batch(runtime, ann.user_id, size=2)
    await add_attempts(runtime, jobs, worker_id=worker_id, is_over=False)
    await change(runtime, jobs[:1], priority=0)  # moves the first row behind the second
    heartbeat = Heartbeat(runtime, worker_id)
    for job_id in reversed(jobs):
        heartbeat.add(ActiveAttempt(claim_of(job_id, worker_id)))
    async with runtime.begin() as uow:
        await lock_row(uow, "generation_jobs", jobs[1])
        async with patiently():  # neither waits for the locked job
            await sweep(runtime)
            await heartbeat.renew()
    assert [one.is_fenced for one in heartbeat.attempts] == [False, True]
    assert await statuses(runtime, jobs) == ["queued", "running"]


class FreezingSweep(Sweep):
    """Is frozen after the clock was trusted, until the first lease has expired."""

    async def _requeue_expired(self, now: datetime) -> None:
        soon = now + timedelta(milliseconds=1)
        await self._session.execute(update(GenerationAttempt).values(lease_until=soon))
        while not await self._session.scalar(select(func.clock_timestamp() > soon)):
            pass
        await super()._requeue_expired(now)


async def test_leases_that_expire_while_the_sweep_is_frozen_are_not_trusted(
    runtime: Runtime, ann: Identity
) -> None:
    jobs = await make_batch(runtime, ann.user_id)
    await add_attempts(runtime, jobs, worker_id=uuid4(), is_over=False)
    async with runtime.begin() as uow:
        await FreezingSweep(uow, runtime.settings.jobs).run(SweepClock(0, pause_seconds=0))
    assert await statuses(runtime, jobs) == ["running"]
    await sweep(runtime)
    assert await statuses(runtime, jobs) == ["queued"]


def claim_of(job_id: int, worker_id: UUID) -> Claim:
    spec = GenerationSpec(
        job_type=JobType.IMAGE,
        prompt="",
        negative_prompt="",
        checkpoint_model="sd15.safetensors",
        lora_models=(),
        width=64,
        height=64,
        params=SamplingParams(seed=1),
    )
    return Claim(
        traceparent=None,
        waited_seconds=None,
        job_id=job_id,
        user_id=uuid4(),
        attempt=1,
        worker_id=worker_id,
        backend="b1",
        prompt_id="",
        is_resumed=False,
        was_posted=True,
        executing_seconds=None,
        seq=0,
        failures=0,
        out_of_memory_count=0,
        batch_id=uuid4(),
        batch_size=2,
        spec=spec,
    )
