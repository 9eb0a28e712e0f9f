"""The floor of the reads: the same answers from Litestar, msgspec and asyncpg, and nothing else.

One prepared statement per request on a pooled connection; no accounts, no ORM, no middleware. Run as
``python -m benchmarks.bare_application DATABASE_URL PORT OWNER_ID DIRECTORY``.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import uvicorn
import uvloop
from litestar import Litestar, get, post
from litestar.datastructures import State
from litestar.params import FromPath

_JOB = """
SELECT j.id, j.user_id, job_type, status, prompt, negative_prompt, checkpoint_model, lora_models,
    width, height, batch_size, batch_id, params, content_id, arq_job_id, comfyui_prompt_id, backend,
    attempt, seq, waiting_reason, cancel_requested_at, error_code, error_message, created_at,
    queued_at, started_at, completed_at, updated_at
FROM generation_jobs j
"""
_CONTENT = """
SELECT c.id, c.user_id, job_id, content_type, title, prompt, negative_prompt, checkpoint_model,
    visibility, rating_average, rating_count, metadata, width, height, size_bytes, mime, sha256,
    placeholder, u.username, c.created_at, c.updated_at, c.deleted_at,
    ARRAY(SELECT tag FROM content_tags t WHERE t.content_id = c.id ORDER BY tag) AS tags,
    (SELECT json_agg(json_build_array(size, width, height)) FROM content_thumbnails t
     WHERE t.content_id = c.id) AS thumbnails,
    (SELECT rating FROM content_ratings r WHERE r.content_id = c.id AND r.user_id = $1) AS my_rating
FROM content_items c JOIN users u ON u.id = c.user_id
"""
_NOTIFICATIONS = """
SELECT id, user_id, title, message, notification_type, read_status, related_job_id,
    related_content_id, created_at, read_at
FROM user_notifications
"""

# One batch and its jobs, as a submission stores them, without any check.
_SUBMIT = """
WITH batch AS (
    INSERT INTO generation_batches (id, user_id, request_hash, size, open_count)
    VALUES (gen_random_uuid(), $1, '', $3, $3) RETURNING id
), jobs AS (
    INSERT INTO generation_jobs (
        user_id, batch_id, batch_index, job_type, status, prompt, negative_prompt,
        checkpoint_model, lora_models, width, height, batch_size, params, needs, seq, queued_at)
    SELECT $1, batch.id, number, 'image', 'queued', $2, '', 'sd15.safetensors', '[]', 512, 512, $3,
        '{}', '{}', nextval('generation_job_events_id_seq'), now()
    FROM batch, generate_series(0, $3 - 1) AS number RETURNING *
), noted AS (
    INSERT INTO generation_job_events (id, job_id, attempt, kind, detail)
    SELECT seq, id, 0, 'queued', '{}' FROM jobs
)
"""


def _with_total(rows: str, table: str, condition: str) -> str:
    """Return a query with the number of all matching rows as its last column."""
    counted = f"SELECT FROM {table} WHERE {condition} LIMIT 10001"  # constants
    total = f"(SELECT count(*) FROM ({counted}) AS c) AS total"  # noqa: S608  # constants
    return rows.replace("\nFROM", f", {total}\nFROM")


_STATEMENTS = {
    "job": _JOB + "WHERE j.id = $1",
    "jobs": _with_total(_JOB, "generation_jobs", "user_id = $1")
    + "WHERE j.user_id = $1 ORDER BY j.id DESC LIMIT 21",
    "unread": "SELECT count(*) FROM (SELECT FROM user_notifications"
    " WHERE user_id = $1 AND NOT read_status LIMIT 10001) AS counted",
    "notifications": _with_total(_NOTIFICATIONS, "user_notifications", "user_id = $1")
    + "WHERE user_id = $1 ORDER BY id DESC LIMIT 21",
    "submit": _SUBMIT + _JOB.replace("generation_jobs j", "jobs j ORDER BY batch_index LIMIT 1"),
    "item": _CONTENT + "WHERE c.id = $2 AND c.deleted_at IS NULL",
    "models": "SELECT id, folder, name, kind, architecture, variant, size_bytes, sha256, enabled, source,"
    " first_seen_at, updated_at, title, count(*) OVER () AS total"
    " FROM available_models ORDER BY name, id LIMIT 21",
    "content": _with_total(_CONTENT, "content_items", "user_id = $1 AND deleted_at IS NULL")
    + "WHERE c.user_id = $1 AND c.deleted_at IS NULL"
    " ORDER BY c.created_at DESC, c.id DESC LIMIT 21",
}


class Job(msgspec.Struct):
    """A job, one field per column."""

    id: int
    user_id: UUID
    job_type: str
    status: str
    prompt: str
    negative_prompt: str
    checkpoint_model: str
    lora_models: msgspec.Raw
    width: int
    height: int
    batch_size: int
    batch_id: UUID
    params: msgspec.Raw
    content_id: int | None
    arq_job_id: str | None
    comfyui_prompt_id: str | None
    backend: str | None
    attempt: int
    seq: int
    waiting_reason: str | None
    cancel_requested_at: datetime | None
    error_code: str | None
    error_message: str | None
    created_at: datetime
    queued_at: datetime | None
    started_at: datetime | None
    completed_at: datetime | None
    updated_at: datetime


class Item(msgspec.Struct):
    """A content item, one field per column."""

    id: int
    user_id: UUID
    job_id: int | None
    content_type: str
    title: str
    prompt: str
    negative_prompt: str
    checkpoint_model: str
    visibility: str
    rating_average: float
    rating_count: int
    metadata: msgspec.Raw
    width: int
    height: int
    size_bytes: int
    mime: str
    sha256: str
    placeholder: str
    username: str
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None
    tags: list[str]
    thumbnails: msgspec.Raw
    my_rating: int | None


class Notification(msgspec.Struct):
    """A notification, one field per column."""

    id: int
    user_id: UUID
    title: str
    message: str
    notification_type: str
    read_status: bool
    related_job_id: int | None
    related_content_id: int | None
    created_at: datetime
    read_at: datetime | None


class Model(msgspec.Struct):
    """A model, one field per column."""

    id: int
    folder: str
    name: str
    kind: str
    architecture: str
    variant: str
    size_bytes: int | None
    sha256: str | None
    enabled: bool
    source: str
    first_seen_at: datetime
    updated_at: datetime
    title: str


def _job(row: asyncpg.Record) -> Job:
    job = Job(*row[:28])
    job.lora_models, job.params = _raw(row["lora_models"]), _raw(row["params"])
    return job


def _item(row: asyncpg.Record) -> Item:
    item = Item(*row[:25])
    item.metadata, item.thumbnails = _raw(row["metadata"]), _raw(row["thumbnails"])
    return item


def _raw(text: str | None) -> msgspec.Raw:
    return msgspec.Raw((text or "[]").encode())


def _page(items: list[Any], rows: list[asyncpg.Record]) -> dict[str, Any]:
    return {"items": items[:20], "total": rows[0]["total"] if rows else 0}


async def _fetch(state: State, name: str, *values: Any) -> list[asyncpg.Record]:  # noqa: ANN401
    async with state.pool.acquire() as connection:
        rows: list[asyncpg.Record] = await connection.fetch(_STATEMENTS[name], *values)
        return rows


@get("/jobs/{job_id:int}")
async def get_job(state: State, job_id: FromPath[int]) -> Job:
    """Return one job."""
    return _job((await _fetch(state, "job", job_id))[0])


@get("/jobs")
async def list_jobs(state: State) -> dict[str, Any]:
    """Return the newest jobs of the owner, and their number."""
    rows = await _fetch(state, "jobs", state.owner)
    return _page([_job(row) for row in rows], rows)


class Submission(msgspec.Struct):
    """A submission; only the prompt and the number of jobs count."""

    prompt: str
    batch_size: int = 1


@post("/jobs")
async def submit(state: State, data: Submission) -> Job:
    """Store a batch and its jobs; return the first job."""
    return _job((await _fetch(state, "submit", state.owner, data.prompt, data.batch_size))[0])


@get("/content/{content_id:int}")
async def get_item(state: State, content_id: FromPath[int]) -> Item:
    """Return one content item."""
    return _item((await _fetch(state, "item", state.owner, content_id))[0])


@get("/content")
async def list_content(state: State) -> dict[str, Any]:
    """Return the newest items of the owner, and their number."""
    rows = await _fetch(state, "content", state.owner)
    return _page([_item(row) for row in rows], rows)


@get("/unread")
async def unread(state: State) -> dict[str, int]:
    """Return the number of unread notifications of the owner."""
    return {"unread_count": (await _fetch(state, "unread", state.owner))[0][0]}


@get("/notifications")
async def list_notifications(state: State) -> dict[str, Any]:
    """Return the newest notifications of the owner, and their number."""
    rows = await _fetch(state, "notifications", state.owner)
    return _page([Notification(*row[:10]) for row in rows], rows)


@get("/models")
async def list_models(state: State) -> dict[str, Any]:
    """Return the first models by name, and their number."""
    rows = await _fetch(state, "models")
    return _page([Model(*row[:13]) for row in rows], rows)


@get("/files/{name:str}", media_type="image/png")
async def get_file(state: State, name: FromPath[str]) -> bytes:
    """Return a file of one directory, read in a thread."""
    return await asyncio.to_thread((state.files / name).read_bytes)


async def _keep_settings(_connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Skip the round trip with which asyncpg resets a returned connection."""


def create_app(database_url: str, owner: UUID, files: Path) -> Litestar:
    """Return the application; its lifespan opens the pool."""

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        async with asyncpg.create_pool(
            database_url,
            min_size=10,
            max_size=20,
            reset=_keep_settings,
            server_settings={"jit": "off"},
        ) as app.state.pool:
            yield

    return Litestar(
        [
            get_job,
            list_jobs,
            get_item,
            list_content,
            unread,
            list_notifications,
            submit,
            list_models,
            get_file,
        ],
        lifespan=[lifespan],
        state=State({"owner": owner, "files": files}),
        openapi_config=None,
    )


def main() -> None:
    """Serve until killed."""
    database_url, port, owner, files = sys.argv[1:]
    app = create_app(database_url, UUID(owner), Path(files))
    config = uvicorn.Config(
        app, port=int(port), http="httptools", log_level="warning", access_log=False, lifespan="on"
    )
    uvloop.run(uvicorn.Server(config).serve())


if __name__ == "__main__":
    main()
