"""The list of batches: complete, by submission, with counts; one statement for any number."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, text, update
from tests.support.notifications import end_job, make_batch
from tests.support.service import Api, running_api, running_worker

from genonaut.config import Settings
from genonaut.jobs.states import JobStatus
from genonaut.jobs.tables import GenerationJob

BATCHES = "/api/v1/generation-batches/"
PARAMS = {"seed": 7, "steps": 20, "cfg": 7.0, "sampler_name": "euler", "scheduler": "normal"}
PARAMS |= {"denoise": 1.0}


async def user_id(api: Api) -> UUID:
    return UUID((await api.http.get("/api/v1/users/me")).json()["id"])


async def listed(api: Api, query: str = "") -> dict[str, Any]:
    answer = await api.http.get(f"{BATCHES}?{query}")
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


async def all_ids(api: Api, query: str) -> list[list[int]]:
    """Follow the cursor to the end; return the job ids of each batch."""
    found: list[list[int]] = []
    cursor = ""
    while True:
        page = await listed(api, f"{query}{cursor}")
        found += [[job["id"] for job in batch["jobs"]] for batch in page["items"]]
        if page["next_cursor"] is None:
            return found
        cursor = f"&cursor={page['next_cursor']}"


async def end(api: Api, job_ids: list[int], status: str) -> None:
    for job_id in job_ids:
        assert await end_job(api.runtime, job_id, status)


async def test_a_batch_lists_all_of_its_jobs_and_says_the_shared_parts_once(
    settings: Settings,
) -> None:
    async with running_api(settings) as api:
        job = await api.submit("a fox", batch_size=16, params={"seed": 40}, width=640)
        (batch,) = (await listed(api))["items"]
        assert batch["id"] == job["batch_id"]
        assert [one["id"] for one in batch["jobs"]] == job["batch_job_ids"]
        assert [one["seed"] for one in batch["jobs"]] == list(range(40, 56))
        assert (batch["prompt"], batch["width"], batch["size"]) == ("a fox", 640, 16)
        assert "seed" not in batch["params"]
        assert batch["counts"] == dict.fromkeys(JobStatus, 0) | {"queued": 16}
        assert (batch["total"], batch["progress"], batch["ended_at"]) == (16, 0, None)
        single = await api.http.get(f"{BATCHES}{batch['id']}")
        assert single.json() == batch


async def test_finished_images_of_many_submissions_are_all_listed(settings: Settings) -> None:
    async with running_api(settings) as api:
        submitted = [await api.submit(f"fox {number}", batch_size=8) for number in range(8)]
        assert len(await all_ids(api, "open=true&limit=3")) == 8
        async with running_worker(settings):
            for job in submitted:
                for job_id in job["batch_job_ids"]:
                    await api.ended(job_id)
        ended = await all_ids(api, "open=false&limit=3")
        assert sorted(ended) == [job["batch_job_ids"] for job in submitted]
        page = await listed(api, "limit=100")
        images = [job["picture"] for batch in page["items"] for job in batch["jobs"]]
        assert len(images) == 64
        assert None not in images
        assert (page["total"], page["next_cursor"]) == (8, None)


async def test_open_batches_come_first_and_then_the_last_to_end(settings: Settings) -> None:
    async with running_api(settings) as api:
        made = [
            await make_batch(api.runtime, await user_id(api), 2, params=PARAMS) for _ in range(5)
        ]
        for index in (3, 0, 2):
            await end(api, made[index], "completed")
        expected = [made[index] for index in (4, 1, 2, 0, 3)]
        for limit in (1, 2, 5):
            assert await all_ids(api, f"limit={limit}") == expected
        assert await all_ids(api, "open=true&limit=1") == expected[:2]
        assert await all_ids(api, "open=false&limit=1") == expected[2:]


async def test_cancelled_and_failed_jobs_are_counted_apart_from_completed_ones(
    settings: Settings,
) -> None:
    async with running_api(settings) as api:
        jobs = await make_batch(api.runtime, await user_id(api), 8, params=PARAMS)
        await end(api, jobs[:3], "completed")
        await end(api, jobs[3:5], "cancelled")
        (batch,) = (await listed(api))["items"]
        counts = {name: count for name, count in batch["counts"].items() if count}
        assert counts == {"completed": 3, "cancelled": 2, "running": 3}
        assert (batch["progress"], batch["ended_at"]) == (37, None)
        await end(api, jobs[5:], "cancelled")
        (batch,) = (await listed(api))["items"]
        assert (batch["counts"]["completed"], batch["counts"]["cancelled"]) == (3, 5)
        assert batch["progress"] is None
        assert batch["ended_at"] is not None


async def test_a_batch_without_jobs_is_not_listed(settings: Settings) -> None:
    async with running_api(settings) as api:
        jobs = await make_batch(api.runtime, await user_id(api), 2, params=PARAMS)
        await end(api, jobs, "completed")
        (batch,) = (await listed(api))["items"]
        await api.http.delete(f"/api/v1/generation-jobs/{jobs[0]}")
        (rest,) = (await listed(api))["items"]
        assert (rest["size"], rest["total"], len(rest["jobs"])) == (2, 1, 1)
        await api.http.delete(f"/api/v1/generation-jobs/{jobs[1]}")
        assert await listed(api) == {"items": [], "next_cursor": None, "total": 0}
        for batch_id in (batch["id"], uuid4()):
            assert (await api.http.get(f"{BATCHES}{batch_id}")).status_code == 404


@pytest.mark.parametrize("query", ["limit=100&open=true", "limit=100&open=false", "limit=100"])
async def test_the_number_of_statements_does_not_depend_on_the_number_of_batches(
    settings: Settings, query: str
) -> None:
    async with running_api(settings) as api:
        statements: list[str] = []

        def note(*values: Any) -> None:
            statements.append(values[2])

        async def count() -> int:
            await listed(api, query)
            statements.clear()
            await listed(api, query)
            return len(statements)

        await fill(api, 1)
        event.listen(api.runtime.engine.sync_engine, "before_cursor_execute", note)
        few = await count()
        await fill(api, 12)
        assert await count() == few


async def fill(api: Api, batches: int) -> None:
    """Add batches that wait and batches that ended."""
    for _ in range(batches):
        waiting = await make_batch(api.runtime, await user_id(api), 2, params=PARAMS)
        async with api.runtime.begin() as uow:
            one_of = GenerationJob.id.in_(waiting)
            queued = update(GenerationJob).where(one_of).values(status=JobStatus.QUEUED)
            await uow.session.execute(queued)
        await end(
            api, await make_batch(api.runtime, await user_id(api), 2, params=PARAMS), "failed"
        )


async def test_a_page_is_read_from_an_index_in_its_order(settings: Settings) -> None:
    async with running_api(settings) as api:
        await make_batch(api.runtime, await user_id(api), 1, params=PARAMS)
        many = text(
            "INSERT INTO generation_batches "
            "(id, user_id, request_hash, size, open_count, created_at, ended_at) "
            "SELECT gen_random_uuid(), user_id, '', 1, 0, now() - n * interval '1 second', "
            "now() - n * interval '1 second' "
            "FROM generation_batches, generate_series(1, 5000) AS n"
        )
        async with api.runtime.begin() as uow:
            await uow.session.execute(many)
        async with api.runtime.engine.connect() as connection:
            await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(
                text("ANALYZE generation_batches")
            )
        async with api.runtime.begin() as uow:
            plan = await uow.session.scalars(
                text(
                    "EXPLAIN SELECT id FROM generation_batches WHERE user_id = :user_id "
                    "ORDER BY ended_at DESC, created_at DESC, id DESC LIMIT 20"
                ),
                {"user_id": await user_id(api)},
            )
        lines = "\n".join(plan)
        assert "ix_generation_batches" in lines
        assert "Sort" not in lines
