"""Queries on content items; no rules, no commit."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from genonaut.content.tables import ContentItem, ContentType, Visibility
from genonaut.core.pagination import COUNTED_UP_TO

Scope = Literal["mine", "community", "all"]
Sort = Literal["newest", "oldest"]


_DETAILS = (
    selectinload(ContentItem.thumbnails),
    joinedload(ContentItem.creator, innerjoin=True),
)


class ContentFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which items a viewer asks for; None means whatever."""

    viewer_id: UUID
    scope: Scope
    search: str | None = None
    content_type: ContentType | None = None
    checkpoint_model: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the filter as SQL."""
        found = [ContentItem.deleted_at.is_(None), *self._scope()]
        if self.search:
            found.append(ContentItem.prompt.icontains(self.search, autoescape=True))
        if self.content_type is not None:
            found.append(ContentItem.content_type == self.content_type)
        if self.checkpoint_model:
            found.append(ContentItem.checkpoint_model == self.checkpoint_model)
        return found

    def _scope(self) -> list[ColumnElement[bool]]:
        is_mine = ContentItem.user_id == self.viewer_id
        is_public = ContentItem.visibility == Visibility.PUBLIC
        match self.scope:
            case "mine":
                return [is_mine]
            case "community":
                return [is_public, ContentItem.user_id != self.viewer_id]
            case "all":
                return [is_mine | is_public]


class ContentRepository:
    """Reads items together with their thumbnails and creators."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, content_id: int) -> ContentItem | None:
        """Return one item that is not in the trash."""
        query = select(ContentItem).options(*_DETAILS)
        query = query.where(ContentItem.id == content_id, ContentItem.deleted_at.is_(None))
        return await self._session.scalar(query)

    async def page(
        self, wanted: ContentFilter, *, sort: Sort, after: int | None, limit: int
    ) -> Sequence[ContentItem]:
        """Return the items beyond the id ``after`` in the order of ``sort``."""
        column = ContentItem.id
        query = select(ContentItem).options(*_DETAILS).where(*wanted.conditions())
        if sort == "newest":
            query = query.order_by(column.desc())
            query = query.where(column < after) if after is not None else query
        else:
            query = query.order_by(column)
            query = query.where(column > after) if after is not None else query
        return (await self._session.scalars(query.limit(limit))).all()

    async def count(self, wanted: ContentFilter) -> int:
        """Return how many there are, counting to 10,001 at most."""
        limited = (
            select(ContentItem.id).where(*wanted.conditions()).limit(COUNTED_UP_TO + 1).subquery()
        )
        return await self._session.scalar(select(func.count()).select_from(limited)) or 0
