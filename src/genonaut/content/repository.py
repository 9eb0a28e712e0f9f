"""Queries on items for lists and detail pages; no rules, no commit."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, literal, select, tuple_, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, joinedload, selectinload

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

    async def counted_keys(
        self, wanted: ContentFilter, sort: Sort, *, limit: int
    ) -> tuple[list[Key], int]:
        """Return the keys of the first items, and the number of all, at most 10,001."""
        if not wanted.words:  # an index that has all columns of the condition counts faster alone
            keys = await self.keys(wanted, sort, after=None, limit=limit)
            return keys, await self.count(wanted)
        await self._session.execute(USE_CUSTOM_PLANS)
        rows = (await self._session.execute(counted_keys_query(wanted, sort, limit=limit))).all()
        return [tuple(row[:-1]) for row in rows], rows[0][-1] if rows else 0

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
    return _merged_keys(
        wanted.branches(), sort, after=after, limit=limit, is_backwards=is_backwards
    )


def _merged_keys(
    wanted: Iterable[Sequence[ColumnElement[bool]]],
    sort: Sort,
    *,
    after: Key | None,
    limit: int,
    is_backwards: bool = False,
) -> Select[*tuple[Any, ...]]:
    by = columns(sort)
    is_descending = (sort != "oldest") != is_backwards
    branches = []
    for conditions in wanted:
        query = select(*by).where(*conditions)
        if after is not None:
            position = tuple_(
                *(literal(value, column.type) for value, column in zip(after, by, strict=True))
            )
            row = tuple_(*by)
            query = query.where(row < position if is_descending else row > position)
        branches.append(query.order_by(*_ordered(by, is_descending=is_descending)).limit(limit))
    if len(branches) == 1:
        return branches[0]
    merged = union_all(*branches).subquery()
    order = _ordered(merged.c, is_descending=is_descending)
    return select(*merged.c).order_by(*order).limit(limit)


def counted_keys_query(
    wanted: ContentFilter, sort: Sort, *, limit: int
) -> Select[*tuple[Any, ...]]:
    """Return the query for the keys of the first page, with the bounded total as last column.

    The rows that a page reads in the order of the list are counted on the way. PostgreSQL decides by the
    frequency of the words whether it reads the list or looks the words up first.
    """
    # The index of short texts has the order of the age.
    branches = wanted.branches() if sort == "top-rated" else wanted.branches_by_length()
    found = _merged_keys(branches, sort, after=None, limit=COUNTED_UP_TO + 1).subquery()
    order = _ordered(found.c, is_descending=sort != "oldest")
    return select(*found.c, func.count().over()).order_by(*order).limit(limit)


def count_query(wanted: ContentFilter) -> Select[int]:
    """Return the query for the total, bounded at 10,001."""
    most = COUNTED_UP_TO + 1
    branches = [
        select(ContentItem.id).where(*conditions).limit(most) for conditions in wanted.branches()
    ]
    found = union_all(*branches).limit(most).subquery() if len(branches) > 1 else None
    return select(func.count()).select_from(branches[0].subquery() if found is None else found)


def _ordered(
    by: Iterable[ColumnElement[Any] | InstrumentedAttribute[Any]], *, is_descending: bool
) -> list[ColumnElement[Any]]:
    return [column.desc() if is_descending else column.asc() for column in by]
