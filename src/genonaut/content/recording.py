"""Insert a finished image into the gallery."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.content.tables import ContentItem, ContentType
from genonaut.core.clock import utcnow
from genonaut.db.fast_work import Transaction
from genonaut.db.statement import Statement
from genonaut.storage.processing import ProcessedImage
from genonaut.storage.saving import SavedImage
from genonaut.storage.thumbnails import THUMBNAIL_MIME, ThumbnailSize

_TITLE_LENGTH = 80
_TABLES = ContentItem.metadata.tables
_ITEMS = _TABLES[ContentItem.__tablename__]


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
    job_id: int | None
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
    title: str
    """Empty: the beginning of the prompt."""
    source_content_ids: Sequence[int]
    """Ids of the items that it was made from."""
    thumbnails: Sequence[StoredThumbnail]
    content_type: ContentType = ContentType.IMAGE
    output_index: int = 0
    duration_seconds: float | None = None
    frame_rate: float | None = None
    text: str | None = None
    """Content of a text, for the search."""
    workflow_id: int | None = None


class ImageOrigin(msgspec.Struct, frozen=True, kw_only=True):
    """Where an image comes from: its owner, its job, and what it was made with."""

    user_id: UUID
    job_id: int | None
    prompt: str
    negative_prompt: str
    checkpoint_model: str
    details: dict[str, Any]
    title: str = ""
    """Empty: the beginning of the prompt."""
    source_content_ids: Sequence[int] = ()
    """Ids of the items that it was made from."""


def stored_image(image: ProcessedImage, saved: SavedImage, origin: ImageOrigin) -> StoredImage:
    """Return what to record of an image whose files were written to the store."""
    facts = image.facts
    return StoredImage(
        **msgspec.structs.asdict(origin),
        storage_key=saved.key,
        width=facts.width,
        height=facts.height,
        size_bytes=facts.size_bytes,
        mime=facts.mime,
        sha256=facts.sha256,
        placeholder=image.placeholder,
        thumbnails=[
            StoredThumbnail(
                size=one.size,
                storage_key=saved.thumbnail_keys[one.size],
                width=one.width,
                height=one.height,
                size_bytes=len(one.data),
                mime=THUMBNAIL_MIME,
                sha256=one.sha256,
            )
            for one in image.thumbnails
        ],
    )


_ITEM_COLUMNS = ", ".join(
    sorted(
        {
            *StoredImage.__struct_fields__,
            *("metadata", "thumbnails_due_at"),
        }
        - {"details", "thumbnails"}
    )
)
_THUMBNAIL_COLUMNS = ", ".join(StoredThumbnail.__struct_fields__)
RECORD_ITEMS = f"""
recorded AS (
    INSERT INTO content_items ({_ITEM_COLUMNS})
    SELECT {_ITEM_COLUMNS} FROM jsonb_populate_recordset(CAST(NULL AS content_items), :items)
    RETURNING id, output_index
), recorded_thumbnails AS (
    INSERT INTO content_thumbnails (content_id, {_THUMBNAIL_COLUMNS})
    SELECT recorded.id, {_THUMBNAIL_COLUMNS}
    FROM jsonb_array_elements(:thumbnails) AS one(thumbnail)
    JOIN recorded ON recorded.output_index = CAST(one.thumbnail ->> 'output_index' AS smallint)
    CROSS JOIN LATERAL jsonb_populate_record(CAST(NULL AS content_thumbnails), one.thumbnail)
)
"""  # noqa: S608  # names of columns
"""Begins a statement that inserts items with their thumbnails; the ids are in ``recorded``.

Its parameters are those of ``record_parameters``. Items are told apart by their ``output_index``.
"""
RECORD_TYPES = (bindparam("items", type_=JSONB), bindparam("thumbnails", type_=JSONB))
_INSERT = Statement(
    text(f"WITH {RECORD_ITEMS} SELECT id FROM recorded").bindparams(*RECORD_TYPES)  # noqa: S608
)


def record_parameters(images: Sequence[StoredImage]) -> dict[str, str]:
    """Return the parameters of ``RECORD_ITEMS``.

    Housekeeping makes the thumbnails of an item that is stored without any.
    """
    thumbnails = [
        {**msgspec.structs.asdict(thumbnail), "output_index": image.output_index}
        for image in images
        for thumbnail in image.thumbnails
    ]
    return {"items": _json([_columns_of(one) for one in images]), "thumbnails": _json(thumbnails)}


async def record_image(uow: Transaction, image: StoredImage) -> int:
    """Insert an item and its thumbnails; return the id of the item.

    A second item for the same job violates a unique constraint.
    """
    rows = await uow.fetch(_INSERT, **record_parameters([image]))
    content_id: int = rows[0][0]
    return content_id


def _columns_of(image: StoredImage) -> dict[str, Any]:
    values = {
        **msgspec.structs.asdict(image),
        # The name of the column differs from the attribute's.
        "metadata": image.details,
        "title": image.title or title_of(image.prompt),
        "thumbnails_due_at": None
        if image.thumbnails or image.content_type is not ContentType.IMAGE
        else utcnow(),
    }
    del values["thumbnails"], values["details"]
    return values


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


async def lock_item_of_job(session: AsyncSession, job_id: int) -> None:
    """Lock the items of a job against changes until the end of the transaction."""
    items = select(_ITEMS.c.id).where(_ITEMS.c.job_id == job_id).order_by(_ITEMS.c.id)
    await session.execute(items.with_for_update())


def title_of(prompt: str) -> str:
    """Return the title of a new item: the prompt, cut at a word to at most 80 characters."""
    text = " ".join(prompt.split())
    if len(text) <= _TITLE_LENGTH:
        return text
    return text[:_TITLE_LENGTH].rsplit(" ", 1)[0].rstrip(",;:. ") + "…"
