"""Batches of all users: filters, the order of the queue, and who may list them."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update
from tests.support.accounts import held
from tests.support.notifications import end_job, make_batch
from tests.support.people import Person, Town, running_town

from genonaut.accounts.tables import Role
from genonaut.config import Settings
from genonaut.jobs.states import JobStatus
from genonaut.jobs.tables import GenerationJob

PARAMS = {"seed": 1, "steps": 20, "cfg": 7.0, "sampler_name": "euler", "scheduler": "normal"}
PARAMS |= {"denoise": 1.0}


@pytest.fixture
async def town(settings: Settings) -> AsyncIterator[Town]:
    async with held(running_town(settings)) as running:
        yield running


async def submit(town: Town, user_id: UUID, size: int = 1, **fields: Any) -> list[int]:
    """Insert a batch of waiting jobs."""
    ids = await make_batch(town.runtime, user_id, size, params=PARAMS)
    async with town.runtime.begin() as uow:
        values = {"status": JobStatus.QUEUED, "attempt": 0, **fields}
        one_of = GenerationJob.id.in_(ids)
        await uow.session.execute(update(GenerationJob).where(one_of).values(**values))
    return ids


async def listed(person: Person, query: str) -> list[list[int]]:
    """Follow the cursor to the end; return the job ids of each batch."""
    found: list[list[int]] = []
    cursor = ""
    while True:
        answer = await person.http.get(f"/generation-batches?limit=2&{query}{cursor}")
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += [[job["id"] for job in batch["jobs"]] for batch in page["items"]]
        if page["next_cursor"] is None:
            return found
        cursor = f"&cursor={page['next_cursor']}"


async def test_an_administrator_filters_the_batches_of_all_users(town: Town) -> None:
    boss = await town.person("boss", role=Role.ADMIN)
    ann, ben = await town.person("ann"), await town.person("ben")
    first = await submit(town, ann.identity.user_id, 2)
    second = await submit(town, ben.identity.user_id, checkpoint_model="flux.safetensors")
    running = await make_batch(town.runtime, ben.identity.user_id, params=PARAMS, backend="attic")
    failed = await make_batch(town.runtime, ann.identity.user_id, params=PARAMS)
    await end_job(town.runtime, failed[0], "failed")
    everything = [running, second, first, failed]
    assert await listed(boss, "scope=all") == everything
    assert await listed(boss, "scope=all&open=true") == everything[:3]
    assert await listed(boss, f"user_id={ben.identity.user_id}") == [running, second]
    assert await listed(boss, "scope=all&checkpoint_model=flux.safetensors") == [second]
    assert await listed(boss, "scope=all&backend=attic") == [running]
    assert await listed(boss, "scope=all&status=failed&status=running") == [running, failed]
    answer = await boss.http.get("/generation-batches?scope=all")
    assert [batch["username"] for batch in answer.json()["items"]] == ["ben", "ben", "ann", "ann"]


async def test_only_administrators_list_batches_of_others(town: Town) -> None:
    ann, ben = await town.person("ann"), await town.person("ben")
    await submit(town, ben.identity.user_id)
    assert await listed(ann, "") == []
    for query in ("scope=all", f"user_id={ben.identity.user_id}"):
        assert (await ann.http.get(f"/generation-batches?{query}")).status_code == 403


async def test_the_order_of_the_queue_is_priority_then_age(town: Town) -> None:
    boss = await town.person("boss", role=Role.ADMIN)
    ids = [await submit(town, boss.identity.user_id) for _ in range(5)]
    moved = await boss.http.post(f"/generation-jobs/{ids[3][0]}/move-to-top")
    assert moved.status_code == 200
    expected = [ids[index] for index in (3, 0, 1, 2, 4)]
    assert await listed(boss, "scope=all&open=true&sort=queue") == expected
    other = await boss.http.get("/generation-batches?limit=2&scope=all&sort=queue")
    cursor = other.json()["next_cursor"]
    refused = await boss.http.get(f"/generation-batches?limit=2&scope=all&cursor={cursor}")
    assert refused.status_code == 422
