"""Storage quotas: refused before a job is accepted, and a warning at 80 %."""

from typing import Any

import httpx
import msgspec
import pytest
from sqlalchemy import func, select, update
from tests.builders import make_content
from tests.support.monitoring import local_user, watch_of
from tests.support.service import Api, running_api

from genonaut.accounts.identity import Identity
from genonaut.accounts.tables import Role
from genonaut.config import Settings
from genonaut.content.storage_tables import StorageUsage
from genonaut.content.tables import ContentItem
from genonaut.content.usage import measure_storage
from genonaut.jobs.tables import GenerationBatch, GenerationJob

JOBS = "/api/v1/generation-jobs/"
BODY = {"prompt": "a lighthouse", "checkpoint_model": "sd15.safetensors"}


def with_quota(settings: Settings, quota_bytes: int) -> Settings:
    replace = msgspec.structs.replace
    return replace(settings, storage=replace(settings.storage, quota_bytes=quota_bytes))


async def store(api: Api, size_bytes: int, **options: Any) -> int:
    """Add an image of this size."""
    owner = Identity(await local_user(api), "local", Role.ADMIN)
    content = await make_content(api.runtime, owner, **options)
    async with api.runtime.begin() as uow:
        one = update(ContentItem).where(ContentItem.id == content)
        await uow.session.execute(one.values(size_bytes=size_bytes))
    return content


async def measure(api: Api) -> None:
    async with api.runtime.begin() as uow:
        await measure_storage(uow.session)


async def submit(api: Api, **headers: str) -> httpx.Response:
    return await api.http.post(JOBS, json=BODY, headers=headers)


async def set_quota(api: Api, quota_bytes: int | None) -> None:
    path = f"/api/v1/storage/users/{await local_user(api)}"
    answer = await api.http.put(path, json={"quota_bytes": quota_bytes})
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("is_measured", [True, False])
async def test_a_full_user_cannot_submit(settings: Settings, is_measured: bool) -> None:
    async with running_api(with_quota(settings, 1_000_000)) as api:
        await store(api, 600_000)
        if is_measured:
            await measure(api)
        assert (await submit(api)).status_code == 201
        await store(api, 400_000, is_trashed=True)
        refused = await submit(api)
        assert refused.status_code == 422
        problem = refused.json()
        assert problem["code"] == "storage_quota_exceeded"
        assert "1.0 MB" in problem["detail"]
        assert "empty the trash" in problem["detail"]
        async with api.runtime.begin() as uow:
            for row in (GenerationJob, GenerationBatch):
                found = await uow.session.scalar(select(func.count()).select_from(row))
                assert found == 3, "two of the images, and the accepted one"


async def test_room_is_found_as_soon_as_the_trash_is_emptied(settings: Settings) -> None:
    async with running_api(with_quota(settings, 1_000)) as api:
        await store(api, 2_000, is_trashed=True)
        await measure(api)
        assert (await submit(api)).status_code == 422
        assert (await api.http.delete("/api/v1/content/trash")).status_code == 200
        assert (await submit(api)).status_code == 201


async def test_a_repeated_key_returns_its_jobs_also_without_room(settings: Settings) -> None:
    async with running_api(with_quota(settings, 1_000)) as api:
        first = await submit(api, **{"Idempotency-Key": "k"})
        await store(api, 2_000)
        again = await submit(api, **{"Idempotency-Key": "k"})
        assert again.status_code == 201
        assert again.json()["id"] == first.json()["id"]
        assert (await submit(api)).status_code == 422


async def test_the_quota_of_a_user_wins(settings: Settings) -> None:
    async with running_api(with_quota(settings, 1_000)) as api:
        await store(api, 2_000)
        await set_quota(api, 5_000)
        assert (await submit(api)).status_code == 201
        mine = (await api.http.get("/api/v1/storage/mine")).json()
        assert (mine["used_bytes"], mine["quota_bytes"]) == (2_000, 5_000)
        await set_quota(api, 0)
        assert (await submit(api)).status_code == 201
        await set_quota(api, None)
        assert (await submit(api)).status_code == 422


async def test_a_user_is_warned_once_per_crossing(api: Api) -> None:
    async def warnings() -> int:
        async with api.runtime.begin() as uow:
            # The next measurement is due.
            await uow.session.execute(update(StorageUsage).values(measured_at=func.to_timestamp(0)))
        await watch_of(api, is_worker=True).check()
        shown = (await api.http.get("/api/v1/notifications/")).json()["items"]
        return sum(one["title"] == "Your storage is nearly full" for one in shown)

    await set_quota(api, 1_000)
    await store(api, 700)
    assert await warnings() == 0
    content = await store(api, 100)
    assert await warnings() == 1
    assert await warnings() == 1
    await api.http.delete(f"/api/v1/content/{content}")
    await api.http.delete("/api/v1/content/trash")
    assert await warnings() == 1
    await store(api, 200)
    assert await warnings() == 2
