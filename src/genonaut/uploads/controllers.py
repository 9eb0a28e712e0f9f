"""Routes of uploads."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from litestar import Controller, HttpMethod, Request, Response, delete, get, post
from litestar.di import NamedDependency
from litestar.exceptions import InternalServerException
from litestar.handlers import route
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import (
    OpenAPIFormat,
    OpenAPIMediaType,
    OpenAPIType,
    Operation,
    Reference,
    RequestBody,
    Schema,
)
from litestar.params import FromPath, FromQuery, QueryParameter

from genonaut.accounts.guards import GENERATE
from genonaut.content.controllers.file_responses import (
    FILE_RESPONSES,
    FileResponses,
    accepted_by,
    conditions_of,
)
from genonaut.content.controllers.parameters import Limit
from genonaut.content.downloads import download_name
from genonaut.core.pagination import DEFAULT_LIMIT, Page
from genonaut.core.schemas import NO_NUL
from genonaut.runtime import Runtime
from genonaut.storage.thumbnails import ThumbnailSize
from genonaut.uploads.errors import MalformedUploadError
from genonaut.uploads.files import file_item_of, read_upload_thumbnail
from genonaut.uploads.receiving import FIELD, MULTIPART_BYTES, too_large
from genonaut.uploads.schemas import UploadDetailsView, UploadView
from genonaut.uploads.service import UploadService
from genonaut.uploads.tables import UploadKind

Version = Annotated[str | None, QueryParameter(max_length=64, pattern=NO_NUL)]
_READING = [HttpMethod.GET, HttpMethod.HEAD]


@dataclass
class FileOperation(Operation):
    """Describes the body of a route that takes a file, which the route reads as it arrives instead of as ``data``."""

    fields: ClassVar[tuple[str, ...]] = (FIELD,)

    def __post_init__(self) -> None:
        """Add the body to the OpenAPI operation."""
        file = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY)
        fields: dict[str, Reference | Schema] = dict.fromkeys(self.fields, file)
        form = Schema(type=OpenAPIType.OBJECT, properties=fields, required=[FIELD])
        content = {"multipart/form-data": OpenAPIMediaType(schema=form)}
        self.request_body = RequestBody(content=content, required=True)


class UploadController(Controller):
    """Files that the caller brings as inputs of jobs."""

    path = "/uploads"
    tags = ("uploads",)

    @post(
        "/",
        opt=GENERATE,
        request_max_body_size=None,
        operation_class=FileOperation,
        summary="Upload a file",
        responses={
            200: ResponseSpec(
                UploadDetailsView,
                description="The same bytes were stored before",
                generate_examples=False,
            )
        },
    )
    async def upload(
        self,
        request: Request[Any, Any, Any],
        runtime: NamedDependency[Runtime],
        uploads: NamedDependency[UploadService],
    ) -> Response[UploadDetailsView]:
        """Store the field ``file`` of a ``multipart/form-data`` body.

        Images are PNG, JPEG, WebP or AVIF; EXIF orientation is applied, other metadata are removed from the
        stored file. Videos and audio files are stored as they are.
        """
        limit = runtime.settings.uploads.max_bytes
        length = request.headers.get("content-length", "")
        if length.isdecimal() and int(length) > limit + MULTIPART_BYTES:
            raise too_large(limit)
        accepted = await uploads.accept(
            body_of(request), content_type=request.headers.get("content-type", "")
        )
        view = UploadDetailsView.of(accepted.upload)
        return Response(view, status_code=201 if accepted.is_new else 200)

    @get("/", summary="List uploads")
    async def list_uploads(
        self,
        *,
        uploads: NamedDependency[UploadService],
        kind: FromQuery[UploadKind | None] = None,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Annotated[str | None, QueryParameter(max_length=500)] = None,
    ) -> Page[UploadView]:
        """List the caller's uploads, newest first."""
        found = await uploads.page(kind, cursor=cursor, limit=limit)
        items = [UploadView.of(one) for one in found.rows]
        return Page(items=items, next_cursor=found.next_cursor, total=found.total)

    @get("/{upload_id:int}", summary="Get an upload")
    async def get_upload(
        self, upload_id: FromPath[int], uploads: NamedDependency[UploadService]
    ) -> UploadDetailsView:
        """Return an upload of the caller, with the texts that were embedded in the file."""
        return UploadDetailsView.of(await uploads.get(upload_id))

    @delete("/{upload_id:int}", status_code=204, opt=GENERATE, summary="Delete an upload")
    async def delete_upload(
        self, upload_id: FromPath[int], uploads: NamedDependency[UploadService]
    ) -> None:
        """Delete an upload; jobs that have not ended can still use it."""
        await uploads.delete(upload_id)

    @route(
        "/{upload_id:int}/file",
        http_method=_READING,
        media_type="image/png",
        summary="Get the file of an upload",
        responses=FILE_RESPONSES,
    )
    async def file(
        self,
        upload_id: FromPath[int],
        request: Request[Any, Any, Any],
        runtime: NamedDependency[Runtime],
        uploads: NamedDependency[UploadService],
        *,
        v: Version = None,
        download: FromQuery[Literal["0", "1"]] = "0",
    ) -> Response[Any]:
        """Return the stored file; ``download=1`` adds a file name."""
        item = file_item_of(await uploads.get(upload_id))
        responses = FileResponses(runtime, conditions_of(request), is_pinned=v == item.sha256)
        return await responses.image(item, download_name(item) if download == "1" else None)

    @route(
        "/{upload_id:int}/thumbnails/{size:str}",
        http_method=_READING,
        media_type="image/webp",
        summary="Get a thumbnail of an upload",
        responses=FILE_RESPONSES,
    )
    async def thumbnail(
        self,
        upload_id: FromPath[int],
        size: FromPath[ThumbnailSize],
        request: Request[Any, Any, Any],
        runtime: NamedDependency[Runtime],
        uploads: NamedDependency[UploadService],
        *,
        v: Version = None,
    ) -> Response[Any]:
        """Return a thumbnail of an image or of a video's first frame, as WebP or JPEG."""
        item = file_item_of(await uploads.get(upload_id))
        responses = FileResponses(
            runtime,
            conditions_of(request),
            is_pinned=v == item.sha256,
            read=read_upload_thumbnail,
        )
        return await responses.thumbnail(item, size, accept=accepted_by(request))


async def body_of(request: Request[Any, Any, Any]) -> AsyncIterator[bytes]:
    """Yield the body as it arrives.

    Raises:
        MalformedUploadError: the client disconnected before it had sent the whole body.
    """
    try:
        async for chunk in request.stream():
            yield chunk
    except InternalServerException as error:  # Litestar's error for that, which is no crash
        raise MalformedUploadError("the body is incomplete") from error
