"""Who may see, change and delete what was made."""

from typing import Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from genonaut.content.repository import ContentFilter, ContentRepository, Sort
from genonaut.content.tables import ContentItem, Visibility
from genonaut.core.clock import utcnow
from genonaut.core.errors import NotFoundError
from genonaut.core.pagination import Slice, bounded_total, decode_cursor, encode_cursor
from genonaut.core.schemas import MAX_ID
from genonaut.db import UnitOfWork


class _Position(msgspec.Struct, frozen=True, array_like=True):
    """Where the next page begins."""

    list: Literal["content"]
    sort: Sort
    content_id: int


class ContentService:
    """Acts for one viewer; an administrator sees everything by id."""

    def __init__(self, uow: UnitOfWork, *, viewer_id: UUID, is_admin: bool) -> None:
        self._items = ContentRepository(uow.session)
        self._viewer_id = viewer_id
        self._is_admin = is_admin

    async def get(self, content_id: int) -> ContentItem:
        """Return an item of the viewer's, or a public one.

        Raises:
            NotFoundError: there is none that the viewer may see.
        """
        item = await self._items.find(content_id) if 1 <= content_id <= MAX_ID else None
        if item is None or not (self._owns(item) or item.visibility is Visibility.PUBLIC):
            raise NotFoundError(f"no content {content_id}")
        return item

    async def page(
        self, wanted: ContentFilter, *, sort: Sort, cursor: str | None, limit: int
    ) -> Slice[ContentItem]:
        """Return one page, with the total on the first.

        Raises:
            InvalidInputError: the cursor is not one of this list and order.
        """
        after = None
        if cursor is not None:
            position = decode_cursor(cursor, _Position)
            if position.sort != sort:
                decode_cursor("", _Position)
            after = position.content_id
        rows = await self._items.page(wanted, sort=sort, after=after, limit=limit + 1)
        shown = rows[:limit]
        has_more = len(rows) > limit
        following = encode_cursor(_Position("content", sort, shown[-1].id)) if has_more else None
        total = bounded_total(await self._items.count(wanted)) if after is None else None
        return Slice(shown, following, total)

    async def change(
        self,
        content_id: int,
        *,
        title: str | UnsetType = UNSET,
        visibility: Visibility | UnsetType = UNSET,
    ) -> ContentItem:
        """Change what is given of an item of the viewer's.

        Raises:
            NotFoundError: there is none that the viewer may change.
        """
        item = await self._own(content_id)
        if title is not UNSET:
            item.title = title
        if visibility is not UNSET:
            item.visibility = visibility
        return item

    async def delete(self, content_id: int) -> None:
        """Hide an item; its files go when the trash is purged.

        Raises:
            NotFoundError: there is none that the viewer may delete.
        """
        item = await self._own(content_id)
        item.deleted_at = utcnow()

    async def _own(self, content_id: int) -> ContentItem:
        item = await self.get(content_id)
        if not self._owns(item):
            raise NotFoundError(f"no content {content_id}")
        return item

    def _owns(self, item: ContentItem) -> bool:
        return self._is_admin or item.user_id == self._viewer_id
