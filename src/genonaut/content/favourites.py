"""Items that users marked as favourites."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.content.collection_tables import ContentFavourite


async def set_favourite(
    session: AsyncSession, content_id: int, *, user_id: UUID, is_favourite: bool
) -> None:
    """Mark an item as a favourite of a user, or remove the mark; may be repeated."""
    mark = ContentFavourite
    if is_favourite:
        added = insert(mark).values(user_id=user_id, content_id=content_id)
        await session.execute(added.on_conflict_do_nothing())
    else:
        own = (mark.user_id == user_id, mark.content_id == content_id)
        await session.execute(delete(mark).where(*own))


async def favourites_of(session: AsyncSession, user_id: UUID, ids: Sequence[int]) -> set[int]:
    """Return those of the items that are favourites of a user."""
    mark = ContentFavourite
    query = select(mark.content_id).where(mark.user_id == user_id, mark.content_id.in_(ids))
    return set(await session.scalars(query))
