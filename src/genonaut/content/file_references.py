"""Which stored files are referenced by rows."""

from collections.abc import Sequence

from sqlalchemy import exists, select

from genonaut.content.tables import ContentItem, ContentThumbnail
from genonaut.runtime import Runtime

IMAGE_PREFIX = "images"
"""Prefix of the keys of all image files that rows reference; other files are caches."""


async def has_items(runtime: Runtime) -> bool:
    """Return whether there is any item; files without any mean a new or wrong database."""
    async with runtime.begin() as uow:
        return bool(await uow.session.scalar(select(exists(select(ContentItem.id)))))


async def unreferenced_keys(runtime: Runtime, keys: Sequence[str]) -> list[str]:
    """Return those of the keys that no row references, in their order."""
    if not keys:
        return []
    async with runtime.begin() as uow:
        items = select(ContentItem.storage_key).where(ContentItem.storage_key.in_(keys))
        thumbnails = select(ContentThumbnail.storage_key).where(
            ContentThumbnail.storage_key.in_(keys)
        )
        referenced = set(await uow.session.scalars(items.union(thumbnails)))
    return [key for key in keys if key not in referenced]
