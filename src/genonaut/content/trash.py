"""Purge items in the trash: rows first, files after the commit."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.content.actions import Purge
from genonaut.content.change_repository import ChangeRepository
from genonaut.content.change_service import ChangeService
from genonaut.content.filters import IS_TRASHED, ContentFilter
from genonaut.content.repository import ContentRepository
from genonaut.content.tables import ContentItem
from genonaut.core.clock import utcnow
from genonaut.core.metrics import ITEMS_PURGED
from genonaut.db import UnitOfWork
from genonaut.db.advisory_locks import AdvisoryLock, try_lock_session
from genonaut.runtime import Runtime
from genonaut.storage.errors import StorageError

log = structlog.get_logger()
PURGE_BATCH = 500
"""Items per transaction; each has up to four files to delete after it."""
_DELETE_BATCH = 100


class PurgeResult(msgspec.Struct, frozen=True):
    """Number of purged items, their storage keys, and whether the trash holds more."""

    purged: int
    has_more: bool
    keys: Sequence[str]


async def empty_trash(uow: UnitOfWork, *, viewer_id: UUID) -> PurgeResult:
    """Purge the oldest 500 items in the trash of a user."""
    own_trash = ContentFilter(viewer_id=viewer_id, in_trash=True)
    repository = ContentRepository(uow.session)
    limit = PURGE_BATCH + 1
    found = await repository.keys(own_trash, "oldest", after=None, limit=limit)
    ids = [key[-1] for key in found[:PURGE_BATCH]]
    service = ChangeService(uow, viewer_id=viewer_id, is_admin=False)
    report = await service.apply(ids, Purge())
    purged = sum(outcome.status == "done" for outcome in report.outcomes)
    return PurgeResult(purged, len(found) == limit, report.purged_keys)


async def purge_expired(runtime: Runtime) -> int:
    """Purge the items of all users that were trashed more than ``storage.trash_days`` ago."""
    purged = 0
    while True:
        count = await purge_expired_batch(runtime)
        purged += count
        if count < PURGE_BATCH:
            return purged


async def purge_expired_batch(runtime: Runtime) -> int:
    """Purge at most 500 expired items, rows first, then their files; returns their number."""
    before = utcnow() - timedelta(days=runtime.settings.storage.trash_days)
    async with runtime.begin() as uow:
        ids = await _lock_expired(uow.session, before)
        keys = await ChangeRepository(uow.session).remove(ids) if ids else []
    await delete_files(runtime, keys)
    ITEMS_PURGED.inc(len(ids))
    return len(ids)


async def delete_files(runtime: Runtime, keys: Sequence[str]) -> int:
    """Delete the files of purged rows and return the number of deleted ones.

    The clean-up retries files that cannot be deleted. While a backup runs no file is deleted: its
    snapshot of the database may still reference it.
    """
    deleted = 0
    for start in range(0, len(keys), _DELETE_BATCH):
        some = keys[start : start + _DELETE_BATCH]
        async with try_lock_session(
            runtime.engine, AdvisoryLock.FILE_DELETION, is_shared=True
        ) as may_delete:
            if not may_delete:
                log.info("content.files_kept", files=len(keys) - start)
                return deleted
            try:
                await runtime.store.delete(*some)
            except StorageError as error:
                log.warning("content.files_left", files=len(some), error=str(error))
            else:
                deleted += len(some)
    return deleted


async def _lock_expired(session: AsyncSession, before: datetime) -> Sequence[int]:
    query = (
        select(ContentItem.id)
        .where(IS_TRASHED, ContentItem.deleted_at < before)
        .order_by(ContentItem.deleted_at)
        .limit(PURGE_BATCH)
        # Another worker's clean-up or the owner may be purging the same rows.
        .with_for_update(skip_locked=True)
    )
    return (await session.scalars(query)).all()
