"""Routes of items: lists, one item, its neighbours, its rating."""

from typing import Annotated

from litestar import Controller, delete, get, patch, post, put
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from genonaut.accounts.identity import Identity
from genonaut.content.controllers.parameters import Around, InTrash, Limit, provide_filter
from genonaut.content.fast_queries import FastContentQueries, FoundItem
from genonaut.content.filters import ContentFilter
from genonaut.content.lineage_views import LineageView
from genonaut.content.ordering import Sort
from genonaut.content.schemas import (
    ContentPatch,
    ContentView,
    FavouritePut,
    NeighboursView,
    RatingPut,
)
from genonaut.content.service import ContentService, ItemDetails
from genonaut.content.trash import delete_files
from genonaut.core.pagination import DEFAULT_LIMIT, Page, Slice
from genonaut.runtime import Runtime


class ContentController(Controller):
    """The gallery."""

    path = "/content"
    tags = ("content",)
    dependencies = {"wanted": Provide(provide_filter)}  # noqa: RUF012  # litestar's declaration

    @get("/", summary="List content")
    async def list_content(
        self,
        *,
        wanted: NamedDependency[ContentFilter],
        fast_content: NamedDependency[FastContentQueries],
        sort: FromQuery[Sort] = "newest",
        limit: Limit = DEFAULT_LIMIT,
        cursor: Annotated[str | None, QueryParameter(max_length=500)] = None,
    ) -> Page[ContentView]:
        """List own items, public items of other users, or both; or the caller's trash."""
        viewer = fast_content.viewer
        if wanted == ContentFilter(viewer_id=viewer.user_id) and sort == "newest":
            # What the web app's gallery asks for most often.
            return _page(await fast_content.newest(cursor=cursor, limit=limit), viewer)
        async with fast_content.runtime.begin() as uow:
            content = ContentService(uow, viewer_id=viewer.user_id, is_admin=viewer.is_admin)
            found = await content.page(wanted, sort=sort, cursor=cursor, limit=limit)
        return _page(found, viewer)

    @get("/{content_id:int}", summary="Get an item")
    async def get_content(
        self,
        content_id: FromPath[int],
        fast_content: NamedDependency[FastContentQueries],
        *,
        in_trash: InTrash = False,
    ) -> ContentView:
        """Return an own or public item."""
        details = await fast_content.details(content_id, in_trash=in_trash)
        return ContentView.of(details, viewer_id=fast_content.viewer.user_id)

    @get("/{content_id:int}/neighbours", summary="Get the neighbours of an item in a list")
    async def get_neighbours(
        self,
        content_id: FromPath[int],
        *,
        wanted: NamedDependency[ContentFilter],
        content: NamedDependency[ContentService],
        sort: FromQuery[Sort] = "newest",
        around: Around = 0,
    ) -> NeighboursView:
        """Return the ids before and after an item in the list with the same parameters."""
        found = await content.neighbours(content_id, wanted, sort=sort, around=around)
        return NeighboursView.of(found)

    @get("/{content_id:int}/lineage", summary="Get what an item was made from, and into")
    async def get_lineage(
        self,
        content_id: FromPath[int],
        identity: NamedDependency[Identity],
        content: NamedDependency[ContentService],
    ) -> LineageView:
        """Return the items from which an item was made, and the newest 100 made from it."""
        found = await content.lineage(content_id)
        return LineageView.of(found, identity.user_id)

    @patch("/{content_id:int}", summary="Change an item")
    async def change_content(
        self,
        content_id: FromPath[int],
        data: JSONBody[ContentPatch],
        identity: NamedDependency[Identity],
        content: NamedDependency[ContentService],
    ) -> ContentView:
        """Change title, visibility or tags of an own item."""
        details = await content.change(content_id, data.edit())
        return ContentView.of(details, viewer_id=identity.user_id)

    @put("/{content_id:int}/rating", summary="Rate an item")
    async def rate_content(
        self,
        content_id: FromPath[int],
        data: JSONBody[RatingPut],
        identity: NamedDependency[Identity],
        content: NamedDependency[ContentService],
    ) -> ContentView:
        """Rate an own or public item 1 to 5; null removes the rating."""
        details = await content.rate(content_id, data.rating)
        return ContentView.of(details, viewer_id=identity.user_id)

    @put("/{content_id:int}/favourite", summary="Mark an item as a favourite")
    async def mark_content(
        self,
        content_id: FromPath[int],
        data: JSONBody[FavouritePut],
        identity: NamedDependency[Identity],
        content: NamedDependency[ContentService],
    ) -> ContentView:
        """Mark a visible item as a favourite of the caller, or remove the mark."""
        details = await content.mark(content_id, is_favourite=data.is_favourite)
        return ContentView.of(details, viewer_id=identity.user_id)

    @post("/{content_id:int}/restore", status_code=200, summary="Restore an item")
    async def restore_content(
        self,
        content_id: FromPath[int],
        identity: NamedDependency[Identity],
        content: NamedDependency[ContentService],
    ) -> ContentView:
        """Restore an item from the trash."""
        details = await content.restore(content_id)
        return ContentView.of(details, viewer_id=identity.user_id)

    @delete("/{content_id:int}", status_code=204, summary="Delete an item")
    async def delete_content(
        self,
        content_id: FromPath[int],
        identity: NamedDependency[Identity],
        runtime: NamedDependency[Runtime],
        *,
        in_trash: InTrash = False,
    ) -> None:
        """Move an item to the trash; with ``trash=true`` delete one in the trash for good."""
        async with runtime.begin() as uow:
            content = ContentService(uow, viewer_id=identity.user_id, is_admin=identity.is_admin)
            if not in_trash:
                await content.delete(content_id)
                return
            keys = await content.purge(content_id)
        await delete_files(runtime, keys)


def _page(found: Slice[FoundItem] | Slice[ItemDetails], viewer: Identity) -> Page[ContentView]:
    items = [ContentView.of(one, viewer_id=viewer.user_id) for one in found.rows]
    return Page(items=items, next_cursor=found.next_cursor, total=found.total)
