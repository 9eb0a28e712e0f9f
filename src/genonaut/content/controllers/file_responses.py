"""HTTP responses that carry a stored file."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

from litestar import HttpMethod, Request, Response
from litestar.openapi.datastructures import ResponseSpec
from litestar.response import Stream

from genonaut.content.controllers.stored_response import StoredResponse
from genonaut.content.downloads import damaged_file_error, require_undamaged, storage_errors_of
from genonaut.content.file_access import FileItem
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
from genonaut.content.thumbnail_files import row_of
from genonaut.content.thumbnails import read_thumbnail
from genonaut.core.errors import NotFoundError
from genonaut.runtime import Runtime
from genonaut.storage.errors import StorageError
from genonaut.storage.thumbnails import THUMBNAIL_MIME, ThumbnailSize

ReadThumbnail = Callable[[Runtime, FileItem, ThumbnailSize], Awaitable[bytes]]
PASSED_ON_PREFIX = "/_genonaut_files/"
"""Path of nginx's internal location for the directory of files; see docs/operations.md."""
_READ_AT_ONCE = 1_048_576
"""Longest part in bytes that is read at once instead of streamed."""
_CONDITIONAL = frozenset({b"if-none-match", b"if-modified-since", b"if-range", b"range"})
_UNCONDITIONAL = Conditions()
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

    def __init__(
        self,
        runtime: Runtime,
        conditions: Conditions,
        *,
        is_pinned: bool,
        read: ReadThumbnail = read_thumbnail,
    ) -> None:
        """Prepare the response.

        Args:
            runtime: the storage and the settings.
            conditions: the headers of the request.
            is_pinned: whether the URL names the hash of the file, so that it never changes.
            read: returns a thumbnail as WebP.
        """
        self._runtime = runtime
        self._read = read
        self._conditions = conditions
        self._is_pinned = is_pinned

    async def image(self, item: FileItem, name: str | None) -> Response[Any]:
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

    async def _redirect(self, item: FileItem) -> Response[Any] | None:
        """Return a redirect to the bucket, if the settings ask for it and there is a bucket."""
        seconds = self._runtime.settings.storage.redirect_seconds
        if not seconds:
            return None
        with storage_errors_of(item.name):
            url = await self._runtime.store.signed_url(
                item.storage_key, valid_for=timedelta(seconds=seconds)
            )
        if url is None:
            return None
        # Half of the time: a browser must not follow a remembered redirect that has expired.
        caching = f"private, max-age={int(seconds / 2)}"
        return Response(b"", status_code=302, headers={"Location": url, "Cache-Control": caching})

    async def stripped(self, item: FileItem, name: str | None) -> Response[Any]:
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
        self, item: FileItem, size: ThumbnailSize, *, accept: str | None
    ) -> Response[Any]:
        """Return a thumbnail as WebP, or as JPEG when the client does not accept WebP.

        A missing or damaged thumbnail is made again from the image first.

        Raises:
            NotFoundError: the thumbnail is missing and cannot be made at present.
            ContentFileDamagedError: the thumbnail is damaged and cannot be made at present.
        """
        as_jpeg = not prefers_webp(accept)
        row = row_of(item.thumbnails, size)

        async def make() -> bytes:
            webp = await self._read(self._runtime, item, size)
            return await self._runtime.image_processor.as_jpeg(webp) if as_jpeg else webp

        etag = f'"{item.sha256}-{size}{"-jpeg" if as_jpeg else ""}"'
        mime = JPEG if as_jpeg else THUMBNAIL_MIME
        if row is not None and not as_jpeg and self._is_accelerated:
            stored = Stored(size_bytes=row.size_bytes, etag=etag, modified=item.created_at)
            headers = self._headers(stored, {"Vary": "Accept"})
            passed_on = await self._passed_on(row.storage_key, mime, stored, headers)
            if passed_on is not None:
                return passed_on
        return await self._derived(item, mime, etag, make, {"Vary": "Accept"})

    async def poster(self, item: FileItem, *, accept: str | None) -> Response[Any]:
        """Return the largest thumbnail, which shows an item that is no image.

        Raises:
            NotFoundError: items of this type have no image.
        """
        if row_of(item.thumbnails, ThumbnailSize.LARGE) is None:
            raise NotFoundError(
                f"content {item.id} is of type {item.content_type} and has no image"
            )
        return await self.thumbnail(item, ThumbnailSize.LARGE, accept=accept)

    async def _file(
        self, item: FileItem, key: str, mime: str, stored: Stored, headers: dict[str, str]
    ) -> Response[Any]:
        """Return a stored file unchanged."""
        if is_unchanged(self._conditions, stored):
            return StoredResponse(b"", media_type=mime, status_code=304, headers=headers)
        passed_on = await self._passed_on(key, mime, stored, headers)
        if passed_on is not None:
            return passed_on
        part = requested_range(self._conditions, stored)
        start, end = (0, stored.size_bytes) if part is None else (part.start, part.end)
        status = 200
        if part is not None:
            status = 206
            headers["Content-Range"] = part.content_range(stored.size_bytes)
        if end - start > _READ_AT_ONCE:
            with storage_errors_of(item.name):
                opened = await self._runtime.store.open(key, start=start, end=end)
            if opened.head.size_bytes != stored.size_bytes:
                raise damaged_file_error(item.name)
            headers["Content-Length"] = str(opened.end - opened.start)
            return Stream(opened.chunks, media_type=mime, status_code=status, headers=headers)
        with storage_errors_of(item.name):
            data, size_bytes = await self._runtime.store.read_part(key, start=start, end=end)
        if size_bytes != stored.size_bytes:
            raise damaged_file_error(item.name)
        return StoredResponse(data, media_type=mime, status_code=status, headers=headers)

    async def _passed_on(
        self, key: str, mime: str, stored: Stored, headers: dict[str, str]
    ) -> Response[Any] | None:
        """Return a response whose body the proxy sends from the local disk.

        None if it must be sent from here: without acceleration, when the client's copy is current, and
        for a file that is missing or damaged. The proxy answers ranges itself.
        Source: nginx, "X-Accel"; Apache, mod_xsendfile.
        """
        if not self._is_accelerated or is_unchanged(self._conditions, stored):
            return None
        path = self._runtime.store.local_path(key)
        if path is None:
            return None
        try:
            head = await self._runtime.store.head(key)
        except StorageError:
            return None
        if head.size_bytes != stored.size_bytes:
            return None
        if self._runtime.settings.web.file_acceleration == "nginx":
            more = {"X-Accel-Redirect": PASSED_ON_PREFIX + key}
        else:
            more = {"X-Sendfile": str(path)}
        return Response(b"", media_type=mime, headers=headers | more)

    @property
    def _is_accelerated(self) -> bool:
        return self._runtime.settings.web.file_acceleration != "none"

    async def _derived(
        self,
        item: FileItem,
        mime: str,
        etag: str,
        make: Callable[[], Awaitable[bytes]],
        more: dict[str, str],
    ) -> Response[Any]:
        """Return bytes derived from a stored file, unless the client's copy is current."""
        unread = Stored(size_bytes=0, etag=etag, modified=item.created_at)
        headers = self._headers(unread, more)
        if is_unchanged(self._conditions, unread):
            return StoredResponse(b"", media_type=mime, status_code=304, headers=headers)
        with storage_errors_of(item.name):
            data = await make()
        stored = Stored(size_bytes=len(data), etag=etag, modified=item.created_at)
        part = requested_range(self._conditions, stored)
        if part is None:
            return StoredResponse(data, media_type=mime, headers=headers)
        headers["Content-Range"] = part.content_range(len(data))
        piece = data[part.start : part.end]
        return StoredResponse(piece, media_type=mime, status_code=206, headers=headers)

    def _headers(self, stored: Stored, more: dict[str, str]) -> dict[str, str]:
        return {
            "ETag": stored.etag,
            "Last-Modified": stored.last_modified,
            "Cache-Control": IMMUTABLE if self._is_pinned else REVALIDATED,
            "Accept-Ranges": "bytes",
            "X-Content-Type-Options": "nosniff",
            **more,
        }


def conditions_of(request: Request[Any, Any, Any]) -> Conditions:
    """Return the headers of a request that decide what is sent."""
    # Few requests have one; `request.headers` would make an object of all headers.
    found: dict[bytes, str] = {}
    for name, value in request.scope["headers"]:
        if name in _CONDITIONAL:
            found.setdefault(name, value.decode("latin-1"))
    if not found:
        return _UNCONDITIONAL
    return Conditions(
        if_none_match=found.get(b"if-none-match"),
        if_modified_since=found.get(b"if-modified-since"),
        if_range=found.get(b"if-range"),
        # Ranges are defined for GET alone (RFC 9110, section 14.2).
        range=found.get(b"range") if request.method == HttpMethod.GET else None,
    )


def accepted_by(request: Request[Any, Any, Any]) -> str | None:
    """Return the Accept header of a request."""
    for name, value in request.scope["headers"]:
        if name == b"accept":
            return value.decode("latin-1")
    return None


def _disposition(name: str | None) -> dict[str, str]:
    return {} if name is None else {"Content-Disposition": f'attachment; filename="{name}"'}
