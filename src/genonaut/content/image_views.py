"""Images of items with their thumbnails, for lists of jobs and notifications."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

import msgspec
from sqlalchemy import ColumnElement, SQLColumnExpression, func, select
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


class ThumbnailRow(msgspec.Struct, frozen=True, array_like=True):
    """One thumbnail as ``thumbnails_of`` returns it."""

    size: ThumbnailSize
    width: int
    height: int


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
    def thumbnails(self) -> Sequence[ContentThumbnail | ThumbnailRow]: ...


class ImageRow(msgspec.Struct, frozen=True):
    """The columns of an item that its image needs, for reads without the ORM."""

    id: int
    sha256: str
    deleted_at: datetime | None
    placeholder: str
    width: int
    height: int
    thumbnails: Sequence[ThumbnailRow]


def thumbnails_of(content_id: SQLColumnExpression[int]) -> ColumnElement[Any]:
    """Return a column with the thumbnails of an item as JSON; ``read_thumbnails`` decodes it."""
    one = ContentThumbnail
    array = func.jsonb_build_array(one.size, one.width, one.height)
    rows = select(func.jsonb_agg(array)).where(one.content_id == content_id)
    return rows.correlate_except(one).scalar_subquery()


def read_image(values: Sequence[Any]) -> ImageRow:
    """Return the image of the columns of ``ImageRow``, the thumbnails selected as ``thumbnails_of``."""
    content_id, sha256, deleted_at, placeholder, width, height, thumbnails = values
    found = read_thumbnails(thumbnails)
    return ImageRow(content_id, sha256, deleted_at, placeholder, width, height, found)


def read_thumbnails(value: Sequence[Any] | None) -> Sequence[ThumbnailRow]:
    """Return the thumbnails of a row that was selected with ``thumbnails_of``."""
    return [ThumbnailRow(ThumbnailSize(size), width, height) for size, width, height in value or ()]


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
        version = f"?v={item.sha256}" + ("" if item.deleted_at is None else "&trash=true")
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
