"""The routes of images and thumbnails."""

from typing import Annotated, Any, Literal

from litestar import Controller, HttpMethod, Request, Response
from litestar.di import NamedDependency
from litestar.handlers import route
from litestar.params import FromPath, FromQuery, QueryParameter

from genonaut.content.controllers.file_responses import (
    FILE_RESPONSES,
    FileResponses,
    accepted_by,
    conditions_of,
)
from genonaut.content.controllers.parameters import InTrash
from genonaut.content.downloads import NEVER_SHOWN, download_name
from genonaut.content.file_access import FileAccess
from genonaut.content.tables import ContentType
from genonaut.core.schemas import NO_NUL
from genonaut.storage.thumbnails import ThumbnailSize

Switch = Literal["0", "1"]
Version = Annotated[str | None, QueryParameter(max_length=64, pattern=NO_NUL)]
_READING = [HttpMethod.GET, HttpMethod.HEAD]


class ContentFileController(Controller):
    """Files of items, with conditional requests and ranges."""

    path = "/content"
    tags = ("content",)

    @route(
        "/{content_id:int}/image",
        http_method=_READING,
        media_type="image/png",
        summary="Get the full-size image",
        responses=FILE_RESPONSES,
    )
    async def image(
        self,
        content_id: FromPath[int],
        request: Request[Any, Any, Any],
        file_access: NamedDependency[FileAccess],
        *,
        v: Version = None,
        download: FromQuery[Switch] = "0",
        metadata: FromQuery[Literal["keep", "strip"]] = "keep",
        in_trash: InTrash = False,
    ) -> Response[Any]:
        """Return the image. ``download=1`` adds a file name, ``metadata=strip`` removes metadata.

        For a video it is the first frame, for a sound the waveform; other types have none.
        """
        item = await file_access.item(content_id, in_trash=in_trash)
        responses = FileResponses(
            file_access.runtime, conditions_of(request), is_pinned=v == item.sha256
        )
        if item.content_type is not ContentType.IMAGE:
            return await responses.poster(item, accept=accepted_by(request))
        name = download_name(item) if download == "1" else None
        if metadata == "strip":
            return await responses.stripped(item, name)
        return await responses.image(item, name)

    @route(
        "/{content_id:int}/file",
        http_method=_READING,
        media_type="*/*",
        summary="Get the file",
        responses=FILE_RESPONSES,
    )
    async def file(
        self,
        content_id: FromPath[int],
        request: Request[Any, Any, Any],
        file_access: NamedDependency[FileAccess],
        *,
        v: Version = None,
        download: FromQuery[Switch] = "0",
        in_trash: InTrash = False,
    ) -> Response[Any]:
        """Return the stored file of any type, or a range of it. ``download=1`` adds a file name."""
        item = await file_access.item(content_id, in_trash=in_trash)
        responses = FileResponses(
            file_access.runtime, conditions_of(request), is_pinned=v == item.sha256
        )
        is_named = download == "1" or item.content_type in NEVER_SHOWN
        return await responses.image(item, download_name(item) if is_named else None)

    @route(
        "/{content_id:int}/thumbnails/{size:str}",
        http_method=_READING,
        media_type="image/webp",
        summary="Get a thumbnail",
        responses=FILE_RESPONSES,
    )
    async def thumbnail(
        self,
        content_id: FromPath[int],
        size: FromPath[ThumbnailSize],
        request: Request[Any, Any, Any],
        file_access: NamedDependency[FileAccess],
        *,
        v: Version = None,
        in_trash: InTrash = False,
    ) -> Response[Any]:
        """Return a thumbnail with a longest edge of 256, 512 or 1024 px, as WebP or JPEG."""
        item = await file_access.item(content_id, in_trash=in_trash)
        responses = FileResponses(
            file_access.runtime, conditions_of(request), is_pinned=v == item.sha256
        )
        return await responses.thumbnail(item, size, accept=accepted_by(request))
