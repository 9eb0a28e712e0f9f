"""A client with the routes of saved searches."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

import msgspec

from genonaut.cli.api_client import ApiClient
from genonaut.core.errors import GenonautError

_SEARCHES = "/api/v1/saved-searches"


class SearchNotFoundError(GenonautError):
    """No saved search has this name, or several have."""

    code = "search_not_found"


class SavedSearch(msgspec.Struct, frozen=True, kw_only=True):
    """A saved search; ``is_alert_muted``: the preferences of its owner disable its alert."""

    id: int
    name: str
    filter: dict[str, Any]
    sort: str
    has_alert: bool
    is_alert_muted: bool = False
    alerted_at: datetime | None = None


class _Searches(msgspec.Struct, frozen=True):
    items: list[SavedSearch]


class SearchApi(ApiClient):
    """A client with the routes of saved searches."""

    @classmethod
    def of(cls, api: ApiClient) -> "SearchApi":
        """Return a client of the same server."""
        return cls(api._http, api.base_url)  # noqa: SLF001  # of the base class

    async def find_all(self) -> list[SavedSearch]:
        """Return all saved searches by name."""
        return (await self._request("GET", _SEARCHES, _Searches)).items

    async def find(self, name: str) -> SavedSearch:
        """Return a saved search by its id or its name, without regard to case.

        Raises:
            SearchNotFoundError: none or several have that name.
        """
        searches = await self.find_all()
        found = [one for one in searches if one.name == name]
        found = found or [one for one in searches if one.name.casefold() == name.casefold()]
        found = found or [one for one in searches if str(one.id) == name]
        if len(found) == 1:
            return found[0]
        if found:
            ids = ", ".join(str(one.id) for one in found)
            raise SearchNotFoundError(f"several searches are named {name}; use an id: {ids}")
        raise SearchNotFoundError(
            f"no saved search is named {name}; `genonaut searches list` lists them"
        )

    async def create(self, body: Mapping[str, Any]) -> SavedSearch:
        """Save a search."""
        return await self._request("POST", _SEARCHES, SavedSearch, body=body)

    async def change(self, search_id: int, body: Mapping[str, Any]) -> SavedSearch:
        """Change fields of a saved search."""
        return await self._request("PATCH", f"{_SEARCHES}/{search_id}", SavedSearch, body=body)

    async def delete(self, search_id: int) -> None:
        """Delete a saved search."""
        path = f"{_SEARCHES}/{search_id}"
        await self._request("DELETE", path, object, accepted=frozenset({HTTPStatus.NO_CONTENT}))
