"""A picture of what a model does: beside its file, inside it, or at a ComfyUI server.

Source of the server's route: ComfyUI app/model_manager.py, GET /experiment/models/preview.
"""

import asyncio
import base64
import binascii
import hashlib
import os
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta

import msgspec
import structlog
from sqlalchemy import select

from genonaut.catalog.identification.header import Header
from genonaut.catalog.identification.reading import read_header
from genonaut.catalog.regular_file import open_regular
from genonaut.catalog.repository import CatalogRepository
from genonaut.catalog.scanning.sidecars import MAX_PREVIEW_BYTES
from genonaut.catalog.tables import AvailableModel, ModelBackend, ModelFile
from genonaut.comfyui import ComfyClient, ComfyUnreachableError
from genonaut.core.errors import NotFoundError
from genonaut.core.ids import is_valid_id
from genonaut.runtime import Runtime
from genonaut.storage.errors import BadImageError, FileMissingError, StorageError
from genonaut.storage.thumbnails import ThumbnailSize

log = structlog.get_logger()
PREVIEW_MIME = "image/webp"
_IMAGES = (".png", ".jpg", ".jpeg", ".webp")
_SIZE = ThumbnailSize.MEDIUM


class Preview(msgspec.Struct, frozen=True):
    """A small picture; ``data`` None means that the caller has it."""

    etag: str
    data: bytes | None


class _Origin(msgspec.Struct, frozen=True):
    """Where the picture of a model may come from."""

    model: AvailableModel
    file: ModelFile | None
    servers: tuple[ModelBackend, ...]

    @property
    def version(self) -> str:
        """Return a text that changes with the picture."""
        facts: tuple[object, ...] = (self.model.folder, self.model.name)
        if self.file is not None:
            facts = (self.file.path, self.file.mtime_ns, self.file.neighbours_ns)
        elif self.servers:
            facts = (*facts, *(str(server.size_bytes) for server in self.servers))
        return hashlib.blake2b(repr(facts).encode(), digest_size=12).hexdigest()


def _key(origin: _Origin) -> str:
    return f"previews/{origin.model.id}/{origin.version}.webp"


def preview_path(model_id: int) -> str:
    """Return where the API serves the picture."""
    return f"/api/v1/models/{model_id}/preview"


class Previews:
    """Makes small pictures once and keeps them in the store."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    async def of(self, model_id: int, *, known: str | None) -> Preview:
        """Return the picture of a model.

        Args:
            model_id: Which model.
            known: The tags of what the caller has, as If-None-Match sends them.

        Raises:
            NotFoundError: no such model, or nothing to show of it.
        """
        origin = await self._origin(model_id)
        etag = f'"{origin.version}"'
        if known is not None and etag in {
            tag.strip().removeprefix("W/") for tag in known.split(",")
        }:
            return Preview(etag, None)
        key = _key(origin)
        with suppress(FileMissingError):
            return Preview(etag, await self._runtime.store.read(key))
        data = await self._shrunk(await self._raw(origin), model_id)
        await self._keep(key, data)
        return Preview(etag, data)

    async def keep(self, model_id: int, raw: bytes) -> bool:
        """Keep a picture that a server gave of a model; returns whether it is one."""
        origin = await self._origin(model_id)
        try:
            data = await self._shrunk(raw, model_id)
        except NotFoundError:
            return False
        await self._keep(_key(origin), data)
        return True

    async def _keep(self, key: str, data: bytes) -> None:
        """Put a picture in the place of earlier ones of its model."""
        folder = key.rpartition("/")[0]
        try:
            outdated = [
                one.key async for one in self._runtime.store.older_than(timedelta(0), prefix=folder)
            ]
            await self._runtime.store.put({key: data})
            await self._runtime.store.delete(*(one for one in outdated if one != key))
        except StorageError as error:  # it is made anew the next time
            log.warning("preview.not_kept", key=key, error=str(error))

    async def _origin(self, model_id: int) -> _Origin:
        async with self._runtime.begin() as uow:
            catalog = CatalogRepository(uow.session)
            model = await catalog.find(model_id) if is_valid_id(model_id) else None
            if model is None:
                raise NotFoundError(f"no model {model_id}")
            file = await catalog.file_of(model_id)
            servers = await uow.session.scalars(
                select(ModelBackend)
                .where(ModelBackend.model_id == model_id)
                .order_by(ModelBackend.backend)
            )
            return _Origin(model, file, tuple(servers))

    async def _raw(self, origin: _Origin) -> bytes:
        found = None
        if origin.file is not None:
            found = await asyncio.to_thread(_read_picture, origin.file)
        if not found:
            found = await self._ask_servers(origin)
        if not found:
            raise NotFoundError(f"there is no picture of model {origin.model.id}")
        return found

    async def _ask_servers(self, origin: _Origin) -> bytes | None:
        urls = {one.name: one.url for one in self._runtime.settings.backends if one.enabled}
        for server in origin.servers:
            if server.backend not in urls:
                continue
            client = ComfyClient(urls[server.backend], self._runtime.http)
            with suppress(ComfyUnreachableError):  # perhaps another one has it
                if picture := await _ask(client, origin.model, server):
                    return picture
        return None

    async def _shrunk(self, raw: bytes, model_id: int) -> bytes:
        try:
            async with self._runtime.store.staging() as path:
                await asyncio.to_thread(path.write_bytes, raw)
                image = await self._runtime.workshop.process(path)
        except BadImageError as error:
            raise NotFoundError(f"the picture of model {model_id} does not decode") from error
        return next(one.data for one in image.thumbnails if one.size is _SIZE)


async def _ask(client: ComfyClient, model: AvailableModel, server: ModelBackend) -> bytes | None:
    """Return the picture that a server has beside a model, else the one in its metadata."""
    picture, name = None, server.spelling or model.name
    if server.has_picture and server.path_index is not None:
        picture = await client.model_preview(
            model.folder, server.path_index, name, limit_bytes=MAX_PREVIEW_BYTES
        )
    return picture or _embedded(await client.view_metadata(model.folder, name) or {})


def _read_picture(file: ModelFile) -> bytes | None:
    """Return the picture beside a file, else the one inside it."""
    path = os.fsdecode(file.path)
    name = os.fsdecode(file.preview or b"")
    if name.lower().endswith(_IMAGES):
        with suppress(OSError), open_regular(os.path.join(os.path.dirname(path), name)) as picture:  # noqa: PTH118, PTH120  # bytes that may be no text
            data = picture.read(MAX_PREVIEW_BYTES + 1)
            if len(data) <= MAX_PREVIEW_BYTES:
                return data
    header = read_header(path)
    return _embedded(header.metadata) if isinstance(header, Header) else None


def _embedded(metadata: Mapping[str, object]) -> bytes | None:
    """Return the picture in a file's metadata.

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
