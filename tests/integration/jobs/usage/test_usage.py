"""What each user has used, for administrators."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import update
from tests.builders import make_content
from tests.support.accounts import held
from tests.support.notifications import end_job, make_batch
from tests.support.people import Person, Town, running_town
from tests.support.service import running_api, running_worker

from genonaut.accounts.tables import Role
from genonaut.config import Settings
from genonaut.content.tables import ContentItem
from genonaut.jobs.tables import GenerationJob

PARAMS = {"seed": 1, "steps": 20, "cfg": 7.0, "sampler_name": "euler", "scheduler": "normal"}


@pytest.fixture
async def town(settings: Settings) -> AsyncIterator[Town]:
    async with held(running_town(settings)) as running:
        yield running


async def usage(boss: Person, query: str = "") -> list[dict[str, Any]]:
    """Follow the cursor to the end."""
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        answer = await boss.http.get(f"/users/usage?limit=2&{query}{cursor}")
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += page["items"]
        if page["next_cursor"] is None:
            return found
        cursor = f"&cursor={page['next_cursor']}"


def names(found: list[dict[str, Any]]) -> list[str]:
    return [one["user"]["username"] for one in found]


async def test_jobs_render_time_and_storage_are_summed_per_user(town: Town) -> None:
    boss = await town.person("boss", role=Role.ADMIN)
    ann, ben = await town.person("ann"), await town.person("ben")
    jobs = await make_batch(town.runtime, ann.identity.user_id, 4, params=PARAMS)
    await end_job(town.runtime, jobs[0], "completed")
    await end_job(town.runtime, jobs[1], "failed")
    content_id = await make_content(town.runtime, ben.identity)
    async with town.runtime.begin() as uow:
        job, item = GenerationJob, ContentItem
        await uow.session.execute(update(job).where(job.id.in_(jobs[:2])).values(render_seconds=6))
        await uow.session.execute(update(item).values(size_bytes=5_000))
    by_name = {one["user"]["username"]: one["usage"] for one in await usage(boss)}
    first = by_name["ann"]
    assert (first["jobs"], first["completed"], first["failed"]) == (4, 1, 1)
    assert (first["render_seconds"], first["storage_bytes"]) == (12, 0)
    second = by_name["ben"]
    assert (second["jobs"], second["images"], second["storage_bytes"]) == (1, 1, 5_000)
    # The key of the request counts as activity; those two submitted last.
    assert by_name["boss"]["last_activity_at"] > first["last_activity_at"]
    one = (await boss.http.get(f"/users/{ben.identity.user_id}/usage")).json()
    assert one["usage"] == second
    assert content_id


async def test_users_are_sorted_over_all_pages(town: Town) -> None:
    boss = await town.person("boss", role=Role.ADMIN)
    for name, count in (("ann", 1), ("ben", 5), ("cid", 3), ("dee", 3)):
        person = await town.person(name)
        await make_batch(town.runtime, person.identity.user_id, count, params=PARAMS)
    assert (
        names(await usage(boss))
        == ["ann", "ben", "boss", "cid", "dee", "local"][: len(await usage(boss))]
    )
    by_jobs = [one["usage"]["jobs"] for one in await usage(boss, "sort=jobs")]
    assert by_jobs[:4] == [5, 3, 3, 1]
    assert len(set(names(await usage(boss, "sort=jobs")))) == len(by_jobs)
    assert names(await usage(boss, "sort=last_activity_at"))[:2] == ["boss", "dee"]
    for sort in ("render_seconds", "storage_bytes"):
        assert sorted(names(await usage(boss, f"sort={sort}"))) == names(await usage(boss))
    assert names(await usage(boss, "search=ci&sort=jobs")) == ["cid"]


async def test_a_cursor_belongs_to_one_sort_order(town: Town) -> None:
    boss = await town.person("boss", role=Role.ADMIN)
    await town.person("ann")
    cursor = (await boss.http.get("/users/usage?limit=1")).json()["next_cursor"]
    answer = await boss.http.get(f"/users/usage?limit=1&sort=jobs&cursor={cursor}")
    assert answer.status_code == 422


async def test_the_render_time_of_a_job_is_recorded(settings: Settings) -> None:
    async with running_api(settings) as api, running_worker(settings):
        job = await api.submit("a fox")
        await api.ended(job["id"])
        (one,) = (await api.http.get("/api/v1/users/usage")).json()["items"]
        ended = await api.job(job["id"])
    assert ended["status"] == "completed"
    assert 0 < one["usage"]["render_seconds"] < 60
