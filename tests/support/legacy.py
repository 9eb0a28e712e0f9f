"""A database of an older edition in each of its three states, with sample rows and files."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
from tests.builders import png

ADA, BOB = UUID(int=1), UUID(int=2)
SEA, SKY, BAD_TAG = UUID(int=11), UUID(int=12), UUID(int=13)
# The inner category sorts before the one around it.
INNER, OUTER, LOOP = UUID(int=31), UUID(int=32), UUID(int=33)
SHARE_TOKEN = UUID(int=35)
AT = datetime(2025, 3, 4, 5, 6, 7)  # noqa: DTZ001 - the old columns have no time zone

_COMMON = """
CREATE TABLE users (
    id uuid PRIMARY KEY, username varchar(50) UNIQUE, email varchar(255) UNIQUE NOT NULL,
    created_at timestamp, updated_at timestamp, preferences json, is_active boolean,
    favorite_tag_ids json
);
CREATE TABLE tags (id uuid PRIMARY KEY, name varchar(255), tag_metadata jsonb);
CREATE TABLE tag_ratings (id serial PRIMARY KEY, user_id uuid, tag_id uuid, rating float);
CREATE TABLE content_tags (content_id integer, content_source varchar(10), tag_id uuid);
CREATE TABLE user_interactions (
    id serial PRIMARY KEY, user_id uuid, content_item_id integer, interaction_type varchar(20),
    rating integer, duration integer, created_at timestamp
);
CREATE TABLE user_notifications (
    id serial PRIMARY KEY, user_id uuid, title varchar(255), message text,
    notification_type varchar(50), read_status boolean, related_job_id integer,
    related_content_id integer, created_at timestamp, read_at timestamp
);
CREATE TABLE models_checkpoints (
    id uuid PRIMARY KEY, path varchar(512), filename varchar(255), name varchar(255),
    description text, rating float, tags json
);
CREATE TABLE models_loras (
    id uuid PRIMARY KEY, path varchar(512), filename varchar(255), name varchar(255),
    description text, trigger_words json
);
CREATE TABLE tag_parents (tag_id uuid, parent_id uuid, PRIMARY KEY (tag_id, parent_id));
CREATE TABLE bookmarks (
    id uuid PRIMARY KEY, user_id uuid, content_id integer, content_source_type varchar(10),
    note text, pinned boolean, is_public boolean, created_at timestamptz, updated_at timestamptz,
    deleted_at timestamptz
);
CREATE TABLE bookmark_categories (
    id uuid PRIMARY KEY, user_id uuid, name varchar(100), description text, color_hex varchar(7),
    icon varchar(64), parent_id uuid, sort_index integer, is_public boolean, share_token uuid,
    created_at timestamptz, updated_at timestamptz
);
CREATE TABLE bookmark_category_members (
    bookmark_id uuid, category_id uuid, user_id uuid, position integer, added_at timestamptz
);
CREATE TABLE recommendations (id serial PRIMARY KEY, user_id uuid);
"""
_ITEMS = """
CREATE TABLE {table} (
    id serial PRIMARY KEY, title varchar(255), content_type varchar(50), content_data text,
    path_thumb text, path_thumbs_alt_res json, prompt varchar(20000), item_metadata json,
    creator_id uuid, created_at timestamp, updated_at timestamp, quality_score float,
    is_private boolean, tags json
);
"""
_REQUESTS = """
CREATE TABLE comfyui_generation_requests (
    id serial PRIMARY KEY, user_id uuid, prompt text, negative_prompt text,
    checkpoint_model varchar(255), lora_models json, width integer, height integer,
    batch_size integer, sampler_params json, status varchar(20), comfyui_prompt_id varchar(255),
    output_paths json, thumbnail_paths json, created_at timestamp, updated_at timestamp,
    started_at timestamp, completed_at timestamp, error_message text
);
"""
_JOBS_BASE = """
CREATE TABLE generation_jobs (
    id serial PRIMARY KEY, user_id uuid, job_type varchar(50), prompt varchar(20000),
    status varchar(20), created_at timestamp, updated_at timestamp, started_at timestamp,
    completed_at timestamp, error_message text, {more}
);
"""
_JOBS = {
    "A": "parameters jsonb, result_content_id integer",
    "B": "params jsonb, content_id integer, celery_task_id varchar(255), negative_prompt text, "
    "checkpoint_model varchar(255), lora_models json, width integer, height integer, "
    "batch_size integer, comfyui_prompt_id varchar(255)",
}
_JOBS["C"] = _JOBS["B"]


async def make_legacy(connection: asyncpg.Connection, folder: Path, state: str) -> None:
    """Create the tables of a state, sample rows, and the files they name."""
    await connection.execute(_COMMON)
    for table in ("content_items", "content_items_auto"):
        await connection.execute(_ITEMS.format(table=table))
    await connection.execute(_JOBS_BASE.format(more=_JOBS[state]))
    if state != "C":
        await connection.execute(_REQUESTS)
    await _add_users(connection)
    await _add_items(connection, folder)
    await _add_jobs(connection, state)
    if state != "C":
        await _add_requests(connection, folder)
    await _add_messages(connection)
    await _add_bookmarks(connection)


async def insert(connection: asyncpg.Connection, table: str, **values: Any) -> None:
    """Insert a row; lists and mappings become JSON."""
    arguments = [
        json.dumps(value) if isinstance(value, dict | list) else value for value in values.values()
    ]
    places = ", ".join(f"${number}" for number in range(1, len(arguments) + 1))
    statement = f"INSERT INTO {table} ({', '.join(values)}) VALUES ({places})"  # noqa: S608
    await connection.execute(statement, *arguments)


async def _add_users(connection: asyncpg.Connection) -> None:
    common = {"created_at": AT, "updated_at": AT, "preferences": {"theme": "dark"}}
    await insert(
        connection,
        "users",
        id=ADA,
        username="ada",
        email="ada@example.org",
        is_active=True,
        **common,
    )
    await insert(
        connection,
        "users",
        id=BOB,
        username="bob böhm",
        email="bob@example.org",
        is_active=False,
        **common,
    )
    for tag, name in ((SEA, "Sea "), (SKY, "sky"), (BAD_TAG, "a,b")):
        await insert(connection, "tags", id=tag, name=name, tag_metadata={})
    for tag, parent in ((SEA, SKY), (SKY, SEA)):
        await insert(connection, "tag_parents", tag_id=tag, parent_id=parent)
    await insert(connection, "tag_ratings", user_id=ADA, tag_id=SEA, rating=4.5)


async def _add_items(connection: asyncpg.Connection, folder: Path) -> None:
    """Add whole, private, public, missing, broken and textual items."""
    item = {
        "content_type": "image",
        "prompt": "a lighthouse",
        "creator_id": ADA,
        "created_at": AT,
        "updated_at": AT,
        "item_metadata": {"checkpoint_model": "sd15.safetensors", "sampler_params": {"seed": 7}},
    }
    rows: list[dict[str, Any]] = [
        {"title": "First", "content_data": "/srv/old/output/1.png", "is_private": False},
        {"title": "Second", "content_data": "output/2.png", "is_private": True},
        {"title": "Gone", "content_data": "/srv/old/output/gone.png", "is_private": True},
        {"title": "Broken", "content_data": "/srv/old/output/broken.png", "is_private": True},
        {"title": "Poem", "content_data": "words", "is_private": True, "content_type": "text"},
        {"title": "Outside", "content_data": "../../secret.png", "is_private": True},
    ]
    for row in rows:
        await insert(connection, "content_items", **{**item, **row})
    await insert(
        connection,
        "content_items_auto",
        **{
            **item,
            "title": "Auto",
            "content_data": "C:\\old\\output\\auto\\3.png",
            "is_private": True,
            "tags": ["moon"],
        },
    )
    for content_id, source, tag in ((1, "items", SEA), (1, "items", BAD_TAG), (1, "auto", SKY)):
        await insert(
            connection, "content_tags", content_id=content_id, content_source=source, tag_id=tag
        )
    output = folder / "output"
    (output / "auto").mkdir(parents=True)
    (output / "1.png").write_bytes(png(80, 60))
    (output / "2.png").write_bytes(png(81, 60))
    (output / "auto" / "3.png").write_bytes(png(82, 60))
    (output / "broken.png").write_bytes(png()[:200])
    (folder.parent / "secret.png").write_bytes(png(83, 60))


async def _add_jobs(connection: asyncpg.Connection, state: str) -> None:
    sampler = {
        "seed": 7,
        "steps": 30,
        "cfg": 6.5,
        "sampler_name": "dpmpp_2m",
        "scheduler": "karras",
    }
    job = {
        "user_id": ADA,
        "job_type": "image",
        "prompt": "a lighthouse",
        "created_at": AT,
        "updated_at": AT,
    }
    content = "result_content_id" if state == "A" else "content_id"
    models = {"checkpoint_model": "sd15.safetensors", "width": 512, "height": 768}
    if state == "A":
        done: dict[str, Any] = {"parameters": {**models, "sampler_params": sampler}}
    else:
        loras = [{"name": "ink.safetensors", "strength_model": 0.8, "strength_clip": 0.7}]
        done = {"params": sampler, **models, "lora_models": loras, "comfyui_prompt_id": "p-1"}
    rows: list[dict[str, Any]] = [
        {"status": "completed", "completed_at": AT, content: 1, **done},
        {"status": "running"},
        {"status": "pending"},
        {"status": "failed", "error_message": "no GPU"},
        {"status": "cancelled"},
        {"status": "completed", "job_type": "video"},
        {"status": "odd"},
    ]
    for row in rows:
        await insert(connection, "generation_jobs", **{**job, **row})


async def _add_requests(connection: asyncpg.Connection, folder: Path) -> None:
    request = {
        "user_id": ADA,
        "prompt": "a harbour",
        "negative_prompt": "blurry",
        "checkpoint_model": "sdxl.safetensors",
        "width": 1024,
        "height": 1024,
        "batch_size": 1,
        "sampler_params": {"seed": 2**63, "steps": 25},
        "created_at": AT,
        "updated_at": AT,
    }
    (folder / "output" / "request.png").write_bytes(png(84, 60))
    outputs = ["/srv/old/output/request.png", "/srv/old/output/never.png"]
    rows: list[dict[str, Any]] = [
        {"status": "completed", "output_paths": outputs, "completed_at": AT},
        {"status": "processing"},
        {"status": "completed", "output_paths": ["output/2.png"], "completed_at": AT},
        {"status": "completed", "comfyui_prompt_id": "p-1", "completed_at": AT},
    ]
    for row in rows:
        await insert(connection, "comfyui_generation_requests", **{**request, **row})


async def _add_messages(connection: asyncpg.Connection) -> None:
    for rating, minute in ((2, 1), (5, 2)):
        await insert(
            connection,
            "user_interactions",
            user_id=BOB,
            content_item_id=1,
            interaction_type="like",
            rating=rating,
            created_at=AT.replace(minute=minute),
        )
    await insert(
        connection,
        "user_interactions",
        user_id=ADA,
        content_item_id=3,
        interaction_type="like",
        rating=4,
        created_at=AT,
    )
    await insert(
        connection,
        "user_interactions",
        user_id=ADA,
        content_item_id=1,
        interaction_type="view",
        created_at=AT,
    )
    for kind, is_read in (("job_completed", True), ("weird", False)):
        await insert(
            connection,
            "user_notifications",
            user_id=ADA,
            title="Done",
            message="Your image is ready",
            notification_type=kind,
            read_status=is_read,
            related_job_id=1,
            related_content_id=1,
            created_at=AT,
            read_at=AT if is_read else None,
        )
    await insert(connection, "recommendations", user_id=ADA)
    for number, name in enumerate(("sd15.safetensors", "unknown.safetensors"), 21):
        await insert(
            connection,
            "models_checkpoints",
            id=UUID(int=number),
            path=f"/models/checkpoints/{name}",
            filename=name,
            name="A name",
            description="Good for harbours.",
        )
    await insert(
        connection,
        "models_loras",
        id=UUID(int=23),
        path="loras/ink.safetensors",
        filename="ink.safetensors",
        trigger_words=["inky", "drawn"],
    )


async def _add_bookmarks(connection: asyncpg.Connection) -> None:
    """Add nested, shared and circular categories, and bookmarks with and without one."""
    at = AT.replace(tzinfo=UTC)
    for category, name, parent, token in (
        (INNER, "Inner", OUTER, None),
        (OUTER, "Outer", None, SHARE_TOKEN),
        (LOOP, "Loop", LOOP, None),
    ):
        await insert(
            connection,
            "bookmark_categories",
            id=category,
            user_id=ADA,
            name=name,
            description=f"About {name}",
            parent_id=parent,
            is_public=token is not None,
            share_token=token,
            created_at=at,
            updated_at=at,
        )
    bookmark = {"user_id": ADA, "content_source_type": "items", "created_at": at}
    rows: list[dict[str, Any]] = [
        {"content_id": 1, "pinned": True, "note": "Love the light"},
        {"content_id": 2, "pinned": False},
        {"content_id": 1, "pinned": False, "content_source_type": "auto"},
        {"content_id": 3, "pinned": True},
        {"content_id": 2, "user_id": BOB, "pinned": True},
        {"content_id": 2, "pinned": True, "deleted_at": at},
    ]
    for number, row in enumerate(rows, start=41):
        await insert(connection, "bookmarks", **{**bookmark, "id": UUID(int=number), **row})
    for number, category, position in ((41, OUTER, 1), (41, INNER, 0), (42, OUTER, 0)):
        await insert(
            connection,
            "bookmark_category_members",
            bookmark_id=UUID(int=number),
            category_id=category,
            user_id=ADA,
            position=position,
        )
