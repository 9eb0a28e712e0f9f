"""Answers that carry a stored file."""

import re
from collections.abc import Mapping
from typing import Any

from litestar import Response
from litestar.openapi.datastructures import ResponseSpec
from litestar.response import Stream

from genonaut.content.serving import (
    IMMUTABLE,
    REVALIDATED,
    Conditions,
    Stored,
    is_unchanged,
    part_wanted,
)
from genonaut.content.tables import ContentItem, ContentThumbnail
from genonaut.core.errors import NotFoundError
from genonaut.runtime import Runtime
from genonaut.storage.thumbnails import ThumbnailSize

JPEG = "image/jpeg"
FILE_RESPONSES: Mapping[int, ResponseSpec] = {
    206: ResponseSpec(
        data_container=bytes,
        description="The part asked for",
        media_type="image/*",
        generate_examples=False,
    ),
    304: ResponseSpec(
        data_container=None, description="The client has it", generate_examples=False
    ),
    416: ResponseSpec(
        data_container=None, description="The range lies beyond the end", generate_examples=False
    ),
}
_EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}


class Files:
    """Answers one request for a file of an item, conditions and ranges respected."""

    def __init__(self, runtime: Runtime, conditions: Conditions, *, is_pinned: bool) -> None:
        self._runtime = runtime
        self._conditions = conditions
        self._is_pinned = is_pinned

    async def image(self, item: ContentItem, name: str | None) -> Response[Any]:
        """Return the image as it is stored."""
        stored = Stored(
            size_bytes=item.size_bytes, etag=f'"{item.sha256}"', modified=item.created_at
        )
        return await self._file(item.storage_key, item.mime, stored, name)

    async def stripped(self, item: ContentItem, name: str | None) -> Response[Any]:
        """Return the image without what is embedded in it."""
        whole = await self._runtime.store.read(item.storage_key)
        data = await self._runtime.workshop.strip(whole)
        stored = Stored(
            size_bytes=len(data), etag=f'"{item.sha256}-plain"', modified=item.created_at
        )
        return self._bytes(data, item.mime, stored, name)

    async def thumbnail(
        self, item: ContentItem, size: ThumbnailSize, *, accept: str | None
    ) -> Response[Any]:
        """Return a thumbnail as WebP, or as JPEG for those who do not accept that."""
        found = next((one for one in item.thumbnails if one.size is size), None)
        if found is None:
            raise NotFoundError(f"content {item.id} has no {size} thumbnail")
        if not _accepts_webp(accept):
            return await self._as_jpeg(item, found)
        stored = Stored(
            size_bytes=found.size_bytes,
            etag=f'"{item.sha256}-{size}"',
            modified=item.created_at,
        )
        return await self._file(found.storage_key, found.mime, stored, None)

    async def _as_jpeg(self, item: ContentItem, found: ContentThumbnail) -> Response[Any]:
        webp = await self._runtime.store.read(found.storage_key)
        data = await self._runtime.workshop.as_jpeg(webp)
        etag = f'"{item.sha256}-{found.size}-jpeg"'
        stored = Stored(size_bytes=len(data), etag=etag, modified=item.created_at)
        return self._bytes(data, JPEG, stored, None)

    async def _file(self, key: str, mime: str, stored: Stored, name: str | None) -> Response[Any]:
        headers = self._headers(stored, name)
        if is_unchanged(self._conditions, stored):
            return Response(None, status_code=304, headers=headers)
        part = part_wanted(self._conditions, stored)
        start, end = (0, None) if part is None else (part.start, part.end)
        opened = await self._runtime.store.open(key, start=start, end=end)
        headers["Content-Length"] = str(opened.end - opened.start)
        status = 200
        if part is not None:
            status = 206
            headers["Content-Range"] = f"bytes {part.start}-{part.end - 1}/{stored.size_bytes}"
        return Stream(opened.chunks, media_type=mime, status_code=status, headers=headers)

    def _bytes(self, data: bytes, mime: str, stored: Stored, name: str | None) -> Response[Any]:
        headers = self._headers(stored, name)
        if is_unchanged(self._conditions, stored):
            return Response(None, status_code=304, headers=headers)
        part = part_wanted(self._conditions, stored)
        if part is None:
            return Response(data, media_type=mime, headers=headers)
        headers["Content-Range"] = f"bytes {part.start}-{part.end - 1}/{stored.size_bytes}"
        piece = data[part.start : part.end]
        return Response(piece, media_type=mime, status_code=206, headers=headers)

    def _headers(self, stored: Stored, name: str | None) -> dict[str, str]:
        headers = {
            "ETag": stored.etag,
            "Last-Modified": stored.last_modified,
            "Cache-Control": IMMUTABLE if self._is_pinned else REVALIDATED,
            "Accept-Ranges": "bytes",
            "Vary": "Accept",
            "X-Content-Type-Options": "nosniff",
        }
        if name is not None:
            headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return headers


def download_name(item: ContentItem) -> str:
    """Return a file name made of the id and the title; ASCII, so that every browser reads it."""
    words = re.sub(r"[^a-z0-9]+", "-", item.title.lower()).strip("-")[:60].strip("-")
    return f"{item.id:06d}{'-' if words else ''}{words}.{_EXTENSIONS.get(item.mime, 'bin')}"


def _accepts_webp(accept: str | None) -> bool:
    if not accept:
        return False
    return any(kind in accept for kind in ("image/webp", "image/*", "*/*"))
