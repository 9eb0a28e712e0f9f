"""Accept, list and delete the uploads of a user."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import msgspec
import structlog
from sqlalchemy import insert

from genonaut.content.trash import delete_files
from genonaut.core.errors import NotFoundError, UnavailableError
from genonaut.core.ids import Id, is_valid_id
from genonaut.core.pagination import Position, Slice, bounded_total, decode_cursor, encode_cursor
from genonaut.core.sizes import format_bytes
from genonaut.runtime import Runtime
from genonaut.storage.layout import check_key, new_token, thumbnail_key
from genonaut.uploads.errors import UploadQuotaExceededError
from genonaut.uploads.processing import ProcessedUpload, process_upload
from genonaut.uploads.receiving import ReceivedFile, receive_file
from genonaut.uploads.repository import UploadRepository
from genonaut.uploads.tables import Upload, UploadKind, UploadThumbnail

log = structlog.get_logger()
_JUST_REMOVED = "the same file was just removed; send it again"
UPLOAD_PREFIX = "uploads"
"""Prefix of the keys of all uploaded files and their thumbnails."""


class _Position(Position, frozen=True, tag="uploads"):
    """Where the next page starts."""

    upload_id: Id


class AcceptedUpload(msgspec.Struct, frozen=True):
    """An upload, and whether it was stored now or had been before."""

    upload: Upload
    is_new: bool


class UploadService:
    """Acts for one user; uploads of other users are not found, not even by administrators."""

    def __init__(self, runtime: Runtime, *, owner_id: UUID) -> None:
        self._runtime = runtime
        self._owner_id = owner_id

    async def accept(self, chunks: AsyncIterator[bytes], *, content_type: str) -> AcceptedUpload:
        """Receive a file, check it and store it; the same bytes are stored once.

        If they were stored before but are damaged or missing now, they are stored again.

        Raises:
            MalformedUploadError: the body is not complete multipart/form-data.
            UploadTooLargeError: the file is larger than ``uploads.max_bytes``.
            UploadQuotaExceededError: the user stores as much as is allowed.
            InvalidInputError: the file is not accepted; nothing is stored.
            StorageError: the storage cannot be written.
        """
        async with self._runtime.store.staging() as path:
            received = await receive_file(
                chunks,
                content_type=content_type,
                path=path,
                max_bytes=self._runtime.settings.uploads.max_bytes,
            )
            async with self._runtime.begin() as uow:
                known = await UploadRepository(uow.session).reuse(received.sha256, self._owner_id)
            if known is not None and await self._has_file(known):
                return AcceptedUpload(await self.get(known.id), is_new=False)
            if known is None:
                await self._require_quota(received.size_bytes)
            work = partial(process_upload, received, self._runtime.image_processor.limits)
            processed = await self._runtime.image_processor.run(work)
            return await self._restored(received, processed) or await self._store(
                received, processed
            )

    async def page(
        self, kind: UploadKind | None, *, cursor: str | None, limit: int
    ) -> Slice[Upload]:
        """Return one page, newest first; the first page has the total.

        Raises:
            InvalidInputError: the cursor does not belong to this list.
        """
        after = None if cursor is None else decode_cursor(cursor, _Position).upload_id
        async with self._runtime.begin() as uow:
            rows = UploadRepository(uow.session)
            found = await rows.page(self._owner_id, kind, after=after, limit=limit + 1)
            total = None
            if after is None:
                total = bounded_total(await rows.count(self._owner_id, kind))
        shown = found[:limit]
        following = encode_cursor(_Position(shown[-1].id)) if len(found) > limit else None
        return Slice(shown, following, total)

    async def get(self, upload_id: int) -> Upload:
        """Return one upload with its thumbnails.

        Raises:
            NotFoundError: the user has no such upload.
        """
        found = None
        if is_valid_id(upload_id):
            async with self._runtime.begin() as uow:
                found = await UploadRepository(uow.session).find(upload_id, self._owner_id)
        if found is None:
            raise NotFoundError(f"no upload {upload_id}")
        return found

    async def delete(self, upload_id: int) -> None:
        """Delete an upload. Its file is kept while a job that has not ended needs it.

        Raises:
            NotFoundError: the user has no such upload.
        """
        is_hidden = False
        if is_valid_id(upload_id):
            async with self._runtime.begin() as uow:
                is_hidden = await UploadRepository(uow.session).hide(upload_id, self._owner_id)
        if not is_hidden:
            raise NotFoundError(f"no upload {upload_id}")
        await remove_uploads(self._runtime, limit=1, upload_id=upload_id)

    async def _has_file(self, upload: Upload) -> bool:
        """Return whether the file exists and is not known to be damaged."""
        return upload.damaged_at is None and await self._runtime.store.exists(upload.storage_key)

    async def _restored(
        self, received: ReceivedFile, processed: ProcessedUpload
    ) -> AcceptedUpload | None:
        """Store a damaged or missing file with these bytes again, at the key that jobs know.

        None if the user has no such upload, or if its file is usable.
        """
        async with self._runtime.begin() as uow:
            known = await UploadRepository(uow.session).with_bytes(processed.sha256, self._owner_id)
        if known is None or await self._has_file(known):
            return None
        if processed.data is None:
            await self._runtime.store.commit(received.path, known.storage_key)
        else:
            await self._runtime.store.put({known.storage_key: processed.data})
        async with self._runtime.begin() as uow:
            revived = await UploadRepository(uow.session).revive(
                processed.sha256, self._owner_id, is_intact=True
            )
        if revived is None:
            raise UnavailableError(_JUST_REMOVED)
        return AcceptedUpload(await self.get(revived[0]), is_new=revived[1])

    async def _require_quota(self, size_bytes: int) -> None:
        limit = self._runtime.settings.uploads.quota_bytes
        if not limit:
            return
        async with self._runtime.begin() as uow:
            used = await UploadRepository(uow.session).stored_bytes(self._owner_id)
        if used + size_bytes > limit:
            raise UploadQuotaExceededError(
                f"you store {format_bytes(used)} of uploads and {format_bytes(limit)} are allowed: "
                "delete uploads that you no longer need"
            )

    async def _store(self, received: ReceivedFile, processed: ProcessedUpload) -> AcceptedUpload:
        key = _new_key(self._owner_id, processed.extension)
        files = {} if processed.data is None else {key: processed.data}
        thumbnails = []
        for one in processed.thumbnails:
            its_key = thumbnail_key(key, longest_edge_px=one.longest_edge_px)
            files[its_key] = one.data
            thumbnails.append(
                {
                    "size": one.size,
                    "storage_key": its_key,
                    "width": one.width,
                    "height": one.height,
                    "size_bytes": len(one.data),
                    "sha256": one.sha256,
                }
            )
        store = self._runtime.store
        await store.put(files)
        keys = [key, *files]
        is_recorded = False
        try:
            if processed.data is None:
                await store.commit(received.path, key)
            values = _values(received, processed) | {"user_id": self._owner_id, "storage_key": key}
            upload_id, is_recorded, is_new = await self._record(values, thumbnails)
        finally:
            if not is_recorded:
                await delete_files(self._runtime, list(dict.fromkeys(keys)))
        return AcceptedUpload(await self.get(upload_id), is_new)

    async def _record(
        self, values: dict[str, Any], thumbnails: list[dict[str, Any]]
    ) -> tuple[int, bool, bool]:
        """Insert the rows, or find the upload with the same stored bytes.

        Returns:
            The id of the upload, whether the new files are used, and whether it is new to the user.
        """
        async with self._runtime.begin() as uow:
            rows = UploadRepository(uow.session)
            upload_id = await rows.add(values)
            if upload_id is None:
                known = await rows.revive(values["sha256"], self._owner_id)
                if known is None:
                    raise UnavailableError(_JUST_REMOVED)
                return known[0], False, known[1]
            if thumbnails:
                linked = [one | {"upload_id": upload_id} for one in thumbnails]
                await uow.session.execute(insert(UploadThumbnail), linked)
        return upload_id, True, True


async def remove_uploads(runtime: Runtime, *, limit: int, upload_id: int | None = None) -> int:
    """Remove uploads that may be removed, rows first, then their files; return their number."""
    unused = timedelta(days=runtime.settings.uploads.unused_days)
    async with runtime.begin() as uow:
        repository = UploadRepository(uow.session)
        removed, keys = await repository.remove(unused, limit=limit, upload_id=upload_id)
    await delete_files(runtime, keys)
    return removed


def _values(received: ReceivedFile, processed: ProcessedUpload) -> dict[str, Any]:
    return {
        "sha256": processed.sha256,
        "source_sha256": received.sha256,
        "kind": processed.kind,
        "name": received.name,
        "mime": processed.mime,
        "width": processed.width,
        "height": processed.height,
        "has_alpha": processed.has_alpha,
        "duration_seconds": processed.duration_seconds,
        "size_bytes": processed.size_bytes,
        "placeholder": processed.placeholder,
        "details": processed.details,
    }


def _new_key(owner_id: UUID, extension: str) -> str:
    day = datetime.now(UTC)
    return check_key(
        f"{UPLOAD_PREFIX}/{owner_id}/{day:%Y}/{day:%m}/{day:%d}/{new_token()}.{extension}"
    )
