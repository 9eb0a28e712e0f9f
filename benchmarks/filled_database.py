"""A database of two users with a large gallery, 11,000 jobs and 5,000 notifications."""

import io
import random
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID, uuid4

from PIL import Image
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker
from tests.builders import keys_of, make_content
from tests.support.gallery import fill_gallery, settle

from genonaut.accounts.identity import Identity
from genonaut.accounts.tables import Role, User
from genonaut.catalog.service import CatalogService, Correction
from genonaut.config import Settings
from genonaut.db import UnitOfWork
from genonaut.runtime import open_runtime

JOBS = 11_000
NOTIFICATIONS = 5_000
_IMAGE_EDGE = 350
"""Random pixels cannot be compressed: 370 KB."""
_MODELS = 50
_INDEX = "ix_content_items_search_trgm"
# Building it afterwards takes a fraction of the time of filling it row by row.
_DROP = f"DROP INDEX {_INDEX}"
_BUILD = f"CREATE INDEX {_INDEX} ON content_items USING gin (search_text gin_trgm_ops)"
_THUMBNAILS = """
INSERT INTO content_thumbnails (content_id, size, storage_key, width, height, size_bytes, mime)
SELECT id, size.name, 'thumbnails/' || id || '/' || size.name, size.edge, size.edge, 20000, 'image/webp'
FROM (SELECT id FROM content_items WHERE user_id = :owner ORDER BY created_at DESC LIMIT 1000) AS newest,
    (VALUES ('small', 256), ('medium', 512), ('large', 1024)) AS size (name, edge)
"""
_DETAILS = """
UPDATE content_items SET placeholder = 'HBkSHYSIeHiPiHh8eJd4eTN0EEQG', metadata =
    '{"seed": 1234567, "steps": 20, "cfg": 7.0, "sampler_name": "euler", "scheduler": "normal",
      "denoise": 1.0, "checkpoint_model": "sd15.safetensors", "lora_models": [], "width": 512,
      "height": 512, "duration_seconds": 3.25}'
WHERE id IN (SELECT id FROM content_items WHERE user_id = :owner ORDER BY created_at DESC LIMIT 1000)
"""
_BATCHES = """
INSERT INTO generation_batches (id, user_id, request_hash, size, open_count, ended_at)
SELECT gen_random_uuid(), :owner, '', 1, 0, now()
"""
_JOBS = """
INSERT INTO generation_jobs (user_id, batch_id, batch_index, job_type, status, prompt,
    negative_prompt, checkpoint_model, lora_models, width, height, batch_size, params, needs,
    attempt, content_id, created_at, queued_at, started_at, completed_at)
SELECT b.user_id, b.id, 0, 'image', 'completed', 'an image of thing ' || n, 'blurry',
    'sd15.safetensors', '[]', 512, 512, 1,
    '{"seed": 1, "steps": 20, "cfg": 7.0, "sampler_name": "euler", "scheduler": "normal",
      "denoise": 1.0, "version": 1}', '{}', 1, newest.id, now(), now(), now(), now()
FROM generate_series(1, CAST(:count AS int)) AS n
CROSS JOIN (SELECT * FROM generation_batches WHERE user_id = :owner) AS b
LEFT JOIN (
    SELECT id, row_number() OVER (ORDER BY created_at) AS place FROM (
        SELECT id, created_at FROM content_items WHERE user_id = :owner AND deleted_at IS NULL
        ORDER BY created_at DESC LIMIT 900) AS shown
) AS newest ON newest.place = n - CAST(:count AS int) + 900
ORDER BY n
"""
_NOTIFICATIONS = """
INSERT INTO user_notifications (user_id, title, message, notification_type, read_status)
SELECT :owner, '8 of 8 done', repeat('a lighthouse at dusk ', 5), 'job_completed', n % 10 <> 0
FROM generate_series(1, CAST(:count AS int)) AS n
"""


@dataclass(frozen=True)
class Filled:
    """The first of the two users; one job, one item and one item with files of this user."""

    owner_id: UUID
    job_id: int
    content_id: int
    image_id: int = 0


async def fill(engine: AsyncEngine, items: int) -> Filled:
    """Fill an empty, migrated database; each user owns half of everything."""
    users = [User(id=uuid4(), username=name, role=Role.USER) for name in ("ann", "bob")]
    owners = [user.id for user in users]
    async with UnitOfWork(async_sessionmaker(engine)()) as uow:
        uow.session.add_all(users)
    async with engine.begin() as connection:
        await connection.execute(text(_DROP))
    for owner in owners:
        await fill_gallery(engine, owner, count=items // 2)
    async with engine.begin() as connection:
        await connection.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
        await connection.execute(text(_BUILD))
        for owner in owners:
            for statement, count in (
                (_THUMBNAILS, None),
                (_DETAILS, None),
                (_BATCHES, None),
                (_JOBS, JOBS // 2),
                (_NOTIFICATIONS, NOTIFICATIONS // 2),
            ):
                values = {"owner": owner} | ({} if count is None else {"count": count})
                await connection.execute(text(statement), values)
    await settle(engine)
    async with engine.connect() as connection:
        newest = (
            "SELECT id, content_id FROM generation_jobs WHERE user_id = :owner ORDER BY id DESC"
        )
        row = (
            await connection.execute(text(f"{newest} LIMIT 1 OFFSET 50"), {"owner": owners[0]})
        ).one()
    return Filled(owners[0], row.id, row.content_id)


async def add_image(settings: Settings, filled: Filled, folder: Path) -> Filled:
    """Add an item with a real image of 370 KB and its thumbnails, and 50 models.

    ``folder`` gets copies of the image and of the small thumbnail, for the bare application.
    """
    owner = Identity(filled.owner_id, "ann", Role.USER)
    buffer = io.BytesIO()
    size = (_IMAGE_EDGE, _IMAGE_EDGE)
    noise = random.Random(1).randbytes(3 * _IMAGE_EDGE * _IMAGE_EDGE)  # noqa: S311  # not a secret
    Image.frombytes("RGB", size, noise).save(buffer, "PNG")
    folder.mkdir()
    async with open_runtime(settings, application="benchmark") as runtime:
        image_id = await make_content(runtime, owner, data=buffer.getvalue())
        for key in await keys_of(runtime, image_id):
            if key.endswith((".png", ".256.webp")):
                name = "image.png" if key.endswith(".png") else "small.webp"
                (folder / name).write_bytes(await runtime.store.read(key))
        async with runtime.begin() as uow:
            catalog = CatalogService(uow)
            for number in range(_MODELS):
                await catalog.add_manual("loras", f"style{number}.safetensors", Correction())
    return replace(filled, image_id=image_id)
