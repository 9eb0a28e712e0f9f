"""Tidy the store: what the trash no longer keeps, what no row names, what never arrived."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec
import structlog
from sqlalchemy import exists, select

from genonaut.content.tables import ContentItem, ContentThumbnail
from genonaut.content.trash import discard_files, purge_expired
from genonaut.runtime import Runtime

log = structlog.get_logger()
_CHECKED_AT_ONCE = 500
_PREFIX = "images"


class CleanUp(msgspec.Struct, frozen=True):
    """How many items were purged, and how many files without a row and half files removed."""

    purged_items: int
    orphaned_files: int
    staged_files: int


async def clean_up(runtime: Runtime) -> CleanUp:
    """Purge old trash and remove files that nothing names; several workers may do so at once.

    A file is looked at once it is older than ``storage.orphan_grace_hours``: the row of a younger
    one may not be committed yet.

    Raises:
        StorageError: the store cannot be listed; what was removed before stays removed.
    """
    grace = timedelta(hours=runtime.settings.storage.orphan_grace_hours)
    purged = await purge_expired(runtime)
    staged = await runtime.store.clear_staging(older_than=grace)
    orphaned = await _remove_orphans(runtime, grace)
    done = CleanUp(purged, orphaned, staged)
    if purged or orphaned or staged:
        log.info("content.cleaned", **msgspec.structs.asdict(done))
    return done


async def _remove_orphans(runtime: Runtime, grace: timedelta) -> int:
    if not await _has_items(runtime):
        # Somebody's files with a new or a wrong database: nothing here may decide about them.
        log.debug("cleanup.no_items")
        return 0
    removed = 0
    batch: list[str] = []
    async for file in runtime.store.older_than(grace, prefix=_PREFIX):
        batch.append(file.key)
        if len(batch) == _CHECKED_AT_ONCE:
            removed += await _remove_unnamed(runtime, batch)
            batch = []
    return removed + await _remove_unnamed(runtime, batch)


async def _has_items(runtime: Runtime) -> bool:
    async with runtime.begin() as uow:
        return bool(await uow.session.scalar(select(exists(select(ContentItem.id)))))


async def _remove_unnamed(runtime: Runtime, keys: Sequence[str]) -> int:
    """Delete those of the files that no row names."""
    if not keys:
        return 0
    async with runtime.begin() as uow:
        items = select(ContentItem.storage_key).where(ContentItem.storage_key.in_(keys))
        thumbnails = select(ContentThumbnail.storage_key).where(
            ContentThumbnail.storage_key.in_(keys)
        )
        named = set(await uow.session.scalars(items.union(thumbnails)))
    orphans = [key for key in keys if key not in named]
    await discard_files(runtime, orphans)
    return len(orphans)
