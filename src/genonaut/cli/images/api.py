"""The routes of the gallery, for the command line."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from genonaut.cli.api_client import ApiClient, Filters
from genonaut.cli.paging import Page, first_items

CONTENT = "/api/v1/content"
_AT_ONCE = 500
"""Ids of one request."""


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """An item of the gallery; sizes in pixels."""

    id: int
    content_type: str
    title: str
    width: int
    height: int
    created_at: datetime
    prompt: str = ""
    negative_prompt: str = ""
    checkpoint_model: str = ""
    visibility: str = ""
    tags: list[str] = []
    my_rating: int | None = None
    is_favourite: bool = False
    mime: str = ""
    size_bytes: int = 0
    sha256: str = ""
    job_id: int | None = None
    creator: dict[str, Any] = {}
    metadata: dict[str, Any] = {}


ItemPage = Page[Item]
"""The first items of a list, and how many there are; None: more than 10,000."""


class _Similar(msgspec.Struct, frozen=True):
    items: list[Item]


class FacetValue(msgspec.Struct, frozen=True):
    """A value and its number of items."""

    value: str
    count: int


class Facet(msgspec.Struct, frozen=True):
    """The values of one field; the counts are lower bounds unless it is complete."""

    values: list[FacetValue]
    is_complete: bool


class Related(msgspec.Struct, frozen=True):
    """An item from which another one was made, or that was made from it."""

    id: int
    title: str
    is_mine: bool
    created_at: datetime


class Lineage(msgspec.Struct, frozen=True):
    """The items around one item."""

    parents: list[Related]
    children: list[Related]
    has_more_children: bool


class Changed(msgspec.Struct, frozen=True):
    """The outcome of each item."""

    items: list[dict[str, Any]]


class ImageApi(ApiClient):
    """A client with the routes of the gallery."""

    @classmethod
    def of(cls, api: ApiClient) -> "ImageApi":
        """Return a client of the same server."""
        return cls(api._http, api.base_url)  # noqa: SLF001  # of the base class

    async def find(self, filters: Filters, *, limit: int) -> ItemPage:
        """Return the first items of a list."""
        return await first_items(
            lambda page: self._request("GET", CONTENT, ItemPage, params=[*filters, *page]), limit
        )

    async def item(self, content_id: int) -> Item:
        """Return one item."""
        return await self._request("GET", f"{CONTENT}/{content_id}", Item)

    async def facets(self, filters: Filters) -> dict[str, Facet]:
        """Return how many items of a list have each value of each field."""
        return await self._request("GET", f"{CONTENT}/facets", dict[str, Facet], params=filters)

    async def lineage(self, content_id: int) -> Lineage:
        """Return the items that an item was made from, and those made from it."""
        return await self._request("GET", f"{CONTENT}/{content_id}/lineage", Lineage)

    async def similar(self, content_id: int, *, limit: int) -> list[Item]:
        """Return items with a similar prompt."""
        path = f"{CONTENT}/{content_id}/similar"
        params = [("limit", str(limit))]
        return (await self._request("GET", path, _Similar, params=params)).items

    async def rate(self, content_id: int, stars: int | None) -> Item:
        """Rate an item; None removes the rating."""
        path = f"{CONTENT}/{content_id}/rating"
        return await self._request("PUT", path, Item, body={"rating": stars})

    async def change(self, ids: Sequence[int], change: Mapping[str, Any]) -> Changed:
        """Change items; returns the outcome of each."""
        outcomes: list[dict[str, Any]] = []
        for start in range(0, len(ids), _AT_ONCE):
            body = {**change, "ids": list(ids[start : start + _AT_ONCE])}
            outcomes += (await self._request("POST", f"{CONTENT}/bulk", Changed, body=body)).items
        return Changed(outcomes)
