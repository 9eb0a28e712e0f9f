"""The end of a batch notifies exactly once, despite repetitions, kills and concurrency."""

import asyncio
import contextlib
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.engine import make_url
from tests.builders import make_content
from tests.conftest import make_settings
from tests.support.commit_cutter import CommitCutter, proxying
from tests.support.locks import sessions_waiting
from tests.support.notifications import ON, end_job, make_batch, set_preferences, told
from tests.support.people import Person, Town
from tests.support.processes import Servers
from tests.support.programs import program
from tests.support.service import eventually, running_api, running_worker, with_jobs
from tests.support.timeouts import patiently

from genonaut.config import Settings
from genonaut.content.tables import ContentItem
from genonaut.db import UnitOfWork
from genonaut.jobs.lifecycle.batch_completion import announce_batch
from genonaut.jobs.lifecycle.cancellation import CancellationService
from genonaut.jobs.lifecycle.transitions import Transitions
from genonaut.jobs.tables import GenerationJob
from genonaut.notifications.tables import NotificationType
from genonaut.runtime import Runtime
from genonaut.simulator import Simulator


async def local_user(runtime: Runtime) -> Any:
    async with runtime.begin() as uow:
        return await uow.session.scalar(text("SELECT id FROM users WHERE username = 'local'"))


async def opted_in(town: Town, person: Person, **types: bool) -> Person:
    await set_preferences(town.runtime, person.identity.user_id, ON | {"notification_types": types})
    return person


async def test_a_finished_job_notifies_its_owner(settings: Settings) -> None:
    async with running_api(settings) as api, running_worker(settings):
        await api.ended((await api.submit("a quiet harbour"))["id"])
        user_id = await local_user(api.runtime)
        assert await told(api.runtime) == []
        await set_preferences(api.runtime, user_id, ON)
        done = await api.ended((await api.submit())["id"])
        (one,) = await told(api.runtime)
        assert one.user_id == user_id
        assert one.notification_type is NotificationType.JOB_COMPLETED
        assert (one.related_job_id, one.related_content_id) == (done["id"], done["content_id"])
        assert (one.title, one.message) == ("Your image is ready", "a lighthouse at dusk")
        batch = await api.submit(batch_size=3, params={"steps": 1})
        for job_id in batch["batch_job_ids"]:
            await api.ended(job_id)
        assert [row.title for row in await told(api.runtime)][1:] == ["3 of 3 completed"]


async def test_a_failure_is_notified_once_after_all_retries(
    settings: Settings, simulator: Simulator
) -> None:
    simulator.faults.add("server_error", times=None)
    async with running_api(settings) as api, running_worker(settings):
        await api.http.get("/api/v1/auth/me")
        await set_preferences(api.runtime, await local_user(api.runtime), ON)
        ended = await api.ended((await api.submit())["id"])
        assert ended["status"] == "failed"
        (one,) = await told(api.runtime)
        assert one.notification_type is NotificationType.JOB_FAILED
        assert one.message.startswith("a lighthouse at dusk\n")
        assert one.related_content_id is None


@pytest.mark.parametrize("is_forwarded", [True, False], ids=["committed", "not committed"])
async def test_a_connection_lost_at_the_commit_notifies_once(
    settings: Settings,
    servers: Servers,
    simulator: Simulator,
    tmp_path: Path,
    *,
    is_forwarded: bool,
) -> None:
    url = make_url(settings.database.url)
    cutter = CommitCutter(
        (url.host or "", url.port or 0),
        after=b"INSERT INTO user_notifications",
        is_forwarded=is_forwarded,
    )
    async with proxying(cutter), running_api(settings) as api:
        await api.http.get("/api/v1/auth/me")
        await set_preferences(api.runtime, await local_user(api.runtime), ON)
        through = url.set(port=cutter.port).render_as_string(hide_password=False)
        cut = make_settings(
            Servers(through, servers.redis_url), url.database or "", tmp_path, simulator.url
        )
        async with running_worker(cut):
            done = await api.ended((await api.submit())["id"])
        assert (done["status"], cutter.cuts) == ("completed", 1)
        (one,) = await told(api.runtime)
        assert one.related_content_id == done["content_id"]


@pytest.mark.parametrize("is_forwarded", [True, False], ids=["committed", "not committed"])
async def test_a_worker_killed_before_the_notification_notifies_once(
    settings: Settings,
    servers: Servers,
    simulator: Simulator,
    tmp_path: Path,
    *,
    is_forwarded: bool,
) -> None:
    url = make_url(settings.database.url)
    killed = asyncio.Event()
    async with contextlib.AsyncExitStack() as stack:
        api = await stack.enter_async_context(running_api(settings))
        await api.http.get("/api/v1/auth/me")
        await set_preferences(api.runtime, await local_user(api.runtime), ON)

        async def kill() -> None:
            worker.kill()
            await worker.wait()
            killed.set()

        cutter = CommitCutter(
            (url.host or "", url.port or 0),
            after=b"INSERT INTO user_notifications",
            is_forwarded=is_forwarded,
            on_cut=kill,
        )
        await stack.enter_async_context(proxying(cutter))
        through = url.set(port=cutter.port).render_as_string(hide_password=False)
        cut = make_settings(
            Servers(through, servers.redis_url), url.database or "", tmp_path, simulator.url
        )
        cut = with_jobs(cut, lease_seconds=4.0)
        worker = await stack.enter_async_context(
            program(cut, "worker", log=tmp_path / "worker.log")
        )
        job = await api.submit()
        async with patiently():
            await killed.wait()
        assert len(await told(api.runtime)) == int(is_forwarded)
        async with running_worker(with_jobs(settings, lease_seconds=4.0)):
            done = await api.ended(job["id"])
        assert done["status"] == "completed"
        # On a busy machine the lease may have been lost once more.
        assert done["attempt"] == 1 if is_forwarded else done["attempt"] >= 2
        (one,) = await told(api.runtime)
        assert one.related_content_id == done["content_id"]


async def test_a_repeated_completion_notifies_once(town: Town, ann: Person) -> None:
    await opted_in(town, ann)
    (job_id,) = await make_batch(town.runtime, ann.identity.user_id)
    ended = await asyncio.gather(*(end_job(town.runtime, job_id, "completed") for _ in range(5)))
    assert sorted(ended) == [False] * 4 + [True]
    assert len(await told(town.runtime)) == 1


async def test_a_repeated_dispatch_notifies_once(town: Town, ann: Person) -> None:
    await opted_in(town, ann)
    (job_id,) = await make_batch(town.runtime, ann.identity.user_id)
    await end_job(town.runtime, job_id, "completed")

    async def again() -> None:
        async with town.runtime.begin() as uow:
            batch_id = await uow.session.scalar(select(GenerationJob.batch_id))
            assert batch_id is not None
            await announce_batch(uow, batch_id, ann.identity.user_id)

    await asyncio.gather(again(), again(), again())
    assert len(await told(town.runtime)) == 1


async def test_a_rollback_notifies_no_user(town: Town, ann: Person) -> None:
    await opted_in(town, ann)
    (job_id,) = await make_batch(town.runtime, ann.identity.user_id)
    uow = UnitOfWork(town.runtime.sessions())
    await Transitions(uow).apply(job_id, "completed", {"status": "completed"})
    assert await uow.session.scalar(text("SELECT count(*) FROM user_notifications")) == 1
    await uow.__aexit__(RuntimeError, RuntimeError("killed"), None)
    assert await told(town.runtime) == []
    assert await end_job(town.runtime, job_id, "completed")
    assert len(await told(town.runtime)) == 1


async def test_the_last_two_jobs_ending_concurrently_notify_once(town: Town, ann: Person) -> None:
    await opted_in(town, ann)
    for _ in range(5):
        first, second = await make_batch(town.runtime, ann.identity.user_id, 2)
        await asyncio.gather(
            end_job(town.runtime, first, "completed"), end_job(town.runtime, second, "completed")
        )
    assert [row.title for row in await told(town.runtime)] == ["2 of 2 completed"] * 5


async def test_a_batch_notifies_when_its_last_job_ends(town: Town, ann: Person) -> None:
    await opted_in(town, ann)
    jobs = await make_batch(town.runtime, ann.identity.user_id, 8)
    for job_id in jobs[:3]:
        await end_job(town.runtime, job_id, "completed")
    failure = {"error_code": "execution_failed", "error_message": "x" * 2_000}
    await end_job(town.runtime, jobs[3], "failed", **failure)
    for job_id in jobs[4:7]:
        await end_job(town.runtime, job_id, "completed")
    assert await told(town.runtime) == []
    await end_job(town.runtime, jobs[7], "completed")
    (one,) = await told(town.runtime)
    assert one.title == "7 completed, 1 failed"
    assert one.notification_type is NotificationType.JOB_FAILED
    assert one.related_job_id == jobs[3]
    assert len(one.message.partition("\n")[2]) == 500


async def test_a_cancelled_batch_notifies_once(town: Town, ann: Person) -> None:
    await opted_in(town, ann)
    await make_batch(town.runtime, ann.identity.user_id, 4)
    async with town.runtime.begin() as uow:
        await uow.session.execute(text("UPDATE generation_jobs SET status = 'queued'"))
        batch_id = await uow.session.scalar(select(GenerationJob.batch_id))
        assert batch_id is not None
        await CancellationService(uow).cancel_batch(batch_id, owner_id=ann.identity.user_id)
    (one,) = await told(town.runtime)
    assert (one.title, one.notification_type) == ("4 cancelled", NotificationType.JOB_CANCELLED)


@pytest.mark.parametrize(
    ("stored", "endings", "wanted"),
    [
        ({}, ["completed"], None),
        ({"notifications_enabled": False}, ["completed"], None),
        ({"notifications_enabled": "yes"}, ["completed"], None),
        (ON, ["completed"], "job_completed"),
        (ON, ["cancelled"], "job_cancelled"),
        (ON | {"notification_types": {"job_completed": False}}, ["completed"], None),
        (ON | {"notification_types": {"job_completed": False}}, ["failed"], "job_failed"),
        (
            ON | {"notification_types": {"job_failed": False}},
            ["completed", "failed"],
            "job_completed",
        ),
        (
            ON | {"notification_types": {"job_failed": False, "job_completed": False}},
            ["completed", "failed"],
            None,
        ),
        (
            {"notification_types": {"job_completed": True, "job_failed": True}},
            ["completed", "failed"],
            None,
        ),
    ],
)
async def test_only_enabled_types_notify(
    town: Town, ann: Person, stored: dict[str, Any], endings: list[str], wanted: str | None
) -> None:
    await set_preferences(town.runtime, ann.identity.user_id, stored)
    jobs = await make_batch(town.runtime, ann.identity.user_id, len(endings))
    for job_id, ending in zip(jobs, endings, strict=True):
        await end_job(town.runtime, job_id, ending)
    assert [row.notification_type for row in await told(town.runtime)] == [wanted] * bool(wanted)


async def test_the_preferences_at_the_end_of_the_batch_apply(town: Town, ann: Person) -> None:
    jobs = await make_batch(town.runtime, ann.identity.user_id, 2)
    await end_job(town.runtime, jobs[0], "completed")
    answer = await ann.http.put("/users/me/preferences", json={"notifications_enabled": True})
    assert answer.status_code == 200, answer.text
    await end_job(town.runtime, jobs[1], "completed")
    assert len(await told(town.runtime)) == 1


async def test_deactivated_users_are_not_notified(town: Town, ann: Person) -> None:
    await opted_in(town, ann)
    (job_id,) = await make_batch(town.runtime, ann.identity.user_id)
    async with town.runtime.begin() as uow:
        await uow.session.execute(text("UPDATE users SET is_active = false"))
    assert await end_job(town.runtime, job_id, "completed")
    assert await told(town.runtime) == []


async def test_a_notification_survives_its_job_and_item(town: Town, ann: Person) -> None:
    await opted_in(town, ann)
    content_id = await make_content(town.runtime, ann.identity)
    (job_id,) = await make_batch(town.runtime, ann.identity.user_id)
    await end_job(town.runtime, job_id, "completed", content_id=content_id)
    (before,) = await told(town.runtime)
    assert (before.related_job_id, before.related_content_id) == (job_id, content_id)
    async with town.runtime.begin() as uow:
        await uow.session.execute(delete(GenerationJob))
        await uow.session.execute(delete(ContentItem))
    (after,) = await told(town.runtime)
    assert (after.related_job_id, after.related_content_id) == (None, None)


async def test_a_concurrently_deleted_sibling_does_not_block_the_completion(
    town: Town, ann: Person
) -> None:
    await opted_in(town, ann)
    jobs = await make_batch(town.runtime, ann.identity.user_id, 2)
    await end_job(town.runtime, jobs[0], "failed", error_code="timeout", error_message="late")
    async with town.runtime.begin() as uow:
        await CancellationService(uow).delete(jobs[0], owner_id=ann.identity.user_id)
        await uow.session.flush()
        ending = asyncio.create_task(end_job(town.runtime, jobs[1], "completed"))
        # It has read the failed job and waits for the lock of its row.
        await eventually(sessions_waiting(town.runtime))
    assert await ending
    (one,) = await told(town.runtime)
    assert one.title == "1 completed, 1 failed"
    assert one.related_job_id is None
