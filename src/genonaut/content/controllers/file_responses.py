"""HTTP responses that carry a stored file."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

from litestar import Response
from litestar.openapi.datastructures import ResponseSpec
from litestar.response import Stream

from genonaut.content.downloads import damaged_file_error, require_undamaged, storage_errors_of
from genonaut.content.serving import (
    IMMUTABLE,
    JPEG,
    REVALIDATED,
    Conditions,
    Stored,
    is_unchanged,
    prefers_webp,
    requested_range,
)
from genonaut.content.tables import ContentItem
from genonaut.content.thumbnails import read_thumbnail
from genonaut.runtime import Runtime
from genonaut.storage.thumbnails import THUMBNAIL_MIME, ThumbnailSize

FILE_RESPONSES: Mapping[int, ResponseSpec] = {
    206: ResponseSpec(
        data_container=bytes,
        description="The requested range",
        media_type="image/*",
        generate_examples=False,
    ),
    302: ResponseSpec(
        data_container=None,
        description="The image is in the bucket at the signed URL of Location",
        generate_examples=False,
    ),
    304: ResponseSpec(
        data_container=None, description="The client's copy is current", generate_examples=False
    ),
    416: ResponseSpec(
        data_container=None,
        description="The range is beyond the end of the file",
        generate_examples=False,
    ),
}


class FileResponses:
    """Builds the response to one request for a file, with conditions and ranges applied."""

    def __init__(self, runtime: Runtime, conditions: Conditions, *, is_pinned: bool) -> None:
        self._runtime = runtime
        self._conditions = conditions
        self._is_pinned = is_pinned

    async def image(self, item: ContentItem, name: str | None) -> Response[Any]:
        """Return the image as it is stored.

        Raises:
            ContentFileDamagedError: the file is known to be damaged.
        """
        require_undamaged(item)
        stored = Stored(
            size_bytes=item.size_bytes, etag=f'"{item.sha256}"', modified=item.created_at
        )
        if name is None and not is_unchanged(self._conditions, stored):
            redirect = await self._redirect(item)
            if redirect is not None:
                return redirect
        headers = self._headers(stored, _disposition(name))
        return await self._file(item, item.storage_key, item.mime, stored, headers)

    async def _redirect(self, item: ContentItem) -> Response[Any] | None:
        """Return a redirect to the bucket, if the settings ask for it and there is a bucket."""
        seconds = self._runtime.settings.storage.redirect_seconds
        if not seconds:
            return None
        with storage_errors_of(item.id):
            url = await self._runtime.store.signed_url(
                item.storage_key, valid_for=timedelta(seconds=seconds)
            )
        if url is None:
            return None
        # Half of the time: a browser must not follow a remembered redirect that has expired.
        caching = f"private, max-age={int(seconds / 2)}"
        return Response(b"", status_code=302, headers={"Location": url, "Cache-Control": caching})

    async def stripped(self, item: ContentItem, name: str | None) -> Response[Any]:
        """Return the image without its embedded metadata.

        Raises:
            ContentFileDamagedError: the file is known to be damaged.
        """
        require_undamaged(item)

        async def make() -> bytes:
            whole = await self._runtime.store.read(item.storage_key)
            return await self._runtime.image_processor.strip(whole)

        etag = f'"{item.sha256}-plain"'
        return await self._derived(item, item.mime, etag, make, _disposition(name))

    async def thumbnail(
        self, item: ContentItem, size: ThumbnailSize, *, accept: str | None
    ) -> Response[Any]:
        """Return a thumbnail as WebP, or as JPEG when the client does not accept WebP.

        A missing or damaged thumbnail is made again from the image first.

        Raises:
            NotFoundError: the thumbnail is missing and cannot be made at present.
            ContentFileDamagedError: the thumbnail is damaged and cannot be made at present.
        """
        as_jpeg = not prefers_webp(accept)

        async def make() -> bytes:
            webp = await read_thumbnail(self._runtime, item, size)
            return await self._runtime.image_processor.as_jpeg(webp) if as_jpeg else webp

        etag = f'"{item.sha256}-{size}{"-jpeg" if as_jpeg else ""}"'
        mime = JPEG if as_jpeg else THUMBNAIL_MIME
        return await self._derived(item, mime, etag, make, {"Vary": "Accept"})

    async def _file(
        self, item: ContentItem, key: str, mime: str, stored: Stored, headers: dict[str, str]
    ) -> Response[Any]:
        """Return a stored file unchanged."""
        if is_unchanged(self._conditions, stored):
            return Response(b"", media_type=mime, status_code=304, headers=headers)
        part = requested_range(self._conditions, stored)
        start, end = (0, None) if part is None else (part.start, part.end)
        with storage_errors_of(item.id):
            opened = await self._runtime.store.open(key, start=start, end=end)
        if opened.head.size_bytes != stored.size_bytes:
            raise damaged_file_error(item.id)
        headers["Content-Length"] = str(opened.end - opened.start)
        status = 200
        if part is not None:
            status = 206
            headers["Content-Range"] = part.content_range(stored.size_bytes)
        return Stream(opened.chunks, media_type=mime, status_code=status, headers=headers)

    async def _derived(
        self,
        item: ContentItem,
        mime: str,
        etag: str,
        make: Callable[[], Awaitable[bytes]],
        more: dict[str, str],
    ) -> Response[Any]:
        """Return bytes derived from a stored file, unless the client's copy is current."""
        unread = Stored(size_bytes=0, etag=etag, modified=item.created_at)
        headers = self._headers(unread, more)
        if is_unchanged(self._conditions, unread):
            return Response(b"", media_type=mime, status_code=304, headers=headers)
        with storage_errors_of(item.id):
            data = await make()
        stored = Stored(size_bytes=len(data), etag=etag, modified=item.created_at)
        part = requested_range(self._conditions, stored)
        if part is None:
            return Response(data, media_type=mime, headers=headers)
        headers["Content-Range"] = part.content_range(len(data))
        piece = data[part.start : part.end]
        return Response(piece, media_type=mime, status_code=206, headers=headers)

    def _headers(self, stored: Stored, more: dict[str, str]) -> dict[str, str]:
        return {
            "ETag": stored.etag,
            "Last-Modified": stored.last_modified,
            "Cache-Control": IMMUTABLE if self._is_pinned else REVALIDATED,
            "Accept-Ranges": "bytes",
            "X-Content-Type-Options": "nosniff",
            **more,
        }


def _disposition(name: str | None) -> dict[str, str]:
    return {} if name is None else {"Content-Disposition": f'attachment; filename="{name}"'}
