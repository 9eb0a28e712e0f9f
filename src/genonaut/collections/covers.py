"""The images that show collections in lists."""

from collections.abc import Sequence

from sqlalchemy import and_, func, or_, select, true
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.content.collection_tables import Collection, CollectionItem
from genonaut.content.filters import IS_PUBLIC, NOT_TRASHED, is_shown_in
from genonaut.content.image_views import ImageView, images_of
from genonaut.content.tables import ContentItem, ContentType


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
    """Return the first images of each plain collection, and of those inside it, by its id."""
    item, entry, one = ContentItem, CollectionItem, Collection
    outer = one.__table__.alias("outer_collection")
    inner = (
        select(entry.content_id, entry.position, one.path)
        .join(one, one.id == entry.collection_id)
        .join(item, item.id == entry.content_id)
        .where(
            one.path.contains(func.array([outer.c.id], type_=one.path.type)),
            one.archived_at.is_(None) | (one.id == outer.c.id),
            NOT_TRASHED,
            item.content_type == ContentType.IMAGE,
            or_(IS_PUBLIC, entry.added_by == item.user_id),
        )
        # those of the collection itself first
        .order_by(func.cardinality(one.path), entry.position, entry.content_id)
        .limit(limit)
        .correlate(outer)
        .lateral("firsts")
    )
    plain = [row.id for row in collections if not row.is_smart]
    query = select(outer.c.id, inner.c.content_id).join(inner, true()).where(outer.c.id.in_(plain))
    rows = (await session.execute(query)).all() if plain else []
    images = await images_of(session, list({row[1] for row in rows}))
    found: dict[int, list[ImageView]] = {}
    for collection_id, content_id in rows:
        if content_id in images:
            found.setdefault(collection_id, []).append(images[content_id])
    return found


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
