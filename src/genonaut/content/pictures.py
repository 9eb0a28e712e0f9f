"""What is needed to show items small, for lists of other things that lead to them."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import load_only, selectinload

from genonaut.content.filters import IS_KEPT
from genonaut.content.links import image_path, thumbnail_path
from genonaut.content.tables import ContentItem
from genonaut.core.schemas import View
from genonaut.storage.thumbnails import ThumbnailSize

_SHOWN = load_only(
    ContentItem.sha256,
    ContentItem.deleted_at,
    ContentItem.placeholder,
    ContentItem.width,
    ContentItem.height,
)


class ThumbnailView(View, frozen=True):
    """A reduced copy; edges in pixels."""

    size: ThumbnailSize
    url: str
    width: int
    height: int


class PictureView(View, frozen=True):
    """An image with its reduced copies. Edges in pixels; ``placeholder`` is a ThumbHash in base64."""

    image_url: str
    thumbnails: list[ThumbnailView]
    placeholder: str
    width: int
    height: int

    @classmethod
    def of(cls, item: ContentItem) -> "PictureView":
        """Return the view of a row whose thumbnails are loaded; addresses change with the file."""
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


async def pictures_of(session: AsyncSession, ids: Sequence[int]) -> dict[int, PictureView]:
    """Return the pictures of these items, without those in the trash."""
    if not ids:
        return {}
    query = (
        select(ContentItem)
        .options(_SHOWN, selectinload(ContentItem.thumbnails))
        .where(ContentItem.id.in_(ids), IS_KEPT)
    )
    return {item.id: PictureView.of(item) for item in await session.scalars(query)}
