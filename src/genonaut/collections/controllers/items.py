"""Routes of the items of a collection."""

from typing import Annotated, Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from genonaut.accounts.identity import Identity
from genonaut.collections.archives import collection_files
from genonaut.collections.items import CollectionItemService, ItemSort
from genonaut.collections.neighbours import neighbours_in
from genonaut.collections.schemas import CollectionItemsSubmit, CollectionMove
from genonaut.collections.service import CollectionService
from genonaut.content.controllers.archives import ZIP, zip_response
from genonaut.content.controllers.bulk_bodies import BulkView
from genonaut.content.controllers.parameters import Around, Limit
from genonaut.content.schemas import ContentView, NeighboursView
from genonaut.core.pagination import DEFAULT_LIMIT, Page
from genonaut.runtime import Runtime


class CollectionItemController(Controller):
    """The items of collections."""

    path = "/collections/{collection_id:int}"
    tags = ("collections",)

    @get("/items", summary="List the items of a collection")
    async def list_items(
        self,
        *,
        collection_id: FromPath[int],
        collections: NamedDependency[CollectionService],
        sort: FromQuery[ItemSort] = "manual",
        limit: Limit = DEFAULT_LIMIT,
        cursor: Annotated[str | None, QueryParameter(max_length=500)] = None,
    ) -> Page[ContentView]:
        """List items in the order of the collection, those of a smart one newest first.

        Private items of another user are listed if that user added them.
        """
        service = CollectionItemService(collections)
        found = await service.page(collection_id, sort, cursor=cursor, limit=limit)
        viewer_id = collections.viewer.user_id
        items = [ContentView.of(one, viewer_id=viewer_id) for one in found.rows]
        return Page(items=items, next_cursor=found.next_cursor, total=found.total)

    @get(
        "/items/{content_id:int}/neighbours",
        summary="Get the neighbours of an item in a collection",
    )
    async def get_neighbours(
        self,
        *,
        collection_id: FromPath[int],
        content_id: FromPath[int],
        collections: NamedDependency[CollectionService],
        sort: FromQuery[ItemSort] = "manual",
        around: Around = 0,
    ) -> NeighboursView:
        """Return the ids before and after an item in the list of the collection."""
        found = await neighbours_in(
            collections, collection_id, content_id, sort=sort, around=around
        )
        return NeighboursView.of(found)

    @post("/items", status_code=200, summary="Add items to a collection")
    async def add_items(
        self,
        collection_id: FromPath[int],
        data: JSONBody[CollectionItemsSubmit],
        collections: NamedDependency[CollectionService],
    ) -> BulkView:
        """Add own and public items at the end; those that are there already stay in their place."""
        selected = data.selection(collections.viewer.user_id)
        return BulkView.of(await CollectionItemService(collections).add(collection_id, selected))

    @post("/items/remove", status_code=200, summary="Remove items from a collection")
    async def remove_items(
        self,
        collection_id: FromPath[int],
        data: JSONBody[CollectionItemsSubmit],
        collections: NamedDependency[CollectionService],
    ) -> BulkView:
        """Remove items from a collection; they remain in the gallery."""
        selected = data.selection(collections.viewer.user_id)
        service = CollectionItemService(collections)
        return BulkView.of(await service.remove(collection_id, selected))

    @post("/items/move", status_code=204, summary="Order the items of a collection")
    async def move_items(
        self,
        collection_id: FromPath[int],
        data: JSONBody[CollectionMove],
        collections: NamedDependency[CollectionService],
    ) -> None:
        """Put items, in the order given, before or after another item or at the end."""
        await CollectionItemService(collections).move(collection_id, data.ids, data.target())

    @get("/download", media_type=ZIP, summary="Download a collection as a zip")
    async def download_collection(
        self,
        collection_id: FromPath[int],
        identity: NamedDependency[Identity],
        runtime: NamedDependency[Runtime],
    ) -> Response[Any]:
        """Stream the files of all items; missing and damaged ones are listed in ``missing-files.txt``."""
        async with runtime.begin() as uow:
            collections = CollectionService(uow, runtime.settings.collections, identity)
            name = (await collections.visible(collection_id)).collection.name
        return zip_response(runtime, collection_files(runtime, identity, collection_id), name)
