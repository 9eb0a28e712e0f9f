"""Read one item or the newest own items in one statement, without the ORM and a transaction."""

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Select, bindparam, func, select, tuple_
from sqlalchemy.orm import aliased

from genonaut.accounts.audit import AuditLog, is_foreign
from genonaut.accounts.identity import Identity
from genonaut.accounts.tables import User
from genonaut.content.filters import IS_TRASHED, NOT_TRASHED
from genonaut.content.image_views import read_thumbnails, thumbnails_of
from genonaut.content.ordering import read_cursor, write_cursor
from genonaut.content.service import ItemDetails, ItemRow
from genonaut.content.tables import ContentItem, ContentRating, ContentTag, Visibility
from genonaut.core.errors import NotFoundError
from genonaut.core.ids import is_valid_id
from genonaut.core.pagination import COUNTED_UP_TO, Slice, bounded_total
from genonaut.db.reader import ReadStatement, Row
from genonaut.runtime import Runtime

_COLUMNS = [
    getattr(ContentItem, name)
    for name in ItemRow.__struct_fields__
    if name not in {"creator_name", "tag_names", "thumbnails"}
]


def _details_query() -> Select[*tuple[Any, ...]]:
    """Return the query for items with everything that a view needs, the viewer's rating last."""
    item, tag, rating = ContentItem, ContentTag, ContentRating
    tags = select(tag.tag).where(tag.content_id == item.id).order_by(tag.tag).correlate(item)
    own_rating = (
        select(rating.rating)
        .where(rating.content_id == item.id, rating.user_id == bindparam("viewer_id"))
        .correlate(item)
    )
    return select(
        *_COLUMNS,
        User.username,
        func.array(tags.scalar_subquery()),
        thumbnails_of(item.id),
        own_rating.scalar_subquery(),
    ).join(User, User.id == item.user_id)


def _page_query(*, is_first: bool) -> Select[*tuple[Any, ...]]:
    """Return the query for the newest own items; the first page has the total as last column."""
    item = ContentItem
    query = _details_query().where(item.user_id == bindparam("viewer_id"), NOT_TRASHED)
    query = query.order_by(item.created_at.desc(), item.id.desc())
    query = query.limit(bindparam("limit", type_=BigInteger))
    if not is_first:
        position = tuple_(
            bindparam("created_at", type_=DateTime(timezone=True)),
            bindparam("after", type_=BigInteger),
        )
        return query.where(tuple_(item.created_at, item.id) < position)
    counted = aliased(item)
    limited = select(counted.id).where(
        counted.user_id == bindparam("viewer_id"), counted.deleted_at.is_(None)
    )
    total = select(func.count()).select_from(limited.limit(COUNTED_UP_TO + 1).subquery())
    return query.add_columns(total.scalar_subquery())


_BY_ID = _details_query().where(ContentItem.id == bindparam("content_id"))
_ONE = ReadStatement(_BY_ID.where(NOT_TRASHED))
_ONE_TRASHED = ReadStatement(_BY_ID.where(IS_TRASHED))
_FIRST_PAGE = ReadStatement(_page_query(is_first=True))
_NEXT_PAGE = ReadStatement(_page_query(is_first=False))


class FastContentQueries:
    """Reads items like ``ContentService``, with the same answers and errors."""

    def __init__(self, runtime: Runtime, viewer: Identity) -> None:
        self.viewer = viewer
        self._runtime = runtime

    async def details(self, content_id: int, *, in_trash: bool = False) -> ItemDetails:
        """Return an own or public item, from the trash only an own one; administrators own all.

        Raises:
            NotFoundError: there is no such item that the viewer may see.
        """
        row = None
        if is_valid_id(content_id):
            statement = _ONE_TRASHED if in_trash else _ONE
            row = await self._runtime.reader.fetch_one(
                statement, content_id=content_id, viewer_id=self.viewer.user_id
            )
        found = None if row is None else _details_of(row)
        if found is None:
            raise NotFoundError(f"no content {content_id}")
        is_public = found.item.visibility is Visibility.PUBLIC
        if self.viewer.is_admin or found.item.user_id == self.viewer.user_id:
            if not is_public:
                await self._record_foreign_read(content_id, found.item.user_id)
        elif in_trash or not is_public:
            raise NotFoundError(f"no content {content_id}")
        return found

    async def newest(self, *, cursor: str | None, limit: int) -> Slice[ItemDetails]:
        """Return one page of the viewer's items, the newest first; the first page has the total.

        Raises:
            InvalidInputError: the text is not a cursor of this list and sort order.
        """
        wanted: dict[str, Any] = {"viewer_id": self.viewer.user_id, "limit": limit + 1}
        total = None
        if cursor is None:
            rows = await self._runtime.reader.fetch(_FIRST_PAGE, **wanted)
            total = bounded_total(rows[0][-1] if rows else 0)
        else:
            created_at, after = read_cursor(cursor, "newest")
            rows = await self._runtime.reader.fetch(
                _NEXT_PAGE, created_at=created_at, after=after, **wanted
            )
        shown = [_details_of(row) for row in rows[:limit]]
        following = None
        if len(rows) > limit:
            last = shown[-1].item
            following = write_cursor((last.created_at, last.id), "newest")
        return Slice(shown, following, total)

    async def _record_foreign_read(self, content_id: int, owner_id: UUID) -> None:
        if is_foreign(owner_id):
            async with self._runtime.begin() as uow:
                audit = AuditLog(uow.session)
                await audit.record_foreign_read(f"content:{content_id}", owner_id=owner_id)


def _details_of(row: Row) -> ItemDetails:
    end = len(_COLUMNS)
    username, tags, thumbnails, my_rating = row[end : end + 4]
    item = ItemRow(*(*row[:end], username, tags, read_thumbnails(thumbnails)))
    return ItemDetails(item, my_rating)
