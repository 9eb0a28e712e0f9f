"""Import an older installation: users, jobs, images, ratings, bookmarks, notifications, models."""

from datetime import timedelta
from pathlib import Path

import structlog

from genonaut.core.errors import ConflictError
from genonaut.db.advisory_locks import AdvisoryLock, lock_session
from genonaut.legacy.bookmarks import import_bookmarks
from genonaut.legacy.collections import import_collections
from genonaut.legacy.context import ImportContext, ImportOptions, OnProgress
from genonaut.legacy.files import LegacyFiles
from genonaut.legacy.items import import_items
from genonaut.legacy.jobs import import_jobs
from genonaut.legacy.messages_and_ratings import import_notifications, import_ratings
from genonaut.legacy.models import import_model_notes
from genonaut.legacy.outputs import import_outputs
from genonaut.legacy.report import ImportReport
from genonaut.legacy.source import open_legacy_database
from genonaut.legacy.users import import_users
from genonaut.runtime import Runtime

log = structlog.get_logger()
_STEPS = (
    import_users,
    import_jobs,
    import_items,
    import_outputs,
    import_ratings,
    import_collections,
    import_bookmarks,
    import_notifications,
    import_model_notes,
)


async def import_legacy(
    runtime: Runtime,
    url: str,
    folder: Path,
    options: ImportOptions,
    *,
    on_progress: OnProgress,
) -> ImportReport:
    """Import what was not imported yet; the service may run.

    Each row is written in one transaction with the record that it was imported, so that the import can
    be interrupted and repeated, and later runs import what is new. The old database and its files are
    only read.

    Raises:
        UnavailableError: the old database does not answer.
        LegacyDatabaseError: it is not one of an older edition.
        NotFoundError: the folder does not exist.
        StorageError: the storage cannot be written.
        ConflictError: another import runs.
    """
    files = LegacyFiles(folder)
    async with lock_session(
        runtime.engine, AdvisoryLock.LEGACY_IMPORT, patience=timedelta(0)
    ) as lock:
        if lock is None:
            raise ConflictError("another import is running")
        async with open_legacy_database(url) as database:
            context = ImportContext(runtime, database, files, options, on_progress)
            for step in _STEPS:
                await step(context)
            context.report.set_not_imported(await database.rows_without_equivalent())
    log.info("legacy.imported", **context.report.imported)
    return context.report
