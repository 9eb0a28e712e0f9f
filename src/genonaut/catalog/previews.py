"""Preview images of models: from beside the file, from inside it, or from a backend.

Source of the backend's route: ComfyUI app/model_manager.py, GET /experiment/models/preview.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import os
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec
import structlog
from sqlalchemy import select

from genonaut.catalog.identification.header import Header
from genonaut.catalog.identification.header_reader import read_header
from genonaut.catalog.regular_file import open_regular
from genonaut.catalog.repository import CatalogRepository
from genonaut.catalog.scanning.sidecars import MAX_PREVIEW_BYTES
from genonaut.catalog.tables import AvailableModel, ModelBackend, ModelFile
from genonaut.comfyui import ComfyUnreachableError
from genonaut.core.errors import NotFoundError
from genonaut.core.ids import is_valid_id
from genonaut.runtime import Runtime
from genonaut.storage.errors import BadImageError, FileMissingError, StorageError
from genonaut.storage.thumbnails import ThumbnailSize

if TYPE_CHECKING:
    from genonaut.comfyui import ComfyClient

log = structlog.get_logger()
PREVIEW_MIME = "image/webp"
_IMAGES = (".png", ".jpg", ".jpeg", ".webp")
_SIZE = ThumbnailSize.MEDIUM


class Preview(msgspec.Struct, frozen=True):
    """A preview; ``data`` is None if the caller's copy is current."""

    etag: str
    data: bytes | None


class _PreviewSource(msgspec.Struct, frozen=True):
    """A model and the places that may have its preview."""

    model: AvailableModel
    file: ModelFile | None
    backends: tuple[ModelBackend, ...]

    @property
    def version(self) -> str:
        """Return a text that changes when the preview may have changed."""
        facts: tuple[object, ...] = (self.model.folder, self.model.name)
        if self.file is not None:
            facts = (self.file.path, self.file.mtime_ns, self.file.neighbours_ns)
        elif self.backends:
            facts = (*facts, *(str(one.size_bytes) for one in self.backends))
        return hashlib.blake2b(repr(facts).encode(), digest_size=12).hexdigest()


def _store_key(source: _PreviewSource) -> str:
    return f"previews/{source.model.id}/{source.version}.webp"


def preview_path(model_id: int) -> str:
    """Return the path at which the API serves the preview."""
    return f"/api/v1/models/{model_id}/preview"


class Previews:
    """Creates previews once and keeps them in the store."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    async def of(self, model_id: int, *, known: str | None) -> Preview:
        """Return the preview of a model.

        Args:
            model_id: Which model.
            known: The If-None-Match header: tags of the caller's copies.

        Raises:
            NotFoundError: there is no such model, or no preview of it.
        """
        source = await self._source(model_id)
        etag = f'"{source.version}"'
        if known is not None and etag in {
            tag.strip().removeprefix("W/") for tag in known.split(",")
        }:
            return Preview(etag, None)
        key = _store_key(source)
        with suppress(FileMissingError):
            return Preview(etag, await self._runtime.store.read(key))
        data = await self._thumbnail(await self._read(source), model_id)
        await self._store(key, data)
        return Preview(etag, data)

    async def store(self, model_id: int, raw: bytes) -> bool:
        """Store an image that a backend sent for a model; returns False if it cannot be decoded."""
        source = await self._source(model_id)
        try:
            data = await self._thumbnail(raw, model_id)
        except NotFoundError:
            return False
        await self._store(_store_key(source), data)
        return True

    async def _store(self, key: str, data: bytes) -> None:
        """Store a preview and delete older ones of its model; a storage error is only logged."""
        folder = key.rpartition("/")[0]
        try:
            outdated = [
                one.key async for one in self._runtime.store.older_than(timedelta(0), prefix=folder)
            ]
            await self._runtime.store.put({key: data})
            await self._runtime.store.delete(*(one for one in outdated if one != key))
        except StorageError as error:  # it is created again on the next request
            log.warning("preview.store_failed", key=key, error=str(error))

    async def _source(self, model_id: int) -> _PreviewSource:
        async with self._runtime.begin() as uow:
            catalog = CatalogRepository(uow.session)
            model = await catalog.find(model_id) if is_valid_id(model_id) else None
            if model is None:
                raise NotFoundError(f"no model {model_id}")
            file = await catalog.file_of(model_id)
            backends = await uow.session.scalars(
                select(ModelBackend)
                .where(ModelBackend.model_id == model_id)
                .order_by(ModelBackend.backend)
            )
            return _PreviewSource(model, file, tuple(backends))

    async def _read(self, source: _PreviewSource) -> bytes:
        found = None
        if source.file is not None:
            found = await asyncio.to_thread(_read_file, source.file)
        if not found:
            found = await self._from_backends(source)
        if not found:
            raise NotFoundError(f"there is no preview of model {source.model.id}")
        return found

    async def _from_backends(self, source: _PreviewSource) -> bytes | None:
        from genonaut.comfyui import client_of  # noqa: PLC0415 - loads aiohttp

        enabled = {one.name: one for one in self._runtime.settings.backends if one.enabled}
        for one in source.backends:
            if one.backend not in enabled:
                continue
            with suppress(ComfyUnreachableError):  # another backend may have it
                client = client_of(enabled[one.backend], self._runtime.http)
                if image := await _from_backend(client, source.model, one):
                    return image
        return None

    async def _thumbnail(self, raw: bytes, model_id: int) -> bytes:
        try:
            async with self._runtime.store.staging() as path:
                await asyncio.to_thread(path.write_bytes, raw)
                image = await self._runtime.image_processor.process(path)
        except BadImageError as error:
            raise NotFoundError(f"the preview of model {model_id} cannot be decoded") from error
        return next(one.data for one in image.thumbnails if one.size is _SIZE)


async def _from_backend(
    client: ComfyClient, model: AvailableModel, listing: ModelBackend
) -> bytes | None:
    """Return the image that a backend has beside a model, else the one in its metadata."""
    image, name = None, listing.spelling or model.name
    if listing.has_picture and listing.path_index is not None:
        image = await client.model_preview(
            model.folder, listing.path_index, name, limit_bytes=MAX_PREVIEW_BYTES
        )
    return image or _embedded(await client.view_metadata(model.folder, name) or {})


def _read_file(file: ModelFile) -> bytes | None:
    """Return the image beside a file, else the one inside it."""
    path = os.fsdecode(file.path)
    name = os.fsdecode(file.preview or b"")
    if name.lower().endswith(_IMAGES):
        with suppress(OSError), open_regular(os.path.join(os.path.dirname(path), name)) as image:  # noqa: PTH118, PTH120  # the path may not be valid UTF-8
            data = image.read(MAX_PREVIEW_BYTES + 1)
            if len(data) <= MAX_PREVIEW_BYTES:
                return data
    header = read_header(path)
    return _embedded(header.metadata) if isinstance(header, Header) else None


def _embedded(metadata: Mapping[str, object]) -> bytes | None:
    """Return the image in a file's metadata.

    Sources: ModelSpec 1.0.1, ``thumbnail`` as a data URI; kohya's additional networks extension,
    ``ssmd_cover_images`` as a JSON list of base64.
    """
    thumbnail = metadata.get("modelspec.thumbnail")
    if isinstance(thumbnail, str) and thumbnail.startswith("data:image/"):
        return _decoded(thumbnail.partition(",")[2])
    covers = metadata.get("ssmd_cover_images")
    if not isinstance(covers, str):
        return None
    try:
        images = msgspec.json.decode(covers, type=list[str])
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return None
    return _decoded(images[0]) if images else None


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text) if len(text) < 2 * MAX_PREVIEW_BYTES else None
    except (binascii.Error, ValueError):
        return None
