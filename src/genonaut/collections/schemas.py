"""HTTP bodies of collections."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from genonaut.collections.items import MoveTarget
from genonaut.collections.members import Member
from genonaut.collections.repository import CollectionRole
from genonaut.collections.service import (
    CollectionChange,
    CollectionDetails,
    NewCollection,
    filter_of,
)
from genonaut.content.bulk_selection import BulkFilter, Ids, Matching, read_selection
from genonaut.content.collection_tables import DESCRIPTION_LENGTH, NAME_LENGTH, MemberRole
from genonaut.content.image_views import ImageView
from genonaut.content.saved_filter_bodies import SavedFilterBody, SavedFilterView
from genonaut.core.errors import InvalidInputError
from genonaut.core.ids import Id
from genonaut.core.schemas import NO_NUL, RequestBody, View, trimmed_name

Name = Annotated[str, Meta(min_length=1, max_length=NAME_LENGTH, pattern=NO_NUL)]
Description = Annotated[str, Meta(max_length=DESCRIPTION_LENGTH, pattern=NO_NUL)]
_Username = Annotated[str, Meta(min_length=1, max_length=63, pattern=NO_NUL)]


class CollectionSubmit(RequestBody, frozen=True):
    """A collection to create; with ``filter`` it is a smart one, whose items are those that match."""

    name: Name
    description: Description = ""
    parent_id: Id | None = None
    filter: SavedFilterBody | None = None

    def new(self) -> NewCollection:
        """Return the collection to create.

        Raises:
            InvalidInputError: the name is blank, or the filter is not valid.
        """
        return NewCollection(
            name=trimmed_name(self.name),
            description=self.description,
            parent_id=self.parent_id,
            saved_filter=None if self.filter is None else self.filter.saved(),
        )


class CollectionPatch(RequestBody, frozen=True):
    """A change of a collection; omitted fields are kept.

    ``parent_id`` null makes it an outermost one. ``cover_content_id`` is an item of the collection; null:
    the first one. ``filter`` can be changed in a smart collection only.
    """

    name: Name | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    parent_id: Id | UnsetType | None = UNSET
    filter: SavedFilterBody | UnsetType = UNSET
    cover_content_id: Id | UnsetType | None = UNSET
    archived: bool | UnsetType = UNSET

    def change(self) -> CollectionChange:
        """Return the change.

        Raises:
            InvalidInputError: the name is blank, or the filter is not valid.
        """
        return CollectionChange(
            name=self.name if self.name is UNSET else trimmed_name(self.name),
            description=self.description,
            parent_id=self.parent_id,
            saved_filter=UNSET if self.filter is UNSET else self.filter.saved(),
            cover_content_id=self.cover_content_id,
            is_archived=self.archived,
        )


class CollectionOwnerView(View, frozen=True):
    """The owner of a collection."""

    id: UUID
    username: str


class CollectionView(View, frozen=True):
    """A collection as the caller sees it.

    ``role`` is what the caller may do. ``parent_id`` is null for an outermost one, and for one inside a
    collection that the caller does not see. ``item_count`` is null for a smart collection;
    ``member_count`` is 0 and ``has_link`` false for callers who are not its owner. ``images`` are the first images of it and of the
    collections inside it, at most four; a smart collection has none here.
    """

    id: int
    name: str
    description: str
    parent_id: int | None
    is_smart: bool
    filter: SavedFilterView | None
    owner: CollectionOwnerView
    role: CollectionRole
    item_count: int | None
    collection_count: int
    member_count: int
    has_link: bool
    cover: ImageView | None
    cover_content_id: int | None
    images: list[ImageView]
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None

    @classmethod
    def of(cls, details: CollectionDetails) -> "CollectionView":
        """Return the view of a collection."""
        row, one = details.row, details.row.collection
        saved = filter_of(one)
        return cls(
            id=one.id,
            name=one.name,
            description=one.description,
            parent_id=row.parent_id,
            is_smart=one.is_smart,
            filter=None if saved is None else SavedFilterView.of(saved),
            owner=CollectionOwnerView(id=one.owner_id, username=row.owner),
            role=row.role,
            item_count=row.item_count,
            collection_count=row.collection_count,
            member_count=row.member_count,
            has_link=row.has_link,
            cover=details.cover,
            cover_content_id=one.cover_content_id,
            images=list(details.images),
            created_at=one.created_at,
            updated_at=one.updated_at,
            archived_at=one.archived_at,
        )


class CollectionItemsSubmit(RequestBody, frozen=True):
    """Items to add or to remove: up to 500 ``ids``, or own items that match a ``filter``.

    With a filter, the 500 newest are taken; repeat the request with ``cursor`` while ``next_cursor`` is
    not null.
    """

    ids: Ids | UnsetType = UNSET
    filter: BulkFilter | UnsetType = UNSET
    cursor: Annotated[str, Meta(max_length=500)] | None = None

    def selection(self, owner_id: UUID) -> Sequence[int] | Matching:
        """Return the ids, or the filter.

        Raises:
            InvalidInputError: both or none are given, or the filter is not valid.
        """
        return read_selection(self.ids, self.filter, self.cursor, owner_id)


class CollectionMove(RequestBody, frozen=True):
    """Items to put, in this order, before or after another item; without both: to the end."""

    ids: Ids
    before: Id | None = None
    after: Id | None = None

    def target(self) -> MoveTarget | None:
        """Return where the items go; None: to the end.

        Raises:
            InvalidInputError: both ``before`` and ``after`` are given.
        """
        if self.before is not None and self.after is not None:
            raise InvalidInputError.of("after", "send either before or after")
        if self.before is not None:
            return MoveTarget(self.before, is_after=False)
        return None if self.after is None else MoveTarget(self.after, is_after=True)


class MemberSubmit(RequestBody, frozen=True):
    """A user with whom a collection is shared."""

    username: _Username
    role: MemberRole = MemberRole.VIEWER


class MemberView(View, frozen=True):
    """A member of a collection."""

    user_id: UUID
    username: str
    role: MemberRole
    added_at: datetime


class MembersView(View, frozen=True):
    """The members of a collection by name, without those of collections around it."""

    items: list[MemberView]

    @classmethod
    def of(cls, members: Sequence[Member]) -> "MembersView":
        """Return the view of members."""
        return cls(items=[MemberView(**msgspec.structs.asdict(one)) for one in members])
