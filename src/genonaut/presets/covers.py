"""The images that show presets and styles."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.content.filters import IS_PUBLIC, NOT_TRASHED
from genonaut.content.image_views import ImageView, images_of
from genonaut.content.links import API
from genonaut.content.tables import ContentItem
from genonaut.presets.tables import Preset
from genonaut.storage.thumbnails import ThumbnailSize


def cover_path(preset_id: int, size: str) -> str:
    """Return the path of a thumbnail of a preset's cover."""
    return f"{API}/presets/{preset_id}/cover/{size}"


async def covers_of(session: AsyncSession, presets: Sequence[Preset]) -> dict[int, ImageView]:
    """Return the cover of each preset by its id.

    Its URLs work for all who may see the preset; the largest thumbnail stands for the image, whose
    metadata is not shared. There is none for a deleted item, and for an item of another user that is
    not public any more.
    """
    chosen = [one.id for one in presets if one.cover_content_id is not None]
    if not chosen:
        return {}
    query = (
        select(Preset.id, ContentItem.id)
        .join(ContentItem, ContentItem.id == Preset.cover_content_id)
        .where(Preset.id.in_(chosen), *_is_shown())
    )
    items = dict((await session.execute(query)).all())
    images = await images_of(session, list(items.values()))
    return {
        preset_id: _under(preset_id, images[content_id])
        for preset_id, content_id in items.items()
        if content_id in images
    }


async def cover_item(session: AsyncSession, preset: Preset) -> int | None:
    """Return the item that shows a preset; None if there is none or it is not shown any more."""
    query = (
        select(ContentItem.id)
        .join(Preset, Preset.cover_content_id == ContentItem.id)
        .where(Preset.id == preset.id, *_is_shown())
    )
    return await session.scalar(query)


def _is_shown() -> tuple[ColumnElement[bool], ...]:
    return NOT_TRASHED, or_(ContentItem.user_id == Preset.user_id, IS_PUBLIC)


def _under(preset_id: int, image: ImageView) -> ImageView:
    """Return the image with the URLs of the preset."""
    _, mark, version = image.image_url.partition("?")

    def url(size: str) -> str:
        return f"{cover_path(preset_id, size)}{mark}{version}"

    thumbnails = [msgspec.structs.replace(one, url=url(one.size)) for one in image.thumbnails]
    return msgspec.structs.replace(image, image_url=url(ThumbnailSize.LARGE), thumbnails=thumbnails)
