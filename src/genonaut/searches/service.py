"""Save, change and delete searches of the gallery."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType
from sqlalchemy import func, select

from genonaut.accounts.recipients import find_recipient
from genonaut.content.ordering import Sort
from genonaut.content.saved_filter import SavedFilter
from genonaut.core.errors import ConflictError, InvalidInputError, NotFoundError
from genonaut.core.ids import is_valid_id
from genonaut.db import UnitOfWork
from genonaut.db.advisory_locks import AdvisoryLock, lock_transaction
from genonaut.notifications.tables import NotificationType
from genonaut.searches.tables import SavedSearch

MOST_SEARCHES = 100
"""Saved searches of one user."""


class NewSearch(msgspec.Struct, frozen=True, kw_only=True):
    """A search to save."""

    name: str
    saved_filter: SavedFilter
    sort: Sort
    has_alert: bool


class SearchChange(msgspec.Struct, frozen=True, kw_only=True):
    """Changes of a saved search; omitted fields stay unchanged."""

    name: str | UnsetType = UNSET
    saved_filter: SavedFilter | UnsetType = UNSET
    sort: Sort | UnsetType = UNSET
    has_alert: bool | UnsetType = UNSET


class SavedSearchService:
    """Acts for one user; searches of other users are not found."""

    def __init__(self, uow: UnitOfWork, *, user_id: UUID) -> None:
        self._uow = uow
        self._session = uow.session
        self._user_id = user_id

    async def mutes_alerts(self) -> bool:
        """Return whether the preferences of the user disable the notifications of alerts."""
        found = await find_recipient(self._uow, self._user_id)
        return found is None or not found.preferences.wants(NotificationType.SEARCH_ALERT)

    async def list_all(self) -> Sequence[SavedSearch]:
        """Return all saved searches of the user by name."""
        search = SavedSearch
        query = select(search).where(search.user_id == self._user_id)
        query = query.order_by(func.lower(search.name), search.id)
        return (await self._session.scalars(query)).all()

    async def get(self, search_id: int, *, lock: bool = False) -> SavedSearch:
        """Return one saved search.

        Raises:
            NotFoundError: the user has no saved search with this id.
        """
        row = None
        if is_valid_id(search_id):
            query = select(SavedSearch).where(
                SavedSearch.id == search_id, SavedSearch.user_id == self._user_id
            )
            row = await self._session.scalar(query.with_for_update() if lock else query)
        if row is None:
            raise NotFoundError(f"no saved search {search_id}")
        return row

    async def create(self, new: NewSearch) -> SavedSearch:
        """Save a search.

        Raises:
            ConflictError: the user has 100 saved searches.
            InvalidInputError: an alert for a filter that shows only own items.
        """
        _check_alert(new.saved_filter, has_alert=new.has_alert)
        await lock_transaction(self._session, AdvisoryLock.SAVED_SEARCHES, subject=self._user_id)
        owned = select(func.count()).where(SavedSearch.user_id == self._user_id)
        if (await self._session.scalar(owned) or 0) >= MOST_SEARCHES:
            raise ConflictError(f"you have {MOST_SEARCHES} saved searches; delete one first")
        row = SavedSearch(
            user_id=self._user_id,
            name=new.name,
            saved_filter=msgspec.to_builtins(new.saved_filter),
            sort=new.sort,
            has_alert=new.has_alert,
        )
        self._session.add(row)
        await self._session.flush()
        await self._session.refresh(row)
        return row

    async def change(self, search_id: int, change: SearchChange) -> SavedSearch:
        """Change a saved search.

        Raises:
            NotFoundError: the user has no saved search with this id.
            InvalidInputError: an alert for a filter that shows only own items.
        """
        row = await self.get(search_id, lock=True)
        if change.name is not UNSET:
            row.name = change.name
        if change.saved_filter is not UNSET:
            row.saved_filter = msgspec.to_builtins(change.saved_filter)
        if change.sort is not UNSET:
            row.sort = change.sort
        if change.has_alert is not UNSET:
            row.has_alert = change.has_alert
        saved = msgspec.convert(row.saved_filter, SavedFilter)
        _check_alert(saved, has_alert=row.has_alert)
        await self._session.flush()
        await self._session.refresh(row)
        return row

    async def delete(self, search_id: int) -> None:
        """Delete a saved search.

        Raises:
            NotFoundError: the user has no saved search with this id.
        """
        await self._session.delete(await self.get(search_id, lock=True))


def _check_alert(saved: SavedFilter, *, has_alert: bool) -> None:
    if has_alert and saved.scope == "mine":
        raise InvalidInputError.of(
            "has_alert",
            "needs a filter that shows items of other users; set its scope to community or all",
        )
