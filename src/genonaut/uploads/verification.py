"""Compare the stored files of uploads with their hashes, some at a time, to notice damaged ones."""

import time
from collections.abc import Sequence
from datetime import timedelta

import msgspec
import structlog
from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import selectinload

from genonaut.content.verification import VerificationResult, hash_of
from genonaut.db.advisory_locks import AdvisoryLock, try_lock_session
from genonaut.runtime import Runtime
from genonaut.storage.errors import BadImageError, FileMissingError
from genonaut.uploads.files import file_item_of, read_upload_thumbnail
from genonaut.uploads.tables import Upload, UploadKind, UploadThumbnail

log = structlog.get_logger()
# As for the images of the gallery: no load that users notice.
_LONGEST = timedelta(minutes=3)
_BATCH_SIZE = 20
# Damaged files may be restored from a backup; they are compared again in every run.
_DAMAGED_AGAIN_AFTER = timedelta(minutes=30)


async def verify_uploads(runtime: Runtime, *, longest: timedelta = _LONGEST) -> VerificationResult:
    """Compare the uploads that were not compared for ``storage.verify_days``, longest ago first.

    Records damaged files, which are then answered with ``file_damaged`` and refused by submissions,
    and files that were restored. Damaged and missing thumbnails of intact images are made again.
    Does nothing while another process verifies uploads.

    Raises:
        StorageError: the storage does not answer; what was recorded before is kept.
    """
    until = time.monotonic() + longest.total_seconds()
    checked = damaged = missing = thumbnails = 0
    async with try_lock_session(runtime.engine, AdvisoryLock.UPLOAD_VERIFICATION) as is_ours:
        while is_ours and time.monotonic() < until and (uploads := await _due(runtime)):
            for upload in uploads:
                actual = await hash_of(runtime.store, upload.storage_key)
                is_damaged = actual is not None and actual != upload.sha256
                if not await record_upload_check(
                    runtime, upload, is_damaged=is_damaged, is_missing=actual is None
                ):
                    continue
                checked += 1
                damaged += is_damaged
                missing += actual is None
                if actual == upload.sha256:
                    thumbnails += await _verify_thumbnails(runtime, upload)
    result = VerificationResult(checked, damaged, missing, thumbnails)
    if checked:
        log.info("uploads.verified", **msgspec.structs.asdict(result))
    return result


async def record_upload_check(
    runtime: Runtime, upload: Upload, *, is_damaged: bool, is_missing: bool
) -> bool:
    """Record the result of a comparison; returns False if the upload was removed meanwhile."""
    statement = (
        update(Upload)
        .where(Upload.id == upload.id)
        .values(
            verified_at=func.now(),
            damaged_at=func.coalesce(Upload.damaged_at, func.now()) if is_damaged else None,
        )
        .returning(Upload.id)
    )
    async with runtime.begin() as uow:
        is_there = await uow.session.scalar(statement) is not None
    if is_there and is_damaged:
        log.error("uploads.file_damaged", upload=upload.id, key=upload.storage_key)
    if is_there and is_missing:
        log.error("uploads.file_missing", upload=upload.id, key=upload.storage_key)
    return is_there


async def restore_thumbnail(runtime: Runtime, upload: Upload, thumbnail: UploadThumbnail) -> bool:
    """Make a thumbnail again from an intact file; return whether it is as recorded now."""
    if upload.kind is not UploadKind.IMAGE:
        return False
    try:
        await read_upload_thumbnail(runtime, file_item_of(upload), thumbnail.size)
    except (BadImageError, FileMissingError):  # damaged or removed since it was compared
        return False
    return await hash_of(runtime.store, thumbnail.storage_key) == thumbnail.sha256


async def _verify_thumbnails(runtime: Runtime, upload: Upload) -> int:
    """Make the damaged thumbnails of an upload again; return the number of damaged ones."""
    found = 0
    for one in upload.thumbnails:
        if await hash_of(runtime.store, one.storage_key) != one.sha256:
            found += 1
            is_restored = await restore_thumbnail(runtime, upload, one)
            log.warning(
                "uploads.thumbnail_damaged", upload=upload.id, size=one.size, restored=is_restored
            )
    return found


async def _due(runtime: Runtime) -> Sequence[Upload]:
    days = timedelta(days=runtime.settings.storage.verify_days)
    query = (
        select(Upload)
        .options(selectinload(Upload.thumbnails))
        .where(
            or_(
                Upload.verified_at < func.now() - days,
                Upload.damaged_at.is_not(None)
                & (Upload.verified_at < func.now() - _DAMAGED_AGAIN_AFTER),
            )
        )
        .order_by(Upload.verified_at)
        .limit(_BATCH_SIZE)
    )
    async with runtime.begin() as uow:
        return (await uow.session.scalars(query)).all()
