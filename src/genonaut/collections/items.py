"""The items of a collection: list, add, remove, order."""

from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec
from msgspec import Meta
from sqlalchemy import Select, and_, delete, func, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.collections.service import CollectionService, filter_of
from genonaut.content.bulk_selection import Matching
from genonaut.content.change_service import ChangeOutcome, ChangeReport, ChangeStatus
from genonaut.content.collection_tables import Collection, CollectionItem
from genonaut.content.filters import IS_PUBLIC, NOT_TRASHED, ContentFilter
from genonaut.content.matching import next_matching
from genonaut.content.ordering import Sort
from genonaut.content.service import ContentService, ItemDetails
from genonaut.content.tables import ContentItem
from genonaut.core.clock import utcnow
from genonaut.core.errors import ConflictError, InvalidInputError, NotFoundError
from genonaut.core.ids import Id, is_valid_id
from genonaut.core.pagination import (
    Position,
    Slice,
    bounded_total,
    decode_cursor,
    encode_cursor,
)

ItemSort = Literal["manual", "newest", "oldest", "top-rated"]
_SMALLEST_GAP = 1e-6
"""Positions closer than this are numbered anew; a double keeps as many digits up to 4e9 items."""


class _Position(Position, frozen=True, tag="collection-items"):
    """Content of a cursor: the last item of a page."""

    position: Annotated[float, Meta(ge=0, le=1e15)]
    content_id: Id


class MoveTarget(msgspec.Struct, frozen=True):
    """The item beside which moved items go."""

    content_id: int
    is_after: bool

    @property
    def field(self) -> str:
        """Return the name of the field for messages."""
        return "after" if self.is_after else "before"


class CollectionItemService:
    """Acts for one user on the items of collections."""

    def __init__(self, collections: CollectionService) -> None:
        self._collections = collections
        self._session = collections.uow.session
        self._viewer_id = collections.viewer.user_id
        self._content = ContentService(collections.uow, viewer_id=self._viewer_id, is_admin=False)

    async def page(
        self, collection_id: int, sort: ItemSort, *, cursor: str | None, limit: int
    ) -> Slice[ItemDetails]:
        """Return one page; ``manual`` is the order of the collection, in a smart one newest first.

        Raises:
            NotFoundError: there is no such collection that the viewer may see.
            InvalidInputError: the cursor is invalid.
        """
        collection = (await self._collections.visible(collection_id)).collection
        if collection.is_smart and sort == "manual":
            sort = "newest"
        if sort != "manual":
            return await self._sorted(collection, sort, cursor=cursor, limit=limit)
        page = await ids_in_order(self._session, shown(collection), cursor=cursor, limit=limit)
        return Slice(await self._content.of_ids(page.rows), page.next_cursor, page.total)

    async def add(self, collection_id: int, selected: Sequence[int] | Matching) -> ChangeReport:
        """Add own and public items to the end of a collection; those that are there stay in place.

        Raises:
            NotFoundError: there is no such collection that the viewer may see.
            ForbiddenError: the viewer may only look at it.
            ConflictError: it is a smart collection, or it would have too many items.
        """
        collection = await self._collections.editable(collection_id)
        ids, following = await self._ids(selected)
        own, public = await self._addable(ids)
        entry = CollectionItem
        here = entry.collection_id == collection.id
        known = set(
            await self._session.scalars(
                select(entry.content_id).where(here, entry.content_id.in_(own | public))
            )
        )
        added = [one for one in ids if one in own | public and one not in known]
        await self._require_space(collection, len(added))
        last = await self._session.scalar(select(func.max(entry.position)).where(here)) or 0.0
        if added:
            rows = [
                {
                    "collection_id": collection.id,
                    "content_id": one,
                    "position": last + number,
                    "added_by": self._viewer_id,
                }
                for number, one in enumerate(added, start=1)
            ]
            await self._session.execute(insert(entry).values(rows))
        # An item that another member added while it was public is now shown by its owner.
        taken_over = update(entry).where(here, entry.content_id.in_(own & known))
        await self._session.execute(taken_over.values(added_by=self._viewer_id))
        collection.updated_at = utcnow()
        return _report(ids, done=set(added), unchanged=known, next_cursor=following)

    async def remove(self, collection_id: int, selected: Sequence[int] | Matching) -> ChangeReport:
        """Remove items from a collection; they remain in the gallery.

        Raises:
            NotFoundError: there is no such collection that the viewer may see.
            ForbiddenError: the viewer may only look at it.
            ConflictError: it is a smart collection.
        """
        collection = await self._collections.editable(collection_id)
        ids, following = await self._ids(selected)
        entry = CollectionItem
        statement = delete(entry).where(
            entry.collection_id == collection.id, entry.content_id.in_(ids)
        )
        gone = set(await self._session.scalars(statement.returning(entry.content_id)))
        collection.updated_at = utcnow()
        return _report(ids, done=gone, next_cursor=following)

    async def move(self, collection_id: int, ids: Sequence[int], target: MoveTarget | None) -> None:
        """Put items of a collection, in the given order, beside another one; None: to the end.

        Raises:
            NotFoundError: there is no such collection that the viewer may see.
            ForbiddenError: the viewer may only look at it.
            ConflictError: it is a smart collection.
            InvalidInputError: an item is not in the collection, or the target is one of those moved.
        """
        collection = await self._collections.editable(collection_id)
        moved = list(dict.fromkeys(ids))
        await self._require_entries(collection, moved, target)
        low, high = await self._gap(collection, moved, target)
        if high - low < _SMALLEST_GAP * (len(moved) + 1):
            await self._renumber(collection)
            low, high = await self._gap(collection, moved, target)
        step = (high - low) / (len(moved) + 1)
        for number, one in enumerate(moved, start=1):
            statement = update(CollectionItem).where(
                CollectionItem.collection_id == collection.id, CollectionItem.content_id == one
            )
            await self._session.execute(statement.values(position=low + step * number))
        collection.updated_at = utcnow()

    async def _sorted(
        self, collection: Collection, sort: Sort, *, cursor: str | None, limit: int
    ) -> Slice[ItemDetails]:
        return await self._content.page(
            shown_items(collection), sort=sort, cursor=cursor, limit=limit
        )

    async def _ids(self, selected: Sequence[int] | Matching) -> tuple[list[int], str | None]:
        if isinstance(selected, Matching):
            found, following = await next_matching(self._session, selected)
            return list(found), following
        return list(dict.fromkeys(selected)), None

    async def _addable(self, ids: Sequence[int]) -> tuple[set[int], set[int]]:
        """Return which items are the viewer's own, and which are public ones of other users."""
        item = ContentItem
        is_own = item.user_id == self._viewer_id
        valid = [one for one in ids if is_valid_id(one)]
        query = select(item.id, is_own).where(
            item.id.in_(valid), NOT_TRASHED, or_(is_own, IS_PUBLIC)
        )
        rows = (await self._session.execute(query)).all()
        own = {row[0] for row in rows if row[1]}
        return own, {row[0] for row in rows} - own

    async def _require_space(self, collection: Collection, more: int) -> None:
        limit = self._collections.settings.max_items
        counted = select(func.count()).where(CollectionItem.collection_id == collection.id)
        if (await self._session.scalar(counted) or 0) + more > limit:
            raise ConflictError(f"a collection has at most {limit:,} items; start another one")

    async def _require_entries(
        self, collection: Collection, ids: Sequence[int], target: MoveTarget | None
    ) -> None:
        entry = CollectionItem
        wanted = [*ids] if target is None else [*ids, target.content_id]
        if target is not None and target.content_id in ids:
            raise InvalidInputError.of(target.field, "is one of the items to move")
        query = select(entry.content_id).where(
            entry.collection_id == collection.id,
            entry.content_id.in_([one for one in wanted if is_valid_id(one)]),
        )
        found = set(await self._session.scalars(query))
        if target is not None and target.content_id not in found:
            message = f"item {target.content_id} is not in the collection"
            raise InvalidInputError.of(target.field, message)
        for place, one in enumerate(ids):
            if one not in found:
                message = f"item {one} is not in the collection"
                raise InvalidInputError.of(f"ids[{place}]", message)

    async def _gap(
        self, collection: Collection, moved: Sequence[int], target: MoveTarget | None
    ) -> tuple[float, float]:
        """Return the positions between which the items go."""
        entry = CollectionItem
        here = entry.collection_id == collection.id
        is_other = and_(here, entry.content_id.not_in(moved))
        last = select(func.max(entry.position)).where(is_other)
        if target is None:
            low = await self._session.scalar(last) or 0.0
            return low, low + len(moved) + 1
        place = await self._session.scalar(
            select(entry.position).where(here, entry.content_id == target.content_id)
        )
        if place is None:
            raise NotFoundError(f"item {target.content_id} is not in the collection")
        # Two that were added at once may have one position; their ids order them.
        key, mark = tuple_(entry.position, entry.content_id), (place, target.content_id)
        if not target.is_after:
            previous = await self._session.scalar(last.where(key < mark))
            return previous or 0.0, place
        following = select(func.min(entry.position)).where(is_other, key > mark)
        nearest = await self._session.scalar(following)
        return place, nearest or place + len(moved) + 1

    async def _renumber(self, collection: Collection) -> None:
        entry = CollectionItem
        place = func.row_number().over(order_by=(entry.position, entry.content_id))
        numbered = (
            select(entry.content_id, place.label("place"))
            .where(entry.collection_id == collection.id)
            .subquery()
        )
        statement = update(entry).where(
            entry.collection_id == collection.id, entry.content_id == numbered.c.content_id
        )
        await self._session.execute(
            statement.values(position=numbered.c.place).execution_options(synchronize_session=False)
        )


def shown_items(collection: Collection) -> ContentFilter:
    """Return the filter of the items that a collection shows to its owner and members."""
    saved = filter_of(collection)
    if saved is not None:
        return saved.of(collection.owner_id)
    return ContentFilter(viewer_id=collection.owner_id, within=collection.id)


def shown(collection: Collection) -> Select[float, int]:
    """Return the query for position and id of the items that a plain collection shows, unordered."""
    entry, item = CollectionItem, ContentItem
    return (
        select(entry.position, entry.content_id)
        .join(item, item.id == entry.content_id)
        .where(
            entry.collection_id == collection.id,
            NOT_TRASHED,
            or_(IS_PUBLIC, entry.added_by == item.user_id),
        )
    )


async def ids_in_order(
    session: AsyncSession, query: Select[float, int], *, cursor: str | None, limit: int
) -> Slice[int]:
    """Return one page of the items of ``shown``, in the order of the collection, with the total on the first.

    Raises:
        InvalidInputError: the cursor is invalid.
    """
    entry, wanted = CollectionItem, query
    if cursor is not None:
        after = decode_cursor(cursor, _Position)
        place = tuple_(entry.position, entry.content_id)
        wanted = query.where(place > (after.position, after.content_id))
    ordered = wanted.order_by(entry.position, entry.content_id).limit(limit + 1)
    rows = (await session.execute(ordered)).all()
    page = [(position, content_id) for position, content_id in rows[:limit]]
    following = encode_cursor(_Position(*page[-1])) if len(rows) > limit else None
    total = None
    if cursor is None:
        counted = select(func.count()).select_from(query.subquery())
        total = bounded_total(await session.scalar(counted) or 0)
    return Slice([content_id for _, content_id in page], following, total)


def _report(
    ids: Sequence[int],
    *,
    done: set[int],
    unchanged: set[int] | None = None,
    next_cursor: str | None,
) -> ChangeReport:
    outcomes = []
    for one in ids:
        status = ChangeStatus.NOT_FOUND
        if one in done:
            status = ChangeStatus.DONE
        elif unchanged and one in unchanged:
            status = ChangeStatus.UNCHANGED
        outcomes.append(ChangeOutcome(one, status))
    return ChangeReport(outcomes, (), next_cursor)
