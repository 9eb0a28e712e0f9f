"""Insert a finished image into the gallery."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.content.tables import ContentItem, ContentThumbnail, ContentType
from genonaut.core.clock import utcnow
from genonaut.storage.thumbnails import ThumbnailSize

_TITLE_LENGTH = 80
# Core statements on the tables, built once: other transactions may wait for the one that completes a
# job, and the ORM costs more than PostgreSQL here (docs/decisions/hot-path.md).
_TABLES = ContentItem.metadata.tables
_ITEMS = _TABLES[ContentItem.__tablename__]
_INSERT_ITEM = insert(_ITEMS).returning(_ITEMS.c.id)
_INSERT_THUMBNAIL = insert(_TABLES[ContentThumbnail.__tablename__])


class StoredThumbnail(msgspec.Struct, frozen=True, kw_only=True):
    """A stored thumbnail; sizes in pixels and bytes."""

    size: ThumbnailSize
    storage_key: str
    width: int
    height: int
    size_bytes: int
    mime: str
    sha256: str


class StoredImage(msgspec.Struct, frozen=True, kw_only=True):
    """A stored image and its description; sizes in pixels and bytes."""

    user_id: UUID
    job_id: int
    prompt: str
    negative_prompt: str
    checkpoint_model: str
    storage_key: str
    width: int
    height: int
    size_bytes: int
    mime: str
    sha256: str
    placeholder: str
    details: dict[str, Any]
    thumbnails: Sequence[StoredThumbnail]


async def record_image(session: AsyncSession, image: StoredImage) -> int:
    """Insert an item and its thumbnails; return the id of the item.

    Housekeeping makes the thumbnails of an item that is stored without any.
    A second item for the same job violates a unique constraint.
    """
    values = {
        **msgspec.structs.asdict(image),
        # The name of the column differs from the attribute's.
        "metadata": image.details,
        "content_type": ContentType.IMAGE,
        "title": title_of(image.prompt),
        "thumbnails_due_at": None if image.thumbnails else utcnow(),
    }
    del values["thumbnails"], values["details"]
    content_id: int = (await session.execute(_INSERT_ITEM, values)).scalar_one()
    rows = [
        {"content_id": content_id, **msgspec.structs.asdict(thumbnail)}
        for thumbnail in image.thumbnails
    ]
    if rows:
        await session.execute(_INSERT_THUMBNAIL, rows)
    return content_id


async def lock_item_of_job(session: AsyncSession, job_id: int) -> None:
    """Lock the item of a job against changes until the end of the transaction."""
    await session.execute(select(_ITEMS.c.id).where(_ITEMS.c.job_id == job_id).with_for_update())


def title_of(prompt: str) -> str:
    """Return the title of a new item: the prompt, cut at a word to at most 80 characters."""
    text = " ".join(prompt.split())
    if len(text) <= _TITLE_LENGTH:
        return text
    return text[:_TITLE_LENGTH].rsplit(" ", 1)[0].rstrip(",;:. ") + "…"
