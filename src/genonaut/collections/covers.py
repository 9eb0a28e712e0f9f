"""The images that show collections in lists."""

from collections.abc import Sequence

from sqlalchemy import Select, and_, func, or_, select, true
from sqlalchemy.dialects.postgresql import array, distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from genonaut.content.collection_tables import Collection, CollectionItem
from genonaut.content.filters import IS_PUBLIC, NOT_TRASHED, is_shown_in
from genonaut.content.image_views import ImageView, images_of
from genonaut.content.tables import ContentItem, ContentType

_CONSIDERED = 12
"""Collections, itself and those inside it, whose images may show one."""


async def covers_of(
    session: AsyncSession, collections: Sequence[Collection]
) -> dict[int, ImageView]:
    """Return the image of each collection by its id.

    It is the chosen one as long as the collection shows that, else the first item. A smart
    collection without a chosen one has none.
    """
    chosen = await _chosen(session, collections)
    others = [one.id for one in collections if one.id not in chosen and not one.is_smart]
    found = {**chosen, **await _first_items(session, others)}
    images = await images_of(session, list(found.values()))
    return {one: images[content_id] for one, content_id in found.items() if content_id in images}


async def first_images_of(
    session: AsyncSession, collections: Sequence[Collection], *, limit: int
) -> dict[int, list[ImageView]]:
    """Return the first images of each plain collection by its id, then those of collections inside it."""
    plain = [row.id for row in collections if not row.is_smart]
    if not plain:
        return {}
    first: dict[int, list[int]] = {}
    for collection_id, content_id in await session.execute(_first_images(plain, limit)):
        found = first.setdefault(collection_id, [])
        if len(found) < limit and content_id not in found:
            found.append(content_id)
    images = await images_of(session, list({one for ids in first.values() for one in ids}))
    return {
        collection_id: [images[one] for one in ids if one in images]
        for collection_id, ids in first.items()
    }


def _first_images(ids: Sequence[int], limit: int) -> Select[int, int]:
    """Return a query for collections and images; few rows are read of each, however many items it has."""
    outer, one = aliased(Collection), aliased(Collection)
    item, entry = ContentItem, CollectionItem
    depth = func.cardinality(one.path)
    shown = (
        select(one.id, depth.label("depth"))
        .where(
            one.path.contains(array([outer.id])), one.archived_at.is_(None) | (one.id == outer.id)
        )
        .order_by(depth, one.id)
        .limit(_CONSIDERED)
        .correlate(outer)
        .lateral("shown")
    )
    first = (
        select(entry.content_id, entry.position)
        .join(item, item.id == entry.content_id)
        .where(
            entry.collection_id == shown.c.id,
            NOT_TRASHED,
            item.content_type == ContentType.IMAGE,
            or_(IS_PUBLIC, entry.added_by == item.user_id),
        )
        .order_by(entry.position, entry.content_id)
        .limit(limit)
        .correlate(shown)
        .lateral("first_items")
    )
    return (
        select(outer.id, first.c.content_id)
        .select_from(outer)
        .join(shown, true())
        .join(first, true())
        .where(outer.id.in_(ids))
        .order_by(outer.id, shown.c.depth, shown.c.id, first.c.position, first.c.content_id)
    )


async def may_be_cover(session: AsyncSession, collection: Collection, content_id: int) -> bool:
    """Return whether an item can be chosen: one that is shown there; for a smart one, an own item."""
    item = ContentItem
    is_own = item.user_id == collection.owner_id
    condition = is_own if collection.is_smart else is_shown_in(collection.id)
    query = select(item.id).where(item.id == content_id, NOT_TRASHED, condition)
    return bool(await session.scalar(select(query.exists())))


async def _chosen(session: AsyncSession, collections: Sequence[Collection]) -> dict[int, int]:
    """Return the covers that were chosen and are shown in the collection; for smart ones, own items."""
    item, entry, one = ContentItem, CollectionItem, Collection
    added = select(entry.content_id).where(
        entry.collection_id == one.id,
        entry.content_id == item.id,
        or_(IS_PUBLIC, entry.added_by == item.user_id),
    )
    is_own = and_(one.saved_filter.is_not(None), item.user_id == one.owner_id)
    query = (
        select(one.id, item.id)
        .join(item, item.id == one.cover_content_id)
        .where(
            one.id.in_([row.id for row in collections]),
            NOT_TRASHED,
            or_(is_own, added.correlate(one, item).exists()),
        )
    )
    return dict((await session.execute(query)).all())


async def _first_items(session: AsyncSession, ids: Sequence[int]) -> dict[int, int]:
    if not ids:
        return {}
    item, entry = ContentItem, CollectionItem
    query = (
        select(entry.collection_id, entry.content_id)
        .join(item, item.id == entry.content_id)
        .where(
            entry.collection_id.in_(ids),
            NOT_TRASHED,
            or_(IS_PUBLIC, entry.added_by == item.user_id),
        )
        .ext(distinct_on(entry.collection_id))
        .order_by(entry.collection_id, entry.position, entry.content_id)
    )
    return dict((await session.execute(query)).all())
