"""Delete expired trash, orphaned files and abandoned staging files."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec
import structlog

from genonaut.content.file_references import IMAGE_PREFIX, has_items, unreferenced_keys
from genonaut.content.trash import delete_files, purge_expired
from genonaut.core.metrics import ORPHANS_DELETED
from genonaut.runtime import Runtime

log = structlog.get_logger()
_BATCH_SIZE = 500


class CleanUpResult(msgspec.Struct, frozen=True):
    """Numbers of purged items, deleted orphaned files and deleted staging files."""

    purged_items: int
    orphaned_files: int
    staged_files: int


async def clean_up(runtime: Runtime) -> CleanUpResult:
    """Purge expired trash and delete orphaned files; several workers may run this at once.

    Only files older than ``storage.orphan_grace_hours`` are checked: the row of a newer file may
    not be committed yet.

    Raises:
        StorageError: the store cannot be listed; earlier deletions are kept.
    """
    grace = timedelta(hours=runtime.settings.storage.orphan_grace_hours)
    purged = await purge_expired(runtime)
    staged = await runtime.store.clear_staging(older_than=grace)
    orphaned = await _delete_orphans(runtime, grace)
    result = CleanUpResult(purged, orphaned, staged)
    ORPHANS_DELETED.inc(orphaned)
    if purged or orphaned or staged:
        log.info("content.cleaned", **msgspec.structs.asdict(result))
    return result


async def _delete_orphans(runtime: Runtime, grace: timedelta) -> int:
    if not await has_items(runtime):
        # Files without any item: the database is probably new or the wrong one. Delete nothing.
        log.debug("cleanup.no_items")
        return 0
    removed = 0
    batch: list[str] = []
    async for file in runtime.store.older_than(grace, prefix=IMAGE_PREFIX):
        batch.append(file.key)
        if len(batch) == _BATCH_SIZE:
            removed += await _delete_unreferenced(runtime, batch)
            batch = []
    return removed + await _delete_unreferenced(runtime, batch)


async def _delete_unreferenced(runtime: Runtime, keys: Sequence[str]) -> int:
    """Delete those of the files that no row references; return their number."""
    return await delete_files(runtime, await unreferenced_keys(runtime, keys))
