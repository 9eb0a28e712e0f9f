"""The routes of collections, for the command line."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from http import HTTPStatus
from typing import Any

import msgspec

from genonaut.cli.api_client import ApiClient, Filters, open_api
from genonaut.cli.paging import Page, first_items
from genonaut.config import Settings
from genonaut.core.errors import GenonautError

_COLLECTIONS = "/api/v1/collections"
_NO_CONTENT = frozenset({HTTPStatus.NO_CONTENT})
_AT_ONCE = 500
"""Ids of one request."""


class CollectionNotFoundError(GenonautError):
    """No collection has this name, or several have."""

    code = "collection_not_found"


class Owner(msgspec.Struct, frozen=True):
    """The owner of a collection."""

    username: str


class Collection(msgspec.Struct, frozen=True, kw_only=True):
    """A collection."""

    id: int
    name: str
    role: str
    owner: Owner
    is_smart: bool
    updated_at: datetime
    description: str = ""
    parent_id: int | None = None
    item_count: int | None = None
    has_link: bool = False


class Item(msgspec.Struct, frozen=True):
    """An item of a collection."""

    id: int
    title: str
    width: int
    height: int
    content_type: str


ItemPage = Page[Item]


class Member(msgspec.Struct, frozen=True):
    """A member of a collection."""

    username: str
    role: str
    user_id: str = ""
    added_at: datetime | None = None


class Members(msgspec.Struct, frozen=True):
    """The members of a collection."""

    items: list[Member]


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """The link of a collection; its token is shown only once."""

    expires_at: datetime | None = None
    has_password: bool = False
    shows_prompts: bool = False
    is_enabled: bool = True


class Account(msgspec.Struct, frozen=True):
    """The account of the caller."""

    id: str


class NewLink(msgspec.Struct, frozen=True):
    """A new link."""

    token: str


class Changed(msgspec.Struct, frozen=True):
    """The number of items by outcome, and the outcome of each."""

    counts: dict[str, int]
    items: list[dict[str, Any]] = []
    next_cursor: str | None = None


class CollectionApi(ApiClient):
    """A client with the routes of collections."""

    @classmethod
    def of(cls, api: ApiClient) -> "CollectionApi":
        """Return a client of the same server."""
        return cls(api._http, api.base_url)  # noqa: SLF001  # of the base class

    async def find(self, name: str) -> Collection:
        """Return a collection, archived or not, by its id or its name, without regard to case.

        Raises:
            CollectionNotFoundError: none or several have that name.
        """
        if name.isdecimal():
            return await self._request("GET", f"{_COLLECTIONS}/{name}", Collection)
        search = ("search", name[:200])
        found = await self.list([search]) + await self.list([search, ("archived", "true")])
        exact = [one for one in found if one.name.casefold() == name.casefold()]
        if len(exact) == 1:
            return exact[0]
        if exact:
            listed = ", ".join(f"{one.id} (of {one.owner.username})" for one in exact)
            raise CollectionNotFoundError(
                f"several collections are named {name!r}; use an id: {listed}"
            )
        raise CollectionNotFoundError(
            f"no collection is named {name!r}; `genonaut collections list` lists them"
        )

    async def list(self, filters: Filters = ()) -> list[Collection]:
        """Return all collections that the caller may see."""
        found = await first_items(
            lambda page: self._request(
                "GET", _COLLECTIONS, Page[Collection], params=[*filters, *page]
            )
        )
        return found.items

    async def create(self, body: Mapping[str, Any]) -> Collection:
        """Create a collection."""
        return await self._request("POST", _COLLECTIONS, Collection, body=body)

    async def items(self, collection_id: int, *, limit: int, sort: str | None = None) -> ItemPage:
        """Return up to ``limit`` items from the first one on."""
        path, order = f"{_COLLECTIONS}/{collection_id}/items", [("sort", sort)] if sort else []
        return await first_items(
            lambda page: self._request("GET", path, ItemPage, params=[*order, *page]), limit
        )

    async def change_items(
        self,
        collection_id: int,
        ids: Sequence[int],
        matching: Mapping[str, Any],
        *,
        is_removal: bool,
    ) -> Changed:
        """Add or remove items by their ids, or own items that match; returns the outcomes of all."""
        path = f"{_COLLECTIONS}/{collection_id}/items" + ("/remove" if is_removal else "")
        starts = range(0, len(ids), _AT_ONCE)
        bodies: list[dict[str, Any]] = [{"ids": list(ids[one : one + _AT_ONCE])} for one in starts]
        bodies += [{"filter": dict(matching)}] if matching else []
        counts: dict[str, int] = {}
        outcomes: list[dict[str, Any]] = []
        while bodies:
            body = bodies.pop(0)
            changed = await self._request("POST", path, Changed, body=body)
            outcomes += changed.items
            for status, count in changed.counts.items():
                counts[status] = counts.get(status, 0) + count
            if changed.next_cursor is not None:
                bodies.append({**body, "cursor": changed.next_cursor})
        return Changed(counts, outcomes)

    async def order(self, collection_id: int, ids: Sequence[int], place: Mapping[str, int]) -> None:
        """Put items before or after another one; without a place at the end."""
        path = f"{_COLLECTIONS}/{collection_id}/items/move"
        body = {"ids": list(ids), **place}
        await self._request("POST", path, object, body=body, accepted=_NO_CONTENT)

    async def filter_of(self, collection_id: int) -> Mapping[str, Any] | None:
        """Return the filter of a smart collection; None for others."""
        path = f"{_COLLECTIONS}/{collection_id}"
        found: dict[str, Any] = await self._request("GET", path, dict[str, Any])
        stored: Mapping[str, Any] | None = found["filter"]
        return stored

    async def members(self, collection_id: int) -> Sequence[Member]:
        """Return the members."""
        path = f"{_COLLECTIONS}/{collection_id}/members"
        return (await self._request("GET", path, Members)).items

    async def set_member(self, collection_id: int, username: str, role: str) -> None:
        """Share a collection with a user."""
        path = f"{_COLLECTIONS}/{collection_id}/members"
        body = {"username": username, "role": role}
        await self._request("POST", path, Members, body=body)

    async def leave(self, collection_id: int) -> None:
        """End the caller's membership."""
        caller = await self._request("GET", "/api/v1/users/me", Account)
        path = f"{_COLLECTIONS}/{collection_id}/members/{caller.id}"
        await self._request("DELETE", path, object, accepted=_NO_CONTENT)

    async def change_link(self, collection_id: int, body: Mapping[str, Any]) -> Link:
        """Change the link, or turn it off or on."""
        path = f"{_COLLECTIONS}/{collection_id}/link"
        return await self._request("PATCH", path, Link, body=body)

    async def make_link(self, collection_id: int, body: Mapping[str, Any]) -> str:
        """Make a link; returns its token."""
        path = f"{_COLLECTIONS}/{collection_id}/link"
        return (await self._request("POST", path, NewLink, body=body)).token

    async def revoke_link(self, collection_id: int) -> None:
        """Revoke the link."""
        path = f"{_COLLECTIONS}/{collection_id}/link"
        await self._request("DELETE", path, object, accepted=_NO_CONTENT)

    async def change(self, collection_id: int, body: Mapping[str, Any]) -> Collection:
        """Change fields of a collection."""
        return await self._request(
            "PATCH", f"{_COLLECTIONS}/{collection_id}", Collection, body=body
        )

    async def delete(self, collection_id: int, *, is_recursive: bool) -> None:
        """Delete a collection, with those inside it if wanted; its items remain."""
        path = f"{_COLLECTIONS}/{collection_id}"
        params = [("recursive", "true")] if is_recursive else []
        await self._request("DELETE", path, object, params=params, accepted=_NO_CONTENT)

    async def remove_member(self, collection_id: int, username: str) -> None:
        """Stop to share a collection with a user.

        Raises:
            CollectionNotFoundError: it is not shared with that user.
        """
        for one in await self.members(collection_id):
            if one.username == username:
                path = f"{_COLLECTIONS}/{collection_id}/members/{one.user_id}"
                await self._request("DELETE", path, object, accepted=_NO_CONTENT)
                return
        raise CollectionNotFoundError(f"the collection is not shared with {username}")

    async def link(self, collection_id: int) -> Link:
        """Return the link."""
        return await self._request("GET", f"{_COLLECTIONS}/{collection_id}/link", Link)

    def archive_path(self, collection_id: int) -> str:
        """Return the path of the archive."""
        return f"{_COLLECTIONS}/{collection_id}/download"


@asynccontextmanager
async def open_collections(
    settings: Settings, server: str | None = None
) -> AsyncIterator[CollectionApi]:
    """Yield a client of the environment's API, or of the API at ``server``."""
    async with open_api(settings, server) as api:
        yield CollectionApi.of(api)
