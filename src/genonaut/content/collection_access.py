"""Which items of other users a collection shows to a user."""

from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.content.collection_tables import Collection, CollectionItem
from genonaut.content.collection_visibility import is_member, is_visible
from genonaut.content.saved_filter import SavedFilter
from genonaut.content.tables import ContentItem

_MOST_SMART = 100
"""Shared smart collections of one owner that are considered for an item."""


async def is_shared_with(
    session: AsyncSession, content_id: int, *, owner_id: UUID, viewer_id: UUID
) -> bool:
    """Return whether a collection shows a user an item of another user that is not public."""
    one, entry = ContentItem, CollectionItem
    added = (
        select(entry.content_id)
        .join(Collection, Collection.id == entry.collection_id)
        .where(
            entry.content_id == content_id,
            entry.added_by == owner_id,
            is_visible(viewer_id),
        )
    )
    if await session.scalar(select(added.exists())):
        return True
    smart = (
        select(Collection.saved_filter)
        .where(
            Collection.owner_id == owner_id,
            Collection.saved_filter.is_not(None),
            is_member(viewer_id),
        )
        .limit(_MOST_SMART)
    )
    for stored in (await session.scalars(smart)).all():
        wanted = msgspec.convert(stored, SavedFilter).of(owner_id)
        for conditions in wanted.branches():
            query = select(one.id).where(one.id == content_id, *conditions)
            if await session.scalar(select(query.exists())):
                return True
    return False
