"""Reads in one statement answer byte for byte like the queries of the ORM."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
from sqlalchemy import select, text
from tests.support.accounts import held, make_user
from tests.support.gallery import fill_gallery

from genonaut.accounts.audit import Actor, acting_as
from genonaut.accounts.identity import Identity
from genonaut.accounts.tables import AuditEntry, Role, User
from genonaut.config import Settings
from genonaut.core.errors import InvalidInputError, NotFoundError
from genonaut.jobs.fast_queries import FastJobQueries, FoundJob
from genonaut.jobs.queries import JobDetails, JobQueryService
from genonaut.jobs.repository import JobFilter
from genonaut.jobs.schemas import JobView
from genonaut.jobs.states import JobStatus
from genonaut.jobs.tables import GenerationJob
from genonaut.realtime import JobProgress
from genonaut.runtime import Runtime, open_runtime

_BATCHES = """
INSERT INTO generation_batches (id, user_id, request_hash, size, open_count)
SELECT gen_random_uuid(), :owner, n::text, 2, 0 FROM generate_series(1, 40) AS n
"""
# Every status, batches of one and of two, with and without an image, an error or a backend.
_JOBS = """
INSERT INTO generation_jobs (user_id, batch_id, batch_index, job_type, status, prompt,
    negative_prompt, checkpoint_model, lora_models, width, height, batch_size, params, inputs, needs,
    attempt, seq, content_id, backend, comfyui_prompt_id, arq_job_id, waiting_reason, error_code,
    error_message, cancel_requested_at, queued_at, started_at, completed_at)
SELECT b.user_id, b.id, position, 'image',
    (ARRAY['completed', 'failed', 'cancelled', 'running', 'queued', 'pending'])[1 + n % 6],
    'a “lighthouse” ' || n, 'blurry', 'sd15.safetensors',
    CASE WHEN n % 3 = 0 THEN '[{"name": "a.safetensors", "strength_model": 1, "strength_clip": 0.5}]'
        ELSE '[]' END::jsonb, 512, 768, 1 + n % 2,
    '{"seed": 9007199254740993, "steps": 20, "cfg": 7, "sampler_name": "euler",
      "scheduler": "normal", "denoise": 1.0, "version": 1}',
    CASE WHEN n % 4 = 1 THEN '{"operation": "upscale", "source": {"image": {"content_id": 3}},
        "upscale": {"model": "4x.pth", "scale": 2}, "version": 1}'
    WHEN n % 4 = 2 THEN '{"source": {"image": {"upload_id": 4}, "mask": {"upload_id": 5}},
        "control": [{"model": "c", "image": {"content_id": 6}}], "vae": "v", "clip_skip": 2,
        "references": [{"image": {"content_id": 7}}], "refiner": {"model": "r"},
        "hires": {"scale": 1.5}}' END::jsonb, '{}', 2, n,
    (SELECT id FROM content_items ORDER BY id OFFSET n * 2 LIMIT 1),
    CASE WHEN n % 5 > 0 THEN 'gpu1' END, CASE WHEN n % 5 > 1 THEN 'prompt' || n END,
    CASE WHEN n % 2 = 0 THEN 'task' END, CASE WHEN n % 4 = 0 THEN 'no worker is running' END,
    CASE WHEN n % 6 = 1 THEN 'out_of_memory' END, CASE WHEN n % 6 = 1 THEN 'it broke' END,
    CASE WHEN n % 7 = 0 THEN now() END, now(), now(), CASE WHEN n % 6 < 3 THEN now() END
FROM (SELECT *, CAST(request_hash AS int) AS n FROM generation_batches) AS b,
    generate_series(0, 1) AS position
WHERE position <= b.n % 2
ORDER BY b.n, position
"""
_ATTEMPTS = """
INSERT INTO generation_attempts (job_id, attempt, worker_id, backend, comfyui_prompt_id, claimed_at,
    lease_until, posted_at, executing_at)
SELECT id, attempt, gen_random_uuid(), 'gpu1', 'p', now(), now(), now(),
    CASE WHEN id % 3 = 0 THEN now() END
FROM generation_jobs WHERE status = 'running'
"""
_THUMBNAILS = """
INSERT INTO content_thumbnails (content_id, size, storage_key, width, height, size_bytes, mime)
SELECT id, size.name, size.name || id, size.edge, size.edge / 2, 1, 'image/webp'
FROM content_items, (VALUES ('large', 1024), ('small', 256), ('medium', 512)) AS size (name, edge)
WHERE id % 4 > 0
"""


@pytest.fixture
async def runtime(settings: Settings) -> AsyncIterator[Runtime]:
    async with held(open_runtime(settings, application="test")) as opened:
        yield opened


@pytest.fixture
async def owner(runtime: Runtime) -> User:
    """A user with jobs of every kind."""
    user = await make_user(runtime, "grace", password=None)
    await fill_gallery(runtime.engine, user.id, count=120)
    async with runtime.engine.begin() as connection:
        await connection.execute(text(_BATCHES), {"owner": user.id})
        for statement in (_JOBS, _ATTEMPTS, _THUMBNAILS):
            await connection.execute(text(statement))
    return user


def identity_of(user: User) -> Identity:
    return Identity(user.id, user.username, user.role, via="session")


def bytes_of(details: JobDetails | FoundJob) -> bytes:
    return msgspec.json.encode(JobView.of(details))


async def ids_of(runtime: Runtime, *conditions: Any) -> list[int]:
    async with runtime.begin() as uow:
        query = select(GenerationJob.id).where(*conditions).order_by(GenerationJob.id)
        return list(await uow.session.scalars(query))


async def test_every_job_is_answered_as_by_the_orm(runtime: Runtime, owner: User) -> None:
    running = await ids_of(runtime, GenerationJob.status == JobStatus.RUNNING)
    await runtime.progress.write(running[0], JobProgress(2, 40, "KSampler", 8, 20))
    await runtime.progress.write(running[1], JobProgress(1, 90, None))
    ids = await ids_of(runtime)
    assert len(ids) > 50
    for job_id in ids:
        async with runtime.begin() as uow:
            expected = await JobQueryService(uow, runtime).get(job_id, owner_id=owner.id)
        found = await FastJobQueries(runtime, identity_of(owner)).get(job_id)
        assert bytes_of(found) == bytes_of(expected)


@pytest.mark.parametrize("limit", [1, 7, 100])
async def test_every_page_is_answered_as_by_the_orm(
    runtime: Runtime, owner: User, limit: int
) -> None:
    cursor: str | None = None
    pages = 0
    while pages == 0 or cursor is not None:
        async with runtime.begin() as uow:
            expected = await JobQueryService(uow, runtime).page(
                JobFilter(owner_id=owner.id), sort="newest", cursor=cursor, limit=limit
            )
        found = await FastJobQueries(runtime, identity_of(owner)).newest(cursor=cursor, limit=limit)
        assert [bytes_of(one) for one in found.rows] == [bytes_of(one) for one in expected.rows]
        assert (found.next_cursor, found.total) == (expected.next_cursor, expected.total)
        cursor = found.next_cursor
        pages += 1
        if pages > 8:
            break


async def test_a_user_without_jobs_has_an_empty_page(runtime: Runtime) -> None:
    user = await make_user(runtime, "ada", password=None)
    found = await FastJobQueries(runtime, identity_of(user)).newest(cursor=None, limit=20)
    assert (list(found.rows), found.next_cursor, found.total) == ([], None, 0)


async def test_jobs_of_other_users_are_not_found(runtime: Runtime, owner: User) -> None:
    other = await make_user(runtime, "ada", password=None)
    first = (await ids_of(runtime, GenerationJob.user_id == owner.id))[0]
    for job_id in (first, 2**63, 0, -1, 10**9):
        with pytest.raises(NotFoundError, match=f"no job {job_id}"):
            await FastJobQueries(runtime, identity_of(other)).get(job_id)


async def test_a_forged_cursor_is_refused(runtime: Runtime, owner: User) -> None:
    with pytest.raises(InvalidInputError):
        await FastJobQueries(runtime, identity_of(owner)).newest(cursor="forged", limit=20)


async def test_a_read_by_an_administrator_is_recorded(runtime: Runtime, owner: User) -> None:
    admin = await make_user(runtime, "ada", role=Role.ADMIN, password=None)
    identity = identity_of(admin)
    job_id = (await ids_of(runtime))[0]
    with acting_as(Actor(identity, "session", None)):
        await FastJobQueries(runtime, identity).get(job_id)
    async with runtime.begin() as uow:
        query = select(AuditEntry.subject).where(AuditEntry.kind == "foreign.read")
        assert set(await uow.session.scalars(query)) == {f"job:{job_id}"}
