"""What must be true after a chaos run, whatever failed during it."""

import hashlib
import io
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
from PIL import Image
from sqlalchemy.engine import make_url
from tests.chaos.clients import Record
from tests.chaos.installation import Installation

_OPEN = (
    "SELECT count(*) FROM generation_jobs WHERE status NOT IN ('completed','failed','cancelled')"
)
_BATCHES = """
SELECT b.idempotency_key AS key, b.size, array_agg(j.id ORDER BY j.id) AS ids
FROM generation_batches b JOIN generation_jobs j ON j.batch_id = b.id GROUP BY b.id
"""
_ITEMS = """
SELECT j.id, j.status, j.content_id, c.id AS item, c.storage_key, c.sha256,
    (SELECT count(*) FROM content_thumbnails t WHERE t.content_id = c.id) AS thumbnails
FROM generation_jobs j LEFT JOIN content_items c ON c.job_id = j.id
"""
_FAILURES = """
SELECT error_code, error_message FROM generation_jobs WHERE status = 'failed'
"""
_THUMBNAIL_COUNT = 3


async def connect(here: Installation) -> asyncpg.Connection:
    """Connect to the database directly, past the proxy."""
    url = make_url(here.database_url).set(drivername="postgresql")
    return await asyncpg.connect(url.render_as_string(hide_password=False))


async def open_jobs(database: asyncpg.Connection) -> int:
    """Return the number of jobs that are not terminal."""
    return int(await database.fetchval(_OPEN))


async def violations(here: Installation, database: asyncpg.Connection, record: Record) -> list[str]:
    """Return every broken promise; an empty list is a passed run."""
    found = list(record.server_errors)
    found += _of_batches(await database.fetch(_BATCHES), record)
    for row in await database.fetch(_ITEMS):
        found += _of_item(here.folder / "files", row)
    attempts = await database.fetchval(
        "SELECT count(*) FROM generation_attempts WHERE ended_at IS NULL"
    )
    if attempts:
        found.append(f"{attempts} attempts are still open")
    for row in await database.fetch(_FAILURES):
        if row["error_code"] == "internal_error":
            found.append(f"internal error: {row['error_message']}")
    return found + await _of_simulators(here) + _of_logs(here.folder)


def _of_batches(rows: list[Any], record: Record) -> list[str]:
    stored = {row["key"]: list(row["ids"]) for row in rows}
    found = [
        f"{key}: accepted {ids}, stored {stored.get(key)}"
        for key, ids in record.accepted.items()
        if stored.get(key) != sorted(ids)
    ]
    found += [f"{row['key']}: size differs" for row in rows if len(row["ids"]) != row["size"]]
    extra = set(stored) - set(record.accepted)
    return found + [f"{key} was stored and never accepted" for key in extra]


def _of_item(files: Path, row: Any) -> list[str]:
    job = f"job {row['id']}"
    if row["status"] != "completed":
        return [f"{job} is {row['status']} and has an item"] if row["item"] else []
    if row["item"] is None or row["content_id"] != row["item"]:
        return [f"{job} is completed without its item"]
    found = []
    try:
        data = (files / row["storage_key"]).read_bytes()
    except OSError as error:
        return [f"{job}: {error}"]
    if hashlib.sha256(data).hexdigest() != row["sha256"]:
        found.append(f"{job}: the file differs from its sha256")
    with Image.open(io.BytesIO(data)) as image:
        image.load()
    if row["thumbnails"] != _THUMBNAIL_COUNT:
        found.append(f"{job} has {row['thumbnails']} thumbnails")
    return found


async def _of_simulators(here: Installation) -> list[str]:
    found = []
    async with aiohttp.ClientSession() as http:
        for url in here.simulator_urls:
            async with http.get(f"{url}/queue") as answer:
                queue = await answer.json()
            waiting = len(queue["queue_running"]) + len(queue["queue_pending"])
            if waiting:
                found.append(f"{waiting} prompts are left at {url}")
    return found


def _of_logs(folder: Path) -> list[str]:
    return [
        f"{path.name}: a traceback"
        for path in sorted(folder.glob("*.log"))
        if "Traceback (most recent call last)" in path.read_text(errors="replace")
    ]
