"""Queries on collections."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    delete,
    func,
    literal,
    not_,
    or_,
    select,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from genonaut.accounts.tables import User
from genonaut.collections.tables import CollectionLink
from genonaut.content.collection_tables import Collection, CollectionItem, CollectionMember
from genonaut.content.collection_visibility import is_member, is_visible
from genonaut.content.filters import IS_PUBLIC, NOT_TRASHED
from genonaut.content.tables import ContentItem
from genonaut.db.counting import bounded_count

Whose = Literal["all", "mine", "shared"]


class CollectionRole(StrEnum):
    """What a user may do in a collection."""

    OWNER = "owner"
    EDITOR = "editor"
    VIEWER = "viewer"


class CollectionRow(msgspec.Struct, frozen=True):
    """A collection as one user sees it."""

    collection: Collection
    owner: str
    role: CollectionRole
    item_count: int | None
    """None for a smart collection."""
    collection_count: int
    """Collections directly inside it."""
    member_count: int
    """For its owner; 0 for other users."""
    has_link: bool
    is_nested: bool
    """Whether the user sees the collection around it."""

    @property
    def parent_id(self) -> int | None:
        """Return the collection around it, if the user sees that."""
        return self.collection.parent_id if self.is_nested else None


class CollectionFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Filter of the list of collections; None matches all."""

    viewer_id: UUID
    whose: Whose = "all"
    parent_id: int | None = None
    is_root: bool = False
    """Only those that are not inside another one that the viewer sees."""
    search: str | None = None
    content_id: int | None = None
    """Only those with this item."""
    is_archived: bool = False

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the filter as SQL conditions."""
        one, archived = Collection, Collection.archived_at
        is_own = one.owner_id == self.viewer_id
        whose = {
            "all": is_visible(self.viewer_id),
            "mine": is_own,
            "shared": and_(not_(is_own), is_member(self.viewer_id)),
        }
        found = [
            whose[self.whose],
            archived.is_not(None) if self.is_archived else archived.is_(None),
        ]
        if self.parent_id is not None:
            found += [one.parent_id == self.parent_id, _is_nested(self.viewer_id)]
        if self.is_root:
            found.append(not_(_is_nested(self.viewer_id)))
        if self.search:
            found.append(one.name.icontains(self.search, autoescape=True))
        if self.content_id is not None:
            entry = CollectionItem
            named = select(entry.content_id).where(
                entry.collection_id == one.id, entry.content_id == self.content_id
            )
            found.append(named.correlate(one).exists())
        return found


class CollectionRepository:
    """Reads collections; no rules, no commit."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(
        self, collection_id: int, viewer_id: UUID, *, lock: bool = False
    ) -> CollectionRow | None:
        """Return a collection that a user may see."""
        query = _rows(viewer_id).where(Collection.id == collection_id, is_visible(viewer_id))
        if lock:
            query = query.with_for_update(of=Collection)
        row = (await self._session.execute(_fresh(query))).one_or_none()
        return None if row is None else _row_of(row)

    async def page(
        self, wanted: CollectionFilter, *, after: tuple[str, int] | None, limit: int
    ) -> list[CollectionRow]:
        """Return collections by name; ``after`` is the key of the last one before them."""
        name = func.lower(Collection.name)
        query = _rows(wanted.viewer_id).where(*wanted.conditions())
        if after is not None:
            position = tuple_(literal(after[0]), literal(after[1]))
            query = query.where(tuple_(name, Collection.id) > position)
        query = query.order_by(name, Collection.id).limit(limit)
        return [_row_of(row) for row in await self._session.execute(_fresh(query))]

    async def sort_key(self, collection_id: int) -> tuple[str, int]:
        """Return the key of a collection in the order of the list, as the database makes it."""
        query = select(func.lower(Collection.name), Collection.id)
        row = (await self._session.execute(query.where(Collection.id == collection_id))).one()
        return row[0], row[1]

    async def count(self, wanted: CollectionFilter) -> int:
        """Return the number of collections, at most 10,001."""
        query = select(Collection.id).where(*wanted.conditions())
        return await bounded_count(self._session, query)

    async def count_of_owner(self, owner_id: UUID) -> int:
        """Return the number of a user's collections, archived ones included."""
        query = select(func.count()).where(Collection.owner_id == owner_id)
        return await self._session.scalar(query) or 0

    async def tree(self, collection_id: int) -> Sequence[Collection]:
        """Return a collection and all inside it, and lock them."""
        query = select(Collection).where(Collection.path.contains([collection_id]))
        query = query.order_by(Collection.id).with_for_update()
        return (await self._session.scalars(_fresh(query))).all()

    async def remove(self, ids: Sequence[int]) -> None:
        """Delete collections; their items remain in the gallery."""
        await self._session.execute(delete(Collection).where(Collection.id.in_(ids)))


def _is_nested(viewer_id: UUID) -> ColumnElement[bool]:
    """Return the condition for collections inside another one that the user sees."""
    one, member = Collection, CollectionMember
    around = select(member.user_id).where(
        member.user_id == viewer_id,
        member.collection_id == one.path.any_(),
        member.collection_id != one.id,
    )
    is_own = one.owner_id == viewer_id
    return and_(one.parent_id.is_not(None), or_(is_own, around.correlate(one).exists()))


def _rows(viewer_id: UUID) -> Select[*tuple[Any, ...]]:
    one, entry, item = Collection, CollectionItem, ContentItem
    role = case(
        (one.owner_id == viewer_id, literal(CollectionRole.OWNER)),
        (is_member(viewer_id, is_editor=True), literal(CollectionRole.EDITOR)),
        else_=literal(CollectionRole.VIEWER),
    )
    items = (
        select(func.count())
        .select_from(entry)
        .join(item, item.id == entry.content_id)
        .where(
            entry.collection_id == one.id,
            NOT_TRASHED,
            or_(IS_PUBLIC, entry.added_by == item.user_id),
        )
        .correlate(one)
        .scalar_subquery()
    )
    inside = Collection.__table__.alias("inside")
    collections = (
        select(func.count())
        .select_from(inside)
        .where(inside.c.parent_id == one.id, inside.c.archived_at.is_(None))
        .correlate(one)
        .scalar_subquery()
    )
    account = aliased(User)
    members = (
        select(func.count())
        .select_from(CollectionMember)
        .join(account, account.id == CollectionMember.user_id)
        .where(CollectionMember.collection_id == one.id, account.deleted_at.is_(None))
        .correlate(one)
        .scalar_subquery()
    )
    link = select(CollectionLink.collection_id).where(CollectionLink.collection_id == one.id)
    return select(
        one,
        User.username,
        role,
        case((one.saved_filter.is_(None), items)),
        collections,
        case((one.owner_id == viewer_id, members), else_=0),
        link.correlate(one).exists(),
        _is_nested(viewer_id),
    ).join(User, User.id == one.owner_id)


def _row_of(row: Any) -> CollectionRow:  # noqa: ANN401  # a row of SQLAlchemy
    collection, owner, role, items, collections, members, has_link, is_nested = row
    is_owner = role == CollectionRole.OWNER
    return CollectionRow(
        collection,
        owner,
        CollectionRole(role),
        items,
        collections,
        members,
        has_link and is_owner,
        is_nested,
    )


def _fresh(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return query.execution_options(populate_existing=True)
