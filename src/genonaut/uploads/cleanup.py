"""Remove uploads that are no longer needed, and files that no row references."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec
import structlog
from sqlalchemy import exists, select

from genonaut.content.trash import delete_files
from genonaut.core.metrics import ORPHANS_DELETED
from genonaut.runtime import Runtime
from genonaut.uploads.service import UPLOAD_PREFIX, remove_uploads
from genonaut.uploads.tables import Upload, UploadThumbnail

log = structlog.get_logger()
_BATCH = 500


class UploadCleanUp(msgspec.Struct, frozen=True):
    """Numbers of removed uploads and of deleted orphaned files."""

    removed_uploads: int
    orphaned_files: int


async def clean_up_uploads(runtime: Runtime) -> UploadCleanUp:
    """Remove unused and deleted uploads and orphaned files; several workers may run this at once.

    An upload is removed when no job names it and it was not used for ``uploads.unused_days``, or when
    its owner deleted it and no unfinished job needs it.

    Raises:
        StorageError: the store cannot be listed; earlier deletions are kept.
    """
    removed = 0
    while True:
        count = await remove_uploads(runtime, limit=_BATCH)
        removed += count
        if count < _BATCH:
            break
    result = UploadCleanUp(removed, await _delete_orphans(runtime))
    ORPHANS_DELETED.inc(result.orphaned_files)
    if result.removed_uploads or result.orphaned_files:
        log.info("uploads.cleaned", **msgspec.structs.asdict(result))
    return result


async def _delete_orphans(runtime: Runtime) -> int:
    if not await has_uploads(runtime):
        # Files without any row: the database is probably new or the wrong one. Delete nothing.
        return 0
    grace = timedelta(hours=runtime.settings.storage.orphan_grace_hours)
    deleted = 0
    batch: list[str] = []
    async for file in runtime.store.older_than(grace, prefix=UPLOAD_PREFIX):
        batch.append(file.key)
        if len(batch) == _BATCH:
            deleted += await delete_files(runtime, await unreferenced_uploads(runtime, batch))
            batch = []
    return deleted + await delete_files(runtime, await unreferenced_uploads(runtime, batch))


async def has_uploads(runtime: Runtime) -> bool:
    """Return whether there is any upload."""
    async with runtime.begin() as uow:
        return bool(await uow.session.scalar(select(exists(select(Upload.id)))))


async def unreferenced_uploads(runtime: Runtime, keys: Sequence[str]) -> list[str]:
    """Return those of the keys that no row references, in their order."""
    if not keys:
        return []
    uploads = select(Upload.storage_key).where(Upload.storage_key.in_(keys))
    thumbnails = select(UploadThumbnail.storage_key).where(UploadThumbnail.storage_key.in_(keys))
    async with runtime.begin() as uow:
        referenced = set(await uow.session.scalars(uploads.union(thumbnails)))
    return [key for key in keys if key not in referenced]
