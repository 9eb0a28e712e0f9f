"""Routes of saved searches."""

from litestar import Controller, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from genonaut.accounts.identity import Identity
from genonaut.db import UnitOfWork
from genonaut.searches.schemas import (
    SavedSearchesView,
    SavedSearchPatch,
    SavedSearchSubmit,
    SavedSearchView,
)
from genonaut.searches.service import SavedSearchService
from genonaut.searches.tables import SavedSearch


class SavedSearchController(Controller):
    """Filters of the gallery with a name, and alerts for new items."""

    path = "/saved-searches"
    tags = ("content",)

    @get("/", summary="List my saved searches")
    async def list_saved_searches(
        self, uow: NamedDependency[UnitOfWork], identity: NamedDependency[Identity]
    ) -> SavedSearchesView:
        """Return all saved searches of the caller, at most 100, by name."""
        searches = SavedSearchService(uow, user_id=identity.user_id)
        mutes_alerts = await searches.mutes_alerts()
        rows = await searches.list_all()
        items = [SavedSearchView.of(row, mutes_alerts=mutes_alerts) for row in rows]
        return SavedSearchesView(items=items)

    @post("/", summary="Save a search")
    async def save_search(
        self,
        data: JSONBody[SavedSearchSubmit],
        uow: NamedDependency[UnitOfWork],
        identity: NamedDependency[Identity],
    ) -> SavedSearchView:
        """Save a filter of the gallery.

        With ``has_alert`` the caller gets a notification when other users make matching items public,
        one for all items of a few minutes, unless the preferences disable it (``is_alert_muted``).
        """
        searches = SavedSearchService(uow, user_id=identity.user_id)
        return await _view(searches, await searches.create(data.new()))

    @get("/{search_id:int}", summary="Get a saved search")
    async def get_saved_search(
        self,
        search_id: FromPath[int],
        uow: NamedDependency[UnitOfWork],
        identity: NamedDependency[Identity],
    ) -> SavedSearchView:
        """Return a saved search of the caller."""
        searches = SavedSearchService(uow, user_id=identity.user_id)
        return await _view(searches, await searches.get(search_id))

    @patch("/{search_id:int}", summary="Change a saved search")
    async def change_saved_search(
        self,
        search_id: FromPath[int],
        data: JSONBody[SavedSearchPatch],
        uow: NamedDependency[UnitOfWork],
        identity: NamedDependency[Identity],
    ) -> SavedSearchView:
        """Rename a saved search, change its filter, or turn its alert on or off."""
        searches = SavedSearchService(uow, user_id=identity.user_id)
        return await _view(searches, await searches.change(search_id, data.change()))

    @delete("/{search_id:int}", status_code=204, summary="Delete a saved search")
    async def delete_saved_search(
        self,
        search_id: FromPath[int],
        uow: NamedDependency[UnitOfWork],
        identity: NamedDependency[Identity],
    ) -> None:
        """Delete a saved search of the caller."""
        await SavedSearchService(uow, user_id=identity.user_id).delete(search_id)


async def _view(searches: SavedSearchService, row: SavedSearch) -> SavedSearchView:
    return SavedSearchView.of(row, mutes_alerts=await searches.mutes_alerts())
