"""The next items of a request by filter."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.content.bulk_selection import MAX_BULK_ITEMS, Matching
from genonaut.content.ordering import read_cursor, write_cursor
from genonaut.content.repository import ContentRepository


async def next_matching(
    session: AsyncSession, matching: Matching
) -> tuple[Sequence[int], str | None]:
    """Return the ids of at most 500 items that match, newest first, and the cursor of the following.

    Raises:
        InvalidInputError: the cursor is not one of this list.
    """
    cursor = matching.cursor
    after = None if cursor is None else read_cursor(cursor, "newest")
    keys = await ContentRepository(session).keys(
        matching.wanted, "newest", after=after, limit=MAX_BULK_ITEMS + 1
    )
    these = keys[:MAX_BULK_ITEMS]
    ids = [key[-1] for key in these if key[-1] not in matching.except_ids]
    following = write_cursor(these[-1], "newest") if len(keys) > MAX_BULK_ITEMS else None
    return ids, following
