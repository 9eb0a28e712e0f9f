"""The routes of content: lists, items, images and thumbnails."""

from typing import Annotated, Any, Literal

from litestar import Controller, Request, Response, delete, get, patch
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from genonaut.accounts.identity import Identity
from genonaut.content.files import FILE_RESPONSES, Files, download_name
from genonaut.content.repository import ContentFilter, Scope, Sort
from genonaut.content.schemas import ContentPatch, ContentView
from genonaut.content.service import ContentService
from genonaut.content.serving import Conditions
from genonaut.content.tables import ContentType
from genonaut.core.pagination import DEFAULT_LIMIT, Page
from genonaut.core.schemas import PageLimit
from genonaut.runtime import Runtime
from genonaut.storage.thumbnails import ThumbnailSize

Switch = Literal["0", "1"]
Version = Annotated[str | None, QueryParameter(max_length=64)]


class ContentController(Controller):
    """The gallery."""

    path = "/content"
    tags = ("content",)

    @get("/", summary="List content")
    async def list_content(
        self,
        identity: NamedDependency[Identity],
        content: NamedDependency[ContentService],
        whose: Annotated[Scope, QueryParameter(name="scope")] = "mine",
        search: Annotated[str | None, QueryParameter(max_length=200)] = None,
        content_type: FromQuery[ContentType | None] = None,
        checkpoint_model: Annotated[str | None, QueryParameter(max_length=255)] = None,
        sort: FromQuery[Sort] = "newest",
        limit: FromQuery[PageLimit] = DEFAULT_LIMIT,
        cursor: Annotated[str | None, QueryParameter(max_length=500)] = None,
    ) -> Page[ContentView]:
        """List what the caller made, what others made public, or both."""
        wanted = ContentFilter(
            viewer_id=identity.user_id,
            scope=whose,
            search=search,
            content_type=content_type,
            checkpoint_model=checkpoint_model,
        )
        found = await content.page(wanted, sort=sort, cursor=cursor, limit=limit)
        return Page(
            items=[ContentView.of(item, viewer_id=identity.user_id) for item in found.rows],
            next_cursor=found.next_cursor,
            total=found.total,
        )

    @get("/{content_id:int}", summary="Get an item")
    async def get_content(
        self,
        content_id: FromPath[int],
        identity: NamedDependency[Identity],
        content: NamedDependency[ContentService],
    ) -> ContentView:
        """Return an item of the caller's, or a public one."""
        return ContentView.of(await content.get(content_id), viewer_id=identity.user_id)

    @patch("/{content_id:int}", summary="Change an item")
    async def change_content(
        self,
        content_id: FromPath[int],
        data: JSONBody[ContentPatch],
        identity: NamedDependency[Identity],
        content: NamedDependency[ContentService],
    ) -> ContentView:
        """Change title or visibility of an item of the caller's."""
        item = await content.change(content_id, title=data.title, visibility=data.visibility)
        return ContentView.of(item, viewer_id=identity.user_id)

    @delete("/{content_id:int}", status_code=204, summary="Delete an item")
    async def delete_content(
        self, content_id: FromPath[int], content: NamedDependency[ContentService]
    ) -> None:
        """Hide an item; its files go when the trash is purged."""
        await content.delete(content_id)

    @get(
        "/{content_id:int}/image",
        media_type="image/png",
        summary="The full-size image",
        responses=FILE_RESPONSES,
    )
    async def image(
        self,
        content_id: FromPath[int],
        request: Request[Any, Any, Any],
        content: NamedDependency[ContentService],
        runtime: NamedDependency[Runtime],
        v: Version = None,
        download: FromQuery[Switch] = "0",
        metadata: FromQuery[Literal["keep", "strip"]] = "keep",
    ) -> Response[Any]:
        """Return the image; ``download=1`` names the file, ``metadata=strip`` drops what is embedded."""
        item = await content.get(content_id)
        files = Files(runtime, _conditions(request), is_pinned=v == item.sha256)
        name = download_name(item) if download == "1" else None
        if metadata == "strip":
            return await files.stripped(item, name)
        return await files.image(item, name)

    @get(
        "/{content_id:int}/thumbnails/{size:str}",
        media_type="image/webp",
        summary="A thumbnail",
        responses=FILE_RESPONSES,
    )
    async def thumbnail(
        self,
        content_id: FromPath[int],
        size: FromPath[ThumbnailSize],
        request: Request[Any, Any, Any],
        content: NamedDependency[ContentService],
        runtime: NamedDependency[Runtime],
        v: Version = None,
    ) -> Response[Any]:
        """Return a copy whose longest edge is 256, 512 or 1024 px; JPEG where WebP is not accepted."""
        item = await content.get(content_id)
        files = Files(runtime, _conditions(request), is_pinned=v == item.sha256)
        return await files.thumbnail(item, size, accept=request.headers.get("accept"))


def _conditions(request: Request[Any, Any, Any]) -> Conditions:
    headers = request.headers
    return Conditions(
        if_none_match=headers.get("if-none-match"),
        if_modified_since=headers.get("if-modified-since"),
        if_range=headers.get("if-range"),
        range=headers.get("range"),
    )
