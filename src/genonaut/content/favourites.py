"""Items that users marked as favourites."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy import delete, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.content.bulk_selection import Matching
from genonaut.content.change_service import ChangeOutcome, ChangeReport, ChangeStatus
from genonaut.content.collection_access import is_shared_with
from genonaut.content.collection_tables import ContentFavourite
from genonaut.content.filters import IS_PUBLIC, NOT_TRASHED
from genonaut.content.matching import next_matching
from genonaut.content.tables import ContentItem
from genonaut.core.ids import is_valid_id


class MarkFavourite(msgspec.Struct, frozen=True, kw_only=True):
    """Mark items as favourites of a user, or remove the marks."""

    is_favourite: bool


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


async def mark_many(
    session: AsyncSession,
    selected: Sequence[int] | Matching,
    action: MarkFavourite,
    *,
    user_id: UUID,
) -> ChangeReport:
    """Mark items that a user may see, or remove the marks; repeated ids count once.

    Raises:
        InvalidInputError: the cursor of the selection is not one of its list.
    """
    following = None
    if isinstance(selected, Matching):
        selected, following = await next_matching(session, selected)
    ids = list(dict.fromkeys(selected))
    visible = await _visible(session, [one for one in ids if is_valid_id(one)], user_id)
    marked = await favourites_of(session, user_id, list(visible))
    changed = visible - marked if action.is_favourite else marked
    if action.is_favourite and changed:
        rows = [{"user_id": user_id, "content_id": one} for one in sorted(changed)]
        await session.execute(insert(ContentFavourite).values(rows).on_conflict_do_nothing())
    elif changed:
        mark = ContentFavourite
        await session.execute(
            delete(mark).where(mark.user_id == user_id, mark.content_id.in_(changed))
        )
    return ChangeReport([_outcome(one, visible, changed) for one in ids], (), following)


def _outcome(content_id: int, visible: set[int], changed: set[int]) -> ChangeOutcome:
    if content_id in changed:
        return ChangeOutcome(content_id, ChangeStatus.DONE)
    status = ChangeStatus.UNCHANGED if content_id in visible else ChangeStatus.NOT_FOUND
    return ChangeOutcome(content_id, status)


async def _visible(session: AsyncSession, ids: Sequence[int], user_id: UUID) -> set[int]:
    item = ContentItem
    query = select(item.id, item.user_id, or_(item.user_id == user_id, IS_PUBLIC))
    rows = (await session.execute(query.where(item.id.in_(ids), NOT_TRASHED))).all()
    found = set()
    for content_id, owner_id, is_open in rows:
        if is_open or await is_shared_with(
            session, content_id, owner_id=owner_id, viewer_id=user_id
        ):
            found.add(content_id)
    return found
