"""Compare stored images and thumbnails with their hashes, some at a time, to notice damaged files."""

import asyncio
import hashlib
import time
from datetime import timedelta

import msgspec
import structlog
from sqlalchemy import func, or_, select, update

from genonaut.content.messages import FileAccessChanged
from genonaut.content.tables import ContentItem
from genonaut.content.thumbnail_files import damaged_thumbnails
from genonaut.content.thumbnails import rebuild_thumbnails
from genonaut.db.advisory_locks import AdvisoryLock, try_lock_session
from genonaut.runtime import Runtime
from genonaut.storage.errors import FileMissingError
from genonaut.storage.store import FileStore

log = structlog.get_logger()
# Per run, which is hourly: enough for terabytes a month, and no load that users notice.
_LONGEST = timedelta(minutes=3)
_BATCH_SIZE = 20
# Damaged files may be restored from a backup; they are compared again in every run.
_DAMAGED_AGAIN_AFTER = timedelta(minutes=30)


class VerificationResult(msgspec.Struct, frozen=True):
    """Numbers of compared images, of those that are damaged or missing, and of thumbnails.

    Damaged thumbnails include missing ones; they are made again if the image is intact.
    """

    checked: int = 0
    damaged: int = 0
    missing: int = 0
    damaged_thumbnails: int = 0


class CheckedFile(msgspec.Struct, frozen=True):
    """The image file of an item, with the hash it must have."""

    content_id: int
    storage_key: str
    sha256: str


async def verify_files(runtime: Runtime, *, longest: timedelta = _LONGEST) -> VerificationResult:
    """Compare the files that were not compared for ``storage.verify_days``, longest ago first.

    Records damaged files, whose items are then answered with ``file_damaged``, and files that were
    restored. Damaged and missing thumbnails of intact images are made again. Does nothing while
    another process verifies.

    Raises:
        StorageError: the storage does not answer; what was recorded before is kept.
    """
    until = time.monotonic() + longest.total_seconds()
    checked = damaged = missing = thumbnails = 0
    async with try_lock_session(runtime.engine, AdvisoryLock.FILE_VERIFICATION) as is_ours:
        while is_ours and time.monotonic() < until and (files := await _due(runtime)):
            for file in files:
                actual = await hash_of(runtime.store, file.storage_key)
                is_damaged = actual is not None and actual != file.sha256
                if await record_check(
                    runtime, file, is_damaged=is_damaged, is_missing=actual is None
                ):
                    checked += 1
                    damaged += is_damaged
                    missing += actual is None
                    thumbnails += await _verify_thumbnails(runtime, file.content_id)
    result = VerificationResult(checked, damaged, missing, thumbnails)
    if checked:
        log.info("content.verified", **msgspec.structs.asdict(result))
    return result


async def _verify_thumbnails(runtime: Runtime, content_id: int) -> int:
    """Check the thumbnails of an item and make damaged ones again; return their number."""
    sizes = await damaged_thumbnails(runtime, content_id, records_hashes=True)
    if sizes:
        outcome = await rebuild_thumbnails(runtime, content_id, sizes=sizes)
        log.warning("content.thumbnails_damaged", content=content_id, sizes=sizes, outcome=outcome)
    return len(sizes)


async def _due(runtime: Runtime) -> list[CheckedFile]:
    days = timedelta(days=runtime.settings.storage.verify_days)
    query = (
        select(ContentItem.id, ContentItem.storage_key, ContentItem.sha256)
        .where(
            or_(
                ContentItem.verified_at < func.now() - days,
                ContentItem.damaged_at.is_not(None)
                & (ContentItem.verified_at < func.now() - _DAMAGED_AGAIN_AFTER),
            )
        )
        .order_by(ContentItem.verified_at)
        .limit(_BATCH_SIZE)
    )
    async with runtime.begin() as uow:
        return [CheckedFile(*row) for row in await uow.session.execute(query)]


async def hash_of(store: FileStore, key: str) -> str | None:
    """Return the SHA-256 of a stored file; None if there is no such file."""
    digest = hashlib.sha256()
    try:
        opened = await store.open(key)
        async for chunk in opened.chunks:
            await asyncio.to_thread(digest.update, chunk)
    except FileMissingError:
        return None
    return digest.hexdigest()


async def record_check(
    runtime: Runtime, file: CheckedFile, *, is_damaged: bool, is_missing: bool
) -> bool:
    """Record the result of a comparison; returns False if the item was deleted meanwhile."""
    statement = (
        update(ContentItem)
        .where(ContentItem.id == file.content_id, ContentItem.storage_key == file.storage_key)
        .values(
            verified_at=func.now(),
            damaged_at=func.coalesce(ContentItem.damaged_at, func.now()) if is_damaged else None,
            updated_at=ContentItem.updated_at,  # no change that users made
        )
        .returning(ContentItem.user_id)
    )
    async with runtime.begin() as uow:
        owner_id = await uow.session.scalar(statement)
        is_there = owner_id is not None
        if owner_id is not None:
            uow.publish(FileAccessChanged(user_id=owner_id))
    if is_there and is_damaged:
        log.error("content.file_damaged", content=file.content_id, key=file.storage_key)
    if is_there and is_missing:
        log.error("content.file_missing", content=file.content_id, key=file.storage_key)
    return is_there
