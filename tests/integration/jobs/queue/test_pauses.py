"""Pauses of the queue: running jobs continue, no job starts, and jobs show the reason."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import delete, select, update
from tests.support.service import (
    Api,
    eventually,
    running_api,
    running_worker,
    with_backends,
)

from genonaut.accounts.tables import AuditEntry
from genonaut.config import Settings
from genonaut.core.clock import utcnow
from genonaut.jobs.queue.claim_query import NEXT_JOB
from genonaut.jobs.tables import GenerationAttempt, QueuePause, Worker
from genonaut.simulator import Simulator, SimulatorOptions, running_simulator
from genonaut.worker.main import WorkerProcess


async def pause(api: Api, **body: Any) -> httpx.Response:
    answer = await api.http.post("/api/v1/queue/pause", json=body)
    assert answer.status_code == 200, answer.text
    return answer


async def resume(api: Api, **body: Any) -> httpx.Response:
    answer = await api.http.post("/api/v1/queue/resume", json=body)
    assert answer.status_code == 200, answer.text
    return answer


async def has_status(api: Api, job_id: int, status: str) -> None:
    async def check() -> bool:
        return bool((await api.job(job_id))["status"] == status)

    await eventually(check)


async def is_up(api: Api) -> None:
    async def check() -> bool:
        health = (await api.http.get("/api/v1/health")).json()
        return bool(health["comfyui"]) and all(one["status"] == "up" for one in health["comfyui"])

    await eventually(check)


async def claim_all(worker: WorkerProcess) -> None:
    """Make the worker claim until no job is claimable."""
    worker.supervisor.wake()
    while await worker.supervisor._claim_one():
        pass


@pytest.mark.render_ms(1500)
async def test_running_jobs_continue_and_no_job_starts_until_the_queue_is_resumed(
    settings: Settings,
) -> None:
    async with running_api(settings) as api, running_worker(settings) as worker:
        first = await api.submit("the one that runs")
        await has_status(api, first["id"], "running")
        paused = (await pause(api, reason="the attic is too hot")).json()
        assert paused["is_paused"] is True
        assert paused["pause"]["reason"] == "the attic is too hot"

        second = await api.submit("the one that waits")
        assert second["status"] in {"queued", "pending"}
        assert second["waiting_reason"] == "the queue is paused: the attic is too hot"
        assert (await api.ended(first["id"]))["status"] == "completed"
        await claim_all(worker)
        assert (await api.job(second["id"]))["status"] == "queued"

        assert (await resume(api)).json()["is_paused"] is False
        done = await api.ended(second["id"])
        assert (done["status"], done["waiting_reason"]) == ("completed", None)


async def test_a_pause_survives_restarts(settings: Settings) -> None:
    async with running_api(settings) as api:
        await pause(api, reason="over night")
        job = await api.submit()
    async with running_api(settings) as api, running_worker(settings) as worker:
        assert (await api.http.get("/api/v1/queue")).json()["pause"]["reason"] == "over night"
        assert (await api.http.get("/api/v1/health")).json()["queue"] == "paused"
        await is_up(api)
        await claim_all(worker)
        assert (await api.job(job["id"]))["status"] in {"queued", "pending"}
        await resume(api)
        assert (await api.ended(job["id"]))["status"] == "completed"


async def test_waiting_jobs_show_the_reason_at_once_until_the_resume(
    settings: Settings,
) -> None:
    async with running_api(settings) as api:
        async with running_worker(settings):
            await is_up(api)
        job = await api.submit()
        await pause(api)
        assert (await api.job(job["id"]))["waiting_reason"] == "the queue is paused"
        await resume(api)
        assert "paused" not in ((await api.job(job["id"]))["waiting_reason"] or "")


async def test_one_backend_is_paused_while_another_works(
    settings: Settings, simulator: Simulator
) -> None:
    async with running_simulator(SimulatorOptions(delay_ms=0)) as other:
        settings = with_backends(settings, simulator.url, other.url)
        async with running_api(settings) as api, running_worker(settings):
            await is_up(api)
            state = (await pause(api, backend="sim1", reason="a new fan")).json()
            assert state["is_paused"] is False
            assert state["backends"]["sim1"]["reason"] == "a new fan"
            health = (await api.http.get("/api/v1/health")).json()
            assert [one["is_paused"] for one in health["comfyui"]] == [True, False]
            for number in range(3):
                done = await api.ended((await api.submit(f"image {number}"))["id"])
                assert (done["status"], done["backend"]) == ("completed", "sim2")

            await pause(api, backend="sim2")
            job = await api.submit()
            reason = "the ComfyUI servers that have its models are paused"

            async def explained() -> bool:
                return bool((await api.job(job["id"]))["waiting_reason"] == reason)

            await eventually(explained)
            await resume(api, backend="sim1")
            done = await api.ended(job["id"])
            assert (done["status"], done["backend"]) == ("completed", "sim1")


async def test_a_claim_that_waits_for_a_pause_to_commit_obeys_it(settings: Settings) -> None:
    async with running_api(settings) as api, running_worker(settings) as worker:
        await is_up(api)
        jobs = [await api.submit(f"image {number}") for number in range(4)]
        answers = await asyncio.gather(pause(api), claim_all(worker), claim_all(worker))
        assert answers[0].json()["is_paused"] is True
        async with api.runtime.begin() as uow:
            pause_row = await uow.session.get_one(QueuePause, "")
            claimed = (await uow.session.scalars(select(GenerationAttempt.claimed_at))).all()
        assert all(at < pause_row.paused_at for at in claimed)
        await resume(api)
        for job in jobs:
            assert (await api.ended(job["id"]))["status"] == "completed"


async def claim_plan(api: Api) -> list[str]:
    """Run the query of a claim; return the lines of its plan that read the jobs of a user."""
    values = {
        "names": ["sim1"],
        "worker_id": uuid4(),
        "rendered": [],
        "prompt_id": "",
        "lease": timedelta(seconds=20),
    }
    sql = f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) {NEXT_JOB.sql}"
    async with api.runtime.begin() as uow:
        connection = await uow.session.connection()
        for way in ("seqscan", "hashjoin", "mergejoin"):  # which small tables prefer
            await connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
        plan = await connection.exec_driver_sql(sql, tuple(NEXT_JOB.arguments(values)))
        lines = [line for (line,) in plan.all()]
        await uow.session.rollback()
    return [line for line in lines if " on generation_jobs j " in line]


async def test_a_claim_reads_no_waiting_job_while_the_queue_is_paused(settings: Settings) -> None:
    async with running_api(settings) as api:
        async with running_worker(settings):
            await is_up(api)
        for number in range(3):
            await api.submit(f"image {number}")
        assert any("never executed" not in line for line in await claim_plan(api))
        await pause(api)
        lines = await claim_plan(api)
        assert lines
        assert all("never executed" in line for line in lines)


async def test_a_waiting_job_is_found_by_a_check_without_a_wake_up(settings: Settings) -> None:
    async with running_api(settings) as api, running_worker(settings) as worker:
        await is_up(api)
        await pause(api)
        job = await api.submit()
        await claim_all(worker)
        async with api.runtime.begin() as uow:
            await uow.session.execute(delete(QueuePause))
        worker.supervisor.wake_if_any_wait()
        assert (await api.ended(job["id"]))["status"] == "completed"


async def test_a_second_pause_replaces_the_reason_and_a_second_resume_does_nothing(
    settings: Settings,
) -> None:
    async with running_api(settings) as api:
        first = (await pause(api, reason="one")).json()
        second = (await pause(api, reason="another")).json()
        assert second["pause"]["reason"] == "another"
        assert second["pause"]["paused_at"] == first["pause"]["paused_at"]
        await resume(api)
        await resume(api)
        async with api.runtime.begin() as uow:
            kinds = select(AuditEntry.kind).where(AuditEntry.subject == "queue")
            noted = (await uow.session.scalars(kinds.order_by(AuditEntry.id))).all()
        assert noted == ["queue.paused", "queue.paused", "queue.resumed"]


@pytest.mark.parametrize("verb", ["pause", "resume"])
async def test_an_unknown_backend_is_an_error(settings: Settings, verb: str) -> None:
    async with running_api(settings) as api:
        answer = await api.http.post(f"/api/v1/queue/{verb}", json={"backend": "nowhere"})
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "backend"


@pytest.mark.render_ms(60_000)
async def test_workers_are_listed_with_their_jobs(settings: Settings) -> None:
    async with running_api(settings) as api:
        async with running_worker(settings) as worker:
            job = await api.submit()
            await has_status(api, job["id"], "running")
            (row,) = (await api.http.get("/api/v1/workers")).json()["items"]
            assert row["id"] == str(worker.row.id)
            assert (row["state"], row["slots"], row["slots_used"]) == (
                "running",
                settings.backends[0].slots,
                1,
            )
            assert [held["job_id"] for held in row["jobs"]] == [job["id"]]
            assert row["stopped_at"] is None

            await api.http.post(f"/api/v1/generation-jobs/{job['id']}/cancel")
        (row,) = (await api.http.get("/api/v1/workers")).json()["items"]
        assert (row["state"], row["jobs"]) == ("stopped", [])


async def test_a_worker_without_heartbeat_is_silent_and_not_listed_after_an_hour(
    settings: Settings,
) -> None:
    async with running_api(settings) as api:
        async with running_worker(settings):
            await is_up(api)
        async with api.runtime.begin() as uow:
            await uow.session.execute(update(Worker).values(stopped_at=None))
        await _silence(api)
        (row,) = (await api.http.get("/api/v1/workers")).json()["items"]
        assert row["state"] == "silent"
        await _silence(api, minutes=61)
        assert (await api.http.get("/api/v1/workers")).json()["items"] == []


async def _silence(api: Api, *, minutes: float = 1) -> None:
    async with api.runtime.begin() as uow:
        seen = utcnow() - timedelta(minutes=minutes)
        await uow.session.execute(update(Worker).values(seen_at=seen))
