"""HTTP bodies of changes of many items."""

from collections.abc import Sequence
from typing import Annotated, TypeAlias
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType

from genonaut.content.actions import (
    Action,
    AddTags,
    Edit,
    Purge,
    RemoveTags,
    Restore,
    Trash,
)
from genonaut.content.bulk_selection import BulkFilter, Ids, Matching, read_selection
from genonaut.content.change_service import ChangeReport, ChangeStatus
from genonaut.content.favourites import MarkFavourite
from genonaut.content.tables import Visibility
from genonaut.content.tags import MAX_TAGS, Tag, normalise_tags
from genonaut.core.schemas import RequestBody, View

_Tags = Annotated[list[Tag], Meta(min_length=1, max_length=MAX_TAGS)]


class _BulkBody(RequestBody, frozen=True, kw_only=True, tag_field="action"):
    ids: Ids | UnsetType = UNSET
    filter: BulkFilter | UnsetType = UNSET
    cursor: Annotated[str, Meta(max_length=500)] | None = None
    """Continues a change by filter: ``next_cursor`` of the previous response."""

    def selection(self, owner_id: UUID) -> Sequence[int] | Matching:
        """Return the ids, or the filter.

        Raises:
            InvalidInputError: both or none are given, or the filter is not valid.
        """
        return read_selection(self.ids, self.filter, self.cursor, owner_id)


class BulkTag(_BulkBody, frozen=True, tag="tag"):
    """Add tags to every item."""

    tags: _Tags

    def change(self) -> Action:
        """Return the action for each item."""
        return AddTags(normalise_tags(self.tags))


class BulkUntag(_BulkBody, frozen=True, tag="untag"):
    """Remove tags from every item."""

    tags: _Tags

    def change(self) -> Action:
        """Return the action for each item."""
        return RemoveTags(normalise_tags(self.tags))


class BulkVisibility(_BulkBody, frozen=True, tag="visibility"):
    """Set the visibility of every item."""

    visibility: Visibility

    def change(self) -> Action:
        """Return the action for each item."""
        return Edit(visibility=self.visibility)


class BulkFavourite(_BulkBody, frozen=True, tag="favourite"):
    """Mark every item as a favourite of the caller, or remove the mark."""

    is_favourite: bool

    def change(self) -> MarkFavourite:
        """Return the action for each item."""
        return MarkFavourite(is_favourite=self.is_favourite)


class BulkDelete(_BulkBody, frozen=True, tag="delete"):
    """Move every item to the trash."""

    def change(self) -> Action:
        """Return the action for each item."""
        return Trash()


class BulkRestore(_BulkBody, frozen=True, tag="restore"):
    """Restore every item from the trash."""

    def change(self) -> Action:
        """Return the action for each item."""
        return Restore()


class BulkPurge(_BulkBody, frozen=True, tag="purge"):
    """Delete every item in the trash for good, with its files."""

    def change(self) -> Action:
        """Return the action for each item."""
        return Purge()


BulkChange: TypeAlias = (
    BulkTag | BulkUntag | BulkVisibility | BulkFavourite | BulkDelete | BulkRestore | BulkPurge
)


class BulkOutcomeView(View, frozen=True):
    """The outcome for one item. It was changed completely or not at all."""

    id: int
    status: ChangeStatus
    reason: str | None


class BulkView(View, frozen=True):
    """One outcome per item, ids in the order of the request; repeated ids count once.

    ``next_cursor`` continues a change by filter; null when all matching items were changed.
    """

    items: list[BulkOutcomeView]
    counts: dict[ChangeStatus, int]
    next_cursor: str | None

    @classmethod
    def of(cls, report: ChangeReport) -> "BulkView":
        """Return the view of a report."""
        items = [
            BulkOutcomeView(id=one.content_id, status=one.status, reason=one.reason)
            for one in report.outcomes
        ]
        statuses = [one.status for one in items]
        counts = {status: statuses.count(status) for status in ChangeStatus}
        return cls(items=items, counts=counts, next_cursor=report.next_cursor)
