"""Retention: what the preview shows is what the clean-up removes."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest
from click.testing import CliRunner
from sqlalchemy import func, select, update
from tests.builders import make_content
from tests.support.monitoring import add_job, add_worker, local_user
from tests.support.server import serving
from tests.support.service import Api, running_api

from genonaut.accounts.identity import Identity
from genonaut.accounts.tables import Role
from genonaut.cli.main import cli
from genonaut.config import Settings
from genonaut.content.tables import ContentItem, Visibility
from genonaut.core.clock import utcnow
from genonaut.jobs.states import JobStatus
from genonaut.jobs.tables import (
    GenerationAttempt,
    GenerationBatch,
    GenerationJob,
    GenerationJobEvent,
    Worker,
)
from genonaut.monitoring.tables import Alert, JobStatistics
from genonaut.worker.housekeeping import do_maintenance

CLEANUP = "/api/v1/storage/cleanup"


def with_retention(settings: Settings, **changes: Any) -> Settings:
    replace = msgspec.structs.replace
    return replace(settings, retention=replace(settings.retention, **changes))


async def preview(api: Api) -> dict[str, dict[str, Any]]:
    answer = await api.http.get(CLEANUP)
    assert answer.status_code == 200, answer.text
    return {rule["name"]: rule for rule in answer.json()["rules"]}


async def clean_up(api: Api) -> Mapping[str, int]:
    answer = await api.http.post(CLEANUP)
    assert answer.status_code == 200, answer.text
    assert answer.json()["has_more"] is False
    return {one["name"]: one["count"] for one in answer.json()["removed"]}


async def caller(api: Api) -> Identity:
    return Identity(await local_user(api), "local", Role.ADMIN)


async def trashed(api: Api) -> set[int]:
    async with api.runtime.begin() as uow:
        query = select(ContentItem.id).where(ContentItem.deleted_at.is_not(None))
        return set(await uow.session.scalars(query))


async def rate(api: Api, content_id: int) -> None:
    answer = await api.http.put(f"/api/v1/content/{content_id}/rating", json={"rating": 5})
    assert answer.status_code == 200, answer.text


def ago(**span: float) -> datetime:
    return utcnow() - timedelta(**span)


async def gallery(api: Api) -> dict[str, int]:
    """Make old images of every kind, and a new one."""
    owner, old = await caller(api), ago(days=40)
    found = {
        "plain": await make_content(api.runtime, owner, created_at=old),
        "tagged": await make_content(api.runtime, owner, created_at=old, tags=frozenset({"keep"})),
        "public": await make_content(
            api.runtime, owner, created_at=old, visibility=Visibility.PUBLIC
        ),
        "rated": await make_content(api.runtime, owner, created_at=old),
        "marked": await make_content(api.runtime, owner, created_at=old),
        "collected": await make_content(api.runtime, owner, created_at=old),
        "new": await make_content(api.runtime, owner),
    }
    await rate(api, found["rated"])
    favourite = f"/api/v1/content/{found['marked']}/favourite"
    answer = await api.http.put(favourite, json={"is_favourite": True})
    assert answer.status_code == 200, answer.text
    collection = await api.http.post("/api/v1/collections/", json={"name": "kept"})
    members = f"/api/v1/collections/{collection.json()['id']}/items"
    answer = await api.http.post(members, json={"ids": [found["collected"]]})
    assert answer.is_success, answer.text
    return found


@pytest.mark.parametrize(
    ("keeps", "gone"),
    [
        ({}, {"plain"}),
        ({"keep_rated": False}, {"plain", "rated"}),
        ({"keep_tagged": False, "keep_public": False}, {"plain", "tagged", "public"}),
        ({"keep_collected": False}, {"plain", "marked", "collected"}),
    ],
)
async def test_old_images_are_moved_to_the_trash(
    settings: Settings, keeps: dict[str, bool], gone: set[str]
) -> None:
    async with running_api(with_retention(settings, image_days=30, **keeps)) as api:
        images = await gallery(api)
        shown = (await preview(api))["images"]
        assert shown["count"] == len(gone)
        assert shown["size_bytes"] > 0
        assert shown["oldest"] == shown["newest"] or len(gone) > 1
        assert await trashed(api) == set()
        assert (await clean_up(api))["images"] == len(gone)
        assert await trashed(api) == {images[name] for name in gone}
        assert (await preview(api))["images"]["count"] == 0
        restored = await api.http.post(f"/api/v1/content/{images['plain']}/restore")
        assert restored.status_code == 200


async def test_the_oldest_images_beyond_the_bytes_of_a_user_go(settings: Settings) -> None:
    async with running_api(settings) as api:
        owner = await caller(api)
        ids = [
            await make_content(api.runtime, owner, created_at=ago(days=days))
            for days in (4, 3, 2, 1)
        ]
        await rate(api, ids[0])
        async with api.runtime.begin() as uow:
            await uow.session.execute(update(ContentItem).values(size_bytes=100))
        policy = {"image_bytes": 250}
        answer = await api.http.put(f"/api/v1/storage/users/{owner.user_id}", json=policy)
        assert answer.status_code == 200, answer.text
        shown = (await preview(api))["images"]
        assert (shown["count"], shown["size_bytes"]) == (2, 200)
        await clean_up(api)
        # The rated one is kept and counts: one of the others fits beside it.
        assert await trashed(api) == {ids[1], ids[2]}


async def test_the_policy_of_a_user_wins_over_the_setting(settings: Settings) -> None:
    async with running_api(with_retention(settings, image_days=30)) as api:
        await gallery(api)
        path = f"/api/v1/storage/users/{await local_user(api)}"
        assert (await api.http.put(path, json={"image_days": 0})).status_code == 200
        assert (await preview(api))["images"]["count"] == 0
        assert (await api.http.get(path)).json()["own"]["image_days"] == 0
        body = {"image_days": None, "keep_tagged": False}
        assert (await api.http.put(path, json=body)).status_code == 200
        assert (await preview(api))["images"]["count"] == 2


async def count(api: Api, row: Any) -> int:
    async with api.runtime.begin() as uow:
        return await uow.session.scalar(select(func.count()).select_from(row)) or 0


async def test_old_jobs_go_with_what_belongs_to_them(settings: Settings) -> None:
    async with running_api(with_retention(settings, job_days=30, batch_days=40)) as api:
        owner = await local_user(api)
        content = await make_content(api.runtime, await caller(api))
        for days in (50, 29):
            await add_job(api.runtime, owner, JobStatus.COMPLETED, at=ago(days=days))
        async with api.runtime.begin() as uow:
            values = {"open_count": 0, "ended_at": ago(days=50)}
            await uow.session.execute(update(GenerationBatch).values(values))
            old = {"completed_at": ago(days=31)}
            of_image = GenerationJob.content_id == content
            await uow.session.execute(update(GenerationJob).where(of_image).values(old))
        shown = await preview(api)
        assert shown["ended jobs"]["count"] == 2
        removed = await clean_up(api)
        assert removed["ended jobs"] == 2
        assert removed["batches without jobs"] == 2
        assert await count(api, GenerationJob) == await count(api, GenerationAttempt) == 1
        item = (await api.http.get(f"/api/v1/content/{content}")).json()
        assert item["id"] == content


async def test_old_timelines_attempts_and_workers_go(settings: Settings) -> None:
    limits = {"event_days": 10, "attempt_days": 10, "worker_days": 1}
    async with running_api(with_retention(settings, **limits)) as api:
        owner = await local_user(api)
        for days in (11, 9):
            job_id = await add_job(api.runtime, owner, JobStatus.COMPLETED, at=ago(days=days))
            async with api.runtime.begin() as uow:
                uow.session.add(
                    GenerationJobEvent(
                        job_id=job_id, attempt=1, kind="started", detail={}, at=ago(days=days)
                    )
                )
        await add_worker(api.runtime, seen=timedelta(days=2))
        await add_worker(api.runtime)
        shown = await preview(api)
        await do_maintenance(api.runtime)
        for name, row in (
            ("timelines of jobs", GenerationJobEvent),
            ("attempts", GenerationAttempt),
            ("workers", Worker),
        ):
            assert shown[name]["count"] == 1, name
            assert await count(api, row) == 1, name
        assert await count(api, GenerationJob) == 2


async def test_old_alerts_and_statistics_go(api: Api) -> None:
    async with api.runtime.begin() as uow:
        for days in (400, 300):
            moment = ago(days=days)
            uow.session.add(
                Alert(
                    kind="disk_low",
                    subject="",
                    title="t",
                    message="m",
                    details={},
                    began_at=moment,
                    seen_at=moment,
                    ended_at=moment,
                )
            )
        keys = ("outcome", "error_code", "backend", "model", "architecture", "operation")
        numbers = [one.name for one in JobStatistics.__table__.c if one.name not in {*keys, "hour"}]
        for days in (800, 700):
            uow.session.add(
                JobStatistics(
                    hour=ago(days=days), **dict.fromkeys(keys, "x"), **dict.fromkeys(numbers, 1)
                )
            )
    removed = await clean_up(api)
    assert removed["ended alerts"] == removed["hourly statistics"] == 1
    assert await count(api, Alert) == await count(api, JobStatistics) == 1


async def test_expired_trash_is_shown_and_purged(api: Api) -> None:
    owner = await caller(api)
    for days in (31, 29):
        content = await make_content(api.runtime, owner, is_trashed=True)
        async with api.runtime.begin() as uow:
            one = update(ContentItem).where(ContentItem.id == content)
            await uow.session.execute(one.values(deleted_at=ago(days=days)))
    assert (await preview(api))["trash"]["count"] == 1
    assert (await clean_up(api))["trash"] == 1
    assert len(await trashed(api)) == 1


async def run_command(url: str, *arguments: str) -> str:
    runner = CliRunner(env={"GENONAUT_SERVER": url, "COLUMNS": "200"})
    line = ["cleanup", *arguments, "--env", "test"]
    result = await asyncio.to_thread(runner.invoke, cli, line)
    assert result.exit_code == 0, result.output
    return result.output


async def test_the_command(settings: Settings) -> None:
    settings = with_retention(settings, image_days=30)
    async with running_api(settings) as api, serving(settings) as url:
        await gallery(api)
        (line,) = [
            line
            for line in (await run_command(url, "--dry-run")).splitlines()
            if line.split()[:1] == ["images"]
        ]
        assert line.split()[1] == "1"
        assert await trashed(api) == set()
        assert "images" in await run_command(url)
        assert len(await trashed(api)) == 1
        assert "Nothing has expired" in await run_command(url)


async def test_policies_of_unknown_users(api: Api) -> None:
    path = f"/api/v1/storage/users/{UUID(int=7)}"
    answers: list[httpx.Response] = [
        await api.http.get(path),
        await api.http.put(path, json={"quota_bytes": 1}),
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    refused = await api.http.put(path, json={"quota_bytes": -1})
    assert refused.status_code == 422
