"""Images of items with their thumbnails, for lists of jobs and notifications."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import load_only, selectinload

from genonaut.content.filters import NOT_TRASHED
from genonaut.content.links import image_path, thumbnail_path
from genonaut.content.tables import ContentItem
from genonaut.core.schemas import View
from genonaut.storage.thumbnails import ThumbnailSize

_COLUMNS = load_only(
    ContentItem.sha256,
    ContentItem.deleted_at,
    ContentItem.placeholder,
    ContentItem.width,
    ContentItem.height,
)


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
    def of(cls, item: ContentItem) -> "ImageView":
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
