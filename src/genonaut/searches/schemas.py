"""HTTP bodies of saved searches."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from genonaut.content.ordering import Sort
from genonaut.content.saved_filter import SavedFilter
from genonaut.content.saved_filter_bodies import SavedFilterBody, SavedFilterView
from genonaut.core.schemas import NO_NUL, RequestBody, View, trimmed_name
from genonaut.searches.service import NewSearch, SearchChange
from genonaut.searches.tables import NAME_LENGTH, SavedSearch

_Name = Annotated[str, Meta(min_length=1, max_length=NAME_LENGTH, pattern=NO_NUL)]


class SavedSearchSubmit(RequestBody, frozen=True):
    """A search to save. An alert needs a filter that shows public items: scope ``community`` or ``all``."""

    name: _Name
    filter: SavedFilterBody
    sort: Sort = "newest"
    has_alert: bool = False

    def new(self) -> NewSearch:
        """Return the search to save.

        Raises:
            InvalidInputError: the name is blank, or the filter is not valid.
        """
        return NewSearch(
            name=trimmed_name(self.name),
            saved_filter=self.filter.saved(),
            sort=self.sort,
            has_alert=self.has_alert,
        )


class SavedSearchPatch(RequestBody, frozen=True):
    """A change of a saved search; omitted fields are kept."""

    name: _Name | UnsetType = UNSET
    filter: SavedFilterBody | UnsetType = UNSET
    sort: Sort | UnsetType = UNSET
    has_alert: bool | UnsetType = UNSET

    def change(self) -> SearchChange:
        """Return the change.

        Raises:
            InvalidInputError: the name is blank, or the filter is not valid.
        """
        return SearchChange(
            name=self.name if self.name is UNSET else trimmed_name(self.name),
            saved_filter=UNSET if self.filter is UNSET else self.filter.saved(),
            sort=self.sort,
            has_alert=self.has_alert,
        )


class SavedSearchView(View, frozen=True):
    """A saved search; ``alerted_at`` is when its owner was last notified.

    ``is_alert_muted``: it has an alert, but the preferences of the caller disable notifications or their
    type ``search_alert``.
    """

    id: int
    name: str
    filter: SavedFilterView
    sort: Sort
    has_alert: bool
    is_alert_muted: bool
    alerted_at: datetime | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, row: SavedSearch, *, mutes_alerts: bool) -> "SavedSearchView":
        """Return the view of a saved search."""
        saved = msgspec.convert(row.saved_filter, SavedFilter)
        return cls(
            id=row.id,
            name=row.name,
            filter=SavedFilterView.of(saved),
            sort=msgspec.convert(row.sort, Sort),
            has_alert=row.has_alert,
            is_alert_muted=row.has_alert and mutes_alerts,
            alerted_at=row.alerted_at,
            created_at=row.created_at,
            updated_at=row.updated_at,
        )


class SavedSearchesView(View, frozen=True):
    """All saved searches of the caller, by name."""

    items: list[SavedSearchView]
