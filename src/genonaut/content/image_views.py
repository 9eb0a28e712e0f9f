"""Images of items with their thumbnails, for lists of jobs and notifications."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

import msgspec
from sqlalchemy import ColumnElement, SQLColumnExpression, Text, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import load_only, selectinload

from genonaut.content.filters import NOT_TRASHED
from genonaut.content.links import image_path, thumbnail_path
from genonaut.content.tables import ContentItem, ContentThumbnail
from genonaut.core.schemas import View
from genonaut.storage.thumbnails import ThumbnailSize

_COLUMNS = load_only(
    ContentItem.sha256,
    ContentItem.deleted_at,
    ContentItem.placeholder,
    ContentItem.width,
    ContentItem.height,
)


class _Image(Protocol):
    """What an image view needs of an item."""

    @property
    def id(self) -> int: ...
    @property
    def sha256(self) -> str: ...
    @property
    def deleted_at(self) -> datetime | None: ...
    @property
    def placeholder(self) -> str: ...
    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def thumbnails(self) -> Sequence[ContentThumbnail]: ...


class _ThumbnailRow(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One thumbnail as ``thumbnails_of`` returns it."""

    size: str
    width: int
    height: int


_ROWS = msgspec.json.Decoder(list[_ThumbnailRow])
_ORDER = sorted(ThumbnailSize, key=lambda size: size.longest_edge_px)


def thumbnails_of(content_id: SQLColumnExpression[int]) -> ColumnElement[Any]:
    """Return a column with the thumbnails of an item as JSON text, for ``thumbnail_views``."""
    one = ContentThumbnail
    array = func.json_build_array(one.size, one.width, one.height)
    rows = select(cast(func.json_agg(array), Text)).where(one.content_id == content_id)
    return rows.correlate_except(one).scalar_subquery()


class ThumbnailView(View, frozen=True):
    """A thumbnail. Width and height in pixels."""

    size: ThumbnailSize
    url: str
    width: int
    height: int


class ImageView(View, frozen=True):
    """An image with its thumbnails. Sizes in pixels; ``placeholder`` is a ThumbHash in base64."""

    image_url: str
    thumbnails: list[ThumbnailView]
    placeholder: str
    width: int
    height: int

    @classmethod
    def of(cls, item: _Image) -> "ImageView":
        """Return the view of an item whose thumbnails are loaded.

        URLs contain the hash of the file, so that clients may cache them without limit.
        """
        version = version_of(item.sha256, item.deleted_at)
        thumbnails = [
            ThumbnailView(
                size=one.size,
                url=thumbnail_path(item.id, one.size) + version,
                width=one.width,
                height=one.height,
            )
            for one in sorted(item.thumbnails, key=lambda one: one.size.longest_edge_px)
        ]
        return cls(
            image_url=image_path(item.id) + version,
            thumbnails=thumbnails,
            placeholder=item.placeholder,
            width=item.width,
            height=item.height,
        )

    @classmethod
    def of_columns(cls, values: Sequence[Any]) -> "ImageView":
        """Return the view of an item that is not in the trash.

        Args:
            values: id, hash, placeholder, width, height, and the column of ``thumbnails_of``.
        """
        content_id, sha256, placeholder, width, height, thumbnails = values
        version = version_of(sha256, None)
        views = thumbnail_views(content_id, version, thumbnails)
        return cls(image_path(content_id) + version, views, placeholder, width, height)


def version_of(sha256: str, deleted_at: datetime | None) -> str:
    """Return the query of an image's URLs."""
    return f"?v={sha256}" if deleted_at is None else f"?v={sha256}&trash=true"


def thumbnail_views(content_id: int, version: str, thumbnails: str | None) -> list[ThumbnailView]:
    """Return the thumbnails of a row that was selected with ``thumbnails_of``."""
    if thumbnails is None:
        return []
    rows = {row.size: row for row in _ROWS.decode(thumbnails)}
    start = thumbnail_path(content_id, "")
    return [
        ThumbnailView(size, f"{start}{row.size}{version}", row.width, row.height)
        for size in _ORDER
        if (row := rows.get(size)) is not None
    ]


async def images_of(session: AsyncSession, ids: Sequence[int]) -> dict[int, ImageView]:
    """Return the images of these items by id, without items in the trash."""
    if not ids:
        return {}
    query = (
        select(ContentItem)
        .options(_COLUMNS, selectinload(ContentItem.thumbnails))
        .where(ContentItem.id.in_(ids), NOT_TRASHED)
    )
    return {item.id: ImageView.of(item) for item in await session.scalars(query)}


async def contents_of_jobs(session: AsyncSession, job_ids: Sequence[int]) -> dict[int, list[int]]:
    """Return the items of each of these jobs, in the order of the results."""
    found: dict[int, list[int]] = {}
    if not job_ids:
        return found
    query = (
        select(ContentItem.job_id, ContentItem.id)
        .where(ContentItem.job_id.in_(job_ids))
        .order_by(ContentItem.job_id, ContentItem.output_index)
    )
    for job_id, content_id in await session.execute(query):
        if job_id is not None:
            found.setdefault(job_id, []).append(content_id)
    return found
