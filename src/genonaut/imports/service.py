"""Import files that a user sends into the user's gallery."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from uuid import UUID

import msgspec
import structlog
from sqlalchemy import func, select

from genonaut.content.recording import StoredImage, record_image
from genonaut.content.storage_quota import StorageQuota, StorageQuotaExceededError
from genonaut.content.tables import ContentItem
from genonaut.content.trash import delete_files
from genonaut.core.sizes import format_bytes
from genonaut.db import UnitOfWork
from genonaut.db.advisory_locks import AdvisoryLock, lock_transaction
from genonaut.imports.archives import (
    ArchivedFile,
    ArchiveError,
    ArchiveLimits,
    archived_files,
    is_archive,
)
from genonaut.imports.storing import StoredFile, is_importable, store_file
from genonaut.metadata import MAX_SIDECAR_BYTES, Generation, read_with_sidecars
from genonaut.runtime import Runtime
from genonaut.storage.errors import BadImageError
from genonaut.uploads.receiving import ReceivedFile, receive_file

log = structlog.get_logger()
_EXPANSION = 2
"""An archive may expand to so many times its greatest size: images cannot be compressed further."""
_START_BYTES = 8
_UNKNOWN_FORMAT = (
    "it is no image (PNG, JPEG, WebP, AVIF), video (MP4, MOV, WebM) or sound (FLAC, MP3, Ogg)"
)

_INNER_ARCHIVE = "it is a zip inside a zip; import it on its own"


class ImportStatus(StrEnum):
    """The outcome for one file."""

    IMPORTED = "imported"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


class ImportedFile(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome for one file; ``program`` wrote it, if its metadata say so."""

    name: str
    status: ImportStatus
    content_id: int | None = None
    program: str | None = None
    reason: str | None = None


class InspectedFile(msgspec.Struct, frozen=True, kw_only=True):
    """What a file says; nothing of it was stored.

    ``content_id`` is the item of the user that has the same bytes already; ``is_importable`` says whether
    the gallery takes files of this format.
    """

    name: str
    sha256: str
    size_bytes: int
    content_id: int | None
    is_importable: bool
    generation: Generation | None


class ImportService:
    """Acts for one user."""

    def __init__(self, runtime: Runtime, *, owner_id: UUID) -> None:
        self._runtime = runtime
        self._owner_id = owner_id
        self._quota = StorageQuota(runtime)

    async def accept(
        self, chunks: AsyncIterator[bytes], *, content_type: str
    ) -> Sequence[ImportedFile]:
        """Receive an image or a zip of images, and import each; one that fails does not stop others.

        A file whose bytes the user has in the gallery or the trash already is not imported again, so an
        interrupted import can be repeated. A sidecar counts for a file that does not say how it was made.

        Raises:
            MalformedUploadError: the body is not complete multipart/form-data.
            UploadTooLargeError: the file is larger than ``imports.max_bytes``.
            InvalidInputError: the form has not exactly one field ``file``.
            StorageError: the storage cannot be written.
        """
        async with self._runtime.store.staging() as path:
            received = await receive_file(
                chunks,
                content_type=content_type,
                path=path,
                max_bytes=self._runtime.settings.imports.max_bytes,
                setting="imports.max_bytes",
                sidecar_bytes=MAX_SIDECAR_BYTES,
            )
            found = []
            files = await asyncio.to_thread(self._files, received)
            while (file := await asyncio.to_thread(next, files, None)) is not None:
                found.append(await self._import(file))
            return found

    async def inspect(self, chunks: AsyncIterator[bytes], *, content_type: str) -> InspectedFile:
        """Receive a file and read its prompt and settings; nothing is kept.

        Raises:
            MalformedUploadError: the body is not complete multipart/form-data.
            UploadTooLargeError: the file is larger than ``storage.max_image_bytes``.
            InvalidInputError: the form has not exactly one field ``file``.
            StorageError: the storage cannot be written.
        """
        async with self._runtime.store.staging() as path:
            received = await receive_file(
                chunks,
                content_type=content_type,
                path=path,
                max_bytes=self._runtime.settings.storage.max_image_bytes,
                setting="storage.max_image_bytes",
                sidecar_bytes=MAX_SIDECAR_BYTES,
            )
            data = await asyncio.to_thread(received.path.read_bytes)
        generation = await self._runtime.image_processor.run(
            lambda: read_with_sidecars(data, received.sidecars)
        )
        known = await self.known([received.sha256])
        return InspectedFile(
            name=received.name or "file",
            sha256=received.sha256,
            size_bytes=received.size_bytes,
            content_id=known.get(received.sha256),
            is_importable=is_importable(data),
            generation=generation,
        )

    async def known(self, hashes: Sequence[str]) -> dict[str, int]:
        """Return the user's items, also those in the trash, by the SHA-256 of their files."""
        item = ContentItem
        query = select(item.sha256, func.min(item.id)).where(
            item.user_id == self._owner_id, item.sha256.in_(hashes)
        )
        async with self._runtime.begin() as uow:
            rows = (await uow.session.execute(query.group_by(item.sha256))).all()
        return {row[0]: row[1] for row in rows}

    def _files(self, received: ReceivedFile) -> Iterator[ArchivedFile]:
        """Return the files of a zip, or the one that was sent."""
        settings = self._runtime.settings
        name = received.name or "file"
        with received.path.open("rb") as file:
            start = file.read(_START_BYTES)
        if is_archive(start):
            limits = ArchiveLimits(
                max_files=settings.imports.max_files,
                max_file_bytes=settings.storage.max_image_bytes,
                max_total_bytes=settings.imports.max_bytes * _EXPANSION,
            )
            return _reported(name, received.path, limits)
        if received.size_bytes > settings.storage.max_image_bytes:
            reason = f"it is larger than {format_bytes(settings.storage.max_image_bytes)}"
            return iter([ArchivedFile(name, None, reason)])
        data = received.path.read_bytes()
        return iter([ArchivedFile(name, data, sidecars=received.sidecars)])

    async def _import(self, file: ArchivedFile) -> ImportedFile:
        if file.data is None:
            return _refused(file, file.reason)
        data, processor = file.data, self._runtime.image_processor
        if not is_importable(data):
            return _refused(file, _INNER_ARCHIVE if is_archive(data) else _UNKNOWN_FORMAT)
        sha256 = await asyncio.to_thread(lambda: hashlib.sha256(data).hexdigest())
        async with self._runtime.begin() as uow:
            known = await self._known(uow, sha256)
        if known is not None:
            return _duplicate(file, known)
        generation = await processor.run(lambda: read_with_sidecars(data, file.sidecars))
        try:
            await self._quota.require(self._owner_id)
            stored = await store_file(self._runtime, file, data, generation, self._owner_id)
        except (BadImageError, StorageQuotaExceededError) as error:
            return _refused(file, str(error))
        return await self._recorded(file, stored, generation)

    async def _recorded(
        self, file: ArchivedFile, stored: StoredFile, generation: Generation | None
    ) -> ImportedFile:
        is_recorded = False
        try:
            content_id, is_recorded = await self._record(stored.item)
        finally:
            if not is_recorded:
                await delete_files(self._runtime, stored.keys)
        if not is_recorded:
            return _duplicate(file, content_id)
        return ImportedFile(
            name=file.name,
            status=ImportStatus.IMPORTED,
            content_id=content_id,
            program=None if generation is None else generation.program,
        )

    async def _record(self, image: StoredImage) -> tuple[int, bool]:
        """Insert the item unless the user has the same bytes; return its id and whether it is new."""
        async with self._runtime.begin() as uow:
            subject = f"{self._owner_id}:{image.sha256}"
            await lock_transaction(uow.session, AdvisoryLock.IMPORTS, subject=subject)
            known = await self._known(uow, image.sha256)
            if known is not None:
                return known, False
            return await record_image(uow, image), True

    async def _known(self, uow: UnitOfWork, sha256: str) -> int | None:
        query = select(ContentItem.id).where(
            ContentItem.user_id == self._owner_id, ContentItem.sha256 == sha256
        )
        return await uow.session.scalar(query.limit(1))


def _reported(name: str, path: Path, limits: ArchiveLimits) -> Iterator[ArchivedFile]:
    """Yield the files of an archive; an archive that cannot be read is one refused file."""
    try:
        yield from archived_files(path, limits)
    except ArchiveError as error:
        yield ArchivedFile(name, None, str(error))


def _refused(file: ArchivedFile, reason: str) -> ImportedFile:
    log.info("import.refused", reason=reason)
    return ImportedFile(name=file.name, status=ImportStatus.REFUSED, reason=reason)


def _duplicate(file: ArchivedFile, content_id: int) -> ImportedFile:
    return ImportedFile(name=file.name, status=ImportStatus.DUPLICATE, content_id=content_id)
