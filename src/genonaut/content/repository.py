"""Queries on items for lists and detail pages; no rules, no commit."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, literal, select, tuple_, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from genonaut.content.filters import IS_TRASHED, NOT_TRASHED, ContentFilter
from genonaut.content.ordering import Key, Sort, columns
from genonaut.content.tables import ContentItem, ContentRating
from genonaut.core.pagination import COUNTED_UP_TO
from genonaut.db.query_plans import USE_CUSTOM_PLANS

_DETAILS = (
    selectinload(ContentItem.thumbnails),
    selectinload(ContentItem.tags),
    joinedload(ContentItem.creator, innerjoin=True),
)


class ContentRepository:
    """Reads items with their thumbnails, tags and creators."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, content_id: int, *, in_trash: bool = False) -> ContentItem | None:
        """Return one item, from the gallery or from the trash."""
        query = select(ContentItem).options(*_DETAILS)
        query = query.where(ContentItem.id == content_id, IS_TRASHED if in_trash else NOT_TRASHED)
        return await self._session.scalar(query.execution_options(populate_existing=True))

    async def lock(self, content_id: int) -> None:
        """Lock an item against changes until the end of the transaction."""
        query = select(ContentItem.id).where(ContentItem.id == content_id)
        await self._session.execute(query.with_for_update(key_share=True))

    async def of_ids(self, ids: Sequence[int]) -> list[ContentItem]:
        """Return these items in the order of ``ids``."""
        query = select(ContentItem).options(*_DETAILS).where(ContentItem.id.in_(ids))
        query = query.execution_options(populate_existing=True)
        found = {item.id: item for item in await self._session.scalars(query)}
        return [found[one] for one in ids if one in found]

    async def keys(
        self,
        wanted: ContentFilter,
        sort: Sort,
        *,
        after: Key | None,
        limit: int,
        is_backwards: bool = False,
    ) -> list[Key]:
        """Return the keys of the items after ``after``; backwards: before it, nearest first."""
        await self._session.execute(USE_CUSTOM_PLANS)
        query = keys_query(wanted, sort, after=after, limit=limit, is_backwards=is_backwards)
        return [tuple(row) for row in await self._session.execute(query)]

    async def count(self, wanted: ContentFilter) -> int:
        """Return the number of items, at most 10,001."""
        await self._session.execute(USE_CUSTOM_PLANS)
        return await self._session.scalar(count_query(wanted)) or 0

    async def ratings_by(self, user_id: UUID, ids: Sequence[int]) -> dict[int, int]:
        """Return a user's ratings of these items, by id."""
        query = select(ContentRating.content_id, ContentRating.rating).where(
            ContentRating.user_id == user_id, ContentRating.content_id.in_(ids)
        )
        return dict((await self._session.execute(query)).all())


def keys_query(
    wanted: ContentFilter, sort: Sort, *, after: Key | None, limit: int, is_backwards: bool = False
) -> Select[*tuple[Any, ...]]:
    """Return the query for the keys of one page. Only keys are sorted; rows are fetched by id."""
    by = columns(sort)
    is_descending = (sort != "oldest") != is_backwards
    branches = []
    for conditions in wanted.branches():
        query = select(*by).where(*conditions)
        if after is not None:
            position = tuple_(
                *(literal(value, column.type) for value, column in zip(after, by, strict=True))
            )
            row = tuple_(*by)
            query = query.where(row < position if is_descending else row > position)
        order = (column.desc() if is_descending else column.asc() for column in by)
        branches.append(query.order_by(*order).limit(limit))
    if len(branches) == 1:
        return branches[0]
    merged = union_all(*branches).subquery()
    order = (column.desc() if is_descending else column.asc() for column in merged.c)
    return select(*merged.c).order_by(*order).limit(limit)


def count_query(wanted: ContentFilter) -> Select[int]:
    """Return the query for the total, bounded at 10,001."""
    most = COUNTED_UP_TO + 1
    branches = [
        select(ContentItem.id).where(*conditions).limit(most) for conditions in wanted.branches()
    ]
    found = union_all(*branches).limit(most).subquery() if len(branches) > 1 else None
    return select(func.count()).select_from(branches[0].subquery() if found is None else found)
