"""Routes of collections themselves."""

from typing import Annotated

from litestar import Controller, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from genonaut.collections.repository import CollectionFilter, Whose
from genonaut.collections.schemas import CollectionPatch, CollectionSubmit, CollectionView
from genonaut.collections.service import CollectionService
from genonaut.content.controllers.parameters import Limit
from genonaut.core.ids import MAX_ID
from genonaut.core.pagination import DEFAULT_LIMIT, Page
from genonaut.core.schemas import NO_NUL

OptionalId = Annotated[int | None, QueryParameter(ge=1, le=MAX_ID)]


class CollectionController(Controller):
    """Named lists of items, and saved filters."""

    path = "/collections"
    tags = ("collections",)

    @get("/", summary="List collections")
    async def list_collections(
        self,
        *,
        collections: NamedDependency[CollectionService],
        whose: Annotated[Whose, QueryParameter(name="scope")] = "all",
        parent_id: OptionalId = None,
        is_root: Annotated[
            bool, QueryParameter(name="root", description="only outermost collections")
        ] = False,
        content_id: Annotated[
            int | None,
            QueryParameter(ge=1, le=MAX_ID, description="only collections with this item"),
        ] = None,
        search: Annotated[str | None, QueryParameter(max_length=200, pattern=NO_NUL)] = None,
        archived: FromQuery[bool] = False,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Annotated[str | None, QueryParameter(max_length=1_000)] = None,
    ) -> Page[CollectionView]:
        """List own collections and those that are shared with the caller, by name."""
        wanted = CollectionFilter(
            viewer_id=collections.viewer.user_id,
            whose=whose,
            parent_id=parent_id,
            is_root=is_root,
            search=search,
            content_id=content_id,
            is_archived=archived,
        )
        found = await collections.page(wanted, cursor=cursor, limit=limit)
        items = [CollectionView.of(one) for one in found.rows]
        return Page(items=items, next_cursor=found.next_cursor, total=found.total)

    @post("/", summary="Create a collection")
    async def create_collection(
        self, data: JSONBody[CollectionSubmit], collections: NamedDependency[CollectionService]
    ) -> CollectionView:
        """Create a collection; with ``filter`` a smart one."""
        return CollectionView.of(await collections.create(data.new()))

    @get("/{collection_id:int}", summary="Get a collection")
    async def get_collection(
        self, collection_id: FromPath[int], collections: NamedDependency[CollectionService]
    ) -> CollectionView:
        """Return an own or shared collection."""
        return CollectionView.of(await collections.get(collection_id))

    @patch("/{collection_id:int}", summary="Change a collection")
    async def change_collection(
        self,
        collection_id: FromPath[int],
        data: JSONBody[CollectionPatch],
        collections: NamedDependency[CollectionService],
    ) -> CollectionView:
        """Rename, describe, nest, archive or restore an own collection, or choose its cover."""
        return CollectionView.of(await collections.change(collection_id, data.change()))

    @delete("/{collection_id:int}", status_code=204, summary="Delete a collection")
    async def delete_collection(
        self,
        collection_id: FromPath[int],
        collections: NamedDependency[CollectionService],
        recursive: FromQuery[bool] = False,
    ) -> None:
        """Delete an own collection, with ``recursive=true`` also those inside it; the items remain."""
        await collections.delete(collection_id, is_recursive=recursive)
