"""Enter a finished picture into the gallery."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.content.tables import ContentItem, ContentThumbnail, ContentType
from genonaut.storage.thumbnails import ThumbnailSize

_TITLE_LENGTH = 80
# Into the tables, not by way of the mapped classes, and put together once: a picture is recorded in
# a transaction that others may wait for.
_TABLES = ContentItem.metadata.tables
_ITEMS = _TABLES[ContentItem.__tablename__]
_INSERT_ITEM = insert(_ITEMS).returning(_ITEMS.c.id)
_INSERT_THUMBNAIL = insert(_TABLES[ContentThumbnail.__tablename__])


class StoredThumbnail(msgspec.Struct, frozen=True, kw_only=True):
    """A thumbnail that lies in the store; sizes in pixels and bytes."""

    size: ThumbnailSize
    storage_key: str
    width: int
    height: int
    size_bytes: int
    mime: str


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """A picture that lies in the store, with all that is known of it; sizes in pixels and bytes."""

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


async def record_picture(session: AsyncSession, picture: Picture) -> int:
    """Insert the item and its thumbnails; returns the item's id.

    A second item for the same job violates a constraint: one job makes one item.
    """
    values = {
        **msgspec.structs.asdict(picture),
        # The column's name, which is not the attribute's.
        "metadata": picture.details,
        "content_type": ContentType.IMAGE,
        "title": title_of(picture.prompt),
    }
    del values["thumbnails"], values["details"]
    content_id: int = (await session.execute(_INSERT_ITEM, values)).scalar_one()
    rows = [
        {"content_id": content_id, **msgspec.structs.asdict(thumbnail)}
        for thumbnail in picture.thumbnails
    ]
    await session.execute(_INSERT_THUMBNAIL, rows)
    return content_id


async def hold_item_of(session: AsyncSession, job_id: int) -> None:
    """Keep the item that a job made from being changed or purged until the end of the transaction."""
    await session.execute(select(_ITEMS.c.id).where(_ITEMS.c.job_id == job_id).with_for_update())


def title_of(prompt: str) -> str:
    """Return the beginning of the prompt, cut at a word, as the item's first title."""
    text = " ".join(prompt.split())
    if len(text) <= _TITLE_LENGTH:
        return text
    return text[:_TITLE_LENGTH].rsplit(" ", 1)[0].rstrip(",;:. ") + "…"
