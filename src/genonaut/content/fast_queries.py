"""Read one item or the newest own items in one statement, without the ORM and a transaction."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    BigInteger,
    DateTime,
    Select,
    Text,
    bindparam,
    cast,
    func,
    null,
    select,
    tuple_,
)
from sqlalchemy.orm import aliased

from genonaut.accounts.audit import AuditLog, is_foreign
from genonaut.accounts.identity import Identity
from genonaut.accounts.tables import User
from genonaut.content.collection_access import is_shared_with
from genonaut.content.collection_tables import ContentFavourite
from genonaut.content.filters import IS_TRASHED, NOT_TRASHED
from genonaut.content.image_views import thumbnails_of
from genonaut.content.ordering import read_cursor, write_cursor
from genonaut.content.tables import ContentItem, ContentRating, ContentTag, Visibility
from genonaut.core.errors import NotFoundError
from genonaut.core.ids import is_valid_id
from genonaut.core.pagination import COUNTED_UP_TO, Slice, bounded_total
from genonaut.db.reader import ReadStatement, Row
from genonaut.runtime import Runtime

_PLAIN = (
    "id", "user_id", "job_id", "content_type", "title", "prompt", "negative_prompt",
    "checkpoint_model", "visibility", "rating_average", "rating_count", "width", "height",
    "size_bytes", "mime", "sha256", "placeholder", "created_at", "updated_at", "deleted_at",
    "output_index", "workflow_id", "duration_seconds", "frame_rate",
)  # fmt: skip
_COMPUTED = (
    "metadata", "creator", "tags", "thumbnails", "my_rating", "text", "is_favourite", "nothing",
)  # fmt: skip
SHOWN_CHARACTERS = 10_000
"""Of a text, in the view of its item."""
COLUMNS = {name: place for place, name in enumerate((*_PLAIN, *_COMPUTED))}
"""The place of each column in a row. JSON is text; ``nothing`` is always None."""


def _details_query() -> Select[*tuple[Any, ...]]:
    """Return the query for items, with the columns of ``FoundItem``."""
    item, tag, rating = ContentItem, ContentTag, ContentRating
    tags = select(tag.tag).where(tag.content_id == item.id).order_by(tag.tag).correlate(item)
    own_rating = (
        select(rating.rating)
        .where(rating.content_id == item.id, rating.user_id == bindparam("viewer_id"))
        .correlate(item)
    )
    favourite = (
        select(ContentFavourite.content_id)
        .where(
            ContentFavourite.user_id == bindparam("viewer_id"),
            ContentFavourite.content_id == item.id,
        )
        .correlate(item)
    )
    return select(
        *(getattr(item, name) for name in _PLAIN),
        cast(item.details, Text),
        User.username,
        func.array(tags.scalar_subquery()),
        thumbnails_of(item.id),
        own_rating.scalar_subquery(),
        func.left(item.text_content, SHOWN_CHARACTERS),
        favourite.exists(),
        null().label("nothing"),
    ).join(User, User.id == item.user_id)


class FoundItem(msgspec.Struct, frozen=True, gc=False):
    """An item as the driver returned it, with the columns of ``COLUMNS``."""

    row: Row

    @property
    def id(self) -> int:
        """Return the id of the item."""
        found: int = self.row[COLUMNS["id"]]
        return found

    @property
    def user_id(self) -> UUID:
        """Return the id of the creator."""
        found: UUID = self.row[COLUMNS["user_id"]]
        return found

    @property
    def is_public(self) -> bool:
        """Return whether every user may see it."""
        return bool(self.row[COLUMNS["visibility"]] == Visibility.PUBLIC)

    @property
    def created_at(self) -> datetime:
        """Return when it was created."""
        found: datetime = self.row[COLUMNS["created_at"]]
        return found


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
        self.runtime = runtime

    async def details(self, content_id: int, *, in_trash: bool = False) -> FoundItem:
        """Return an own or public item, from the trash only an own one; administrators own all.

        Raises:
            NotFoundError: there is no such item that the viewer may see.
        """
        row = None
        if is_valid_id(content_id):
            statement = _ONE_TRASHED if in_trash else _ONE
            row = await self.runtime.reader.fetch_one(
                statement, content_id=content_id, viewer_id=self.viewer.user_id
            )
        if row is None:
            raise NotFoundError(f"no content {content_id}")
        found = FoundItem(row)
        if self.viewer.is_admin or found.user_id == self.viewer.user_id:
            if not found.is_public:
                await self._record_foreign_read(content_id, found.user_id)
        elif in_trash or not (found.is_public or await self._is_shared(found)):
            raise NotFoundError(f"no content {content_id}")
        return found

    async def newest(self, *, cursor: str | None, limit: int) -> Slice[FoundItem]:
        """Return one page of the viewer's items, the newest first; the first page has the total.

        Raises:
            InvalidInputError: the text is not a cursor of this list and sort order.
        """
        wanted: dict[str, Any] = {"viewer_id": self.viewer.user_id, "limit": limit + 1}
        total = None
        if cursor is None:
            rows = await self.runtime.reader.fetch(_FIRST_PAGE, **wanted)
            total = bounded_total(rows[0][-1] if rows else 0)
        else:
            created_at, after = read_cursor(cursor, "newest")
            rows = await self.runtime.reader.fetch(
                _NEXT_PAGE, created_at=created_at, after=after, **wanted
            )
        shown = [FoundItem(row) for row in rows[:limit]]
        following = None
        if len(rows) > limit:
            last = shown[-1]
            following = write_cursor((last.created_at, last.id), "newest")
        return Slice(shown, following, total)

    async def _is_shared(self, found: FoundItem) -> bool:
        async with self.runtime.begin() as uow:
            return await is_shared_with(
                uow.session, found.id, owner_id=found.user_id, viewer_id=self.viewer.user_id
            )

    async def _record_foreign_read(self, content_id: int, owner_id: UUID) -> None:
        if is_foreign(owner_id):
            async with self.runtime.begin() as uow:
                audit = AuditLog(uow.session)
                await audit.record_foreign_read(f"content:{content_id}", owner_id=owner_id)
