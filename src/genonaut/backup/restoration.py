"""Restore a backup: the files first, then the database in one transaction."""

from collections.abc import AsyncIterator, Awaitable, Callable

import msgspec
import structlog

from genonaut.backup.creation import OnProgress
from genonaut.backup.errors import BackupError
from genonaut.backup.file_lists import read_entries
from genonaut.backup.manifest import FileEntry, Manifest
from genonaut.backup.repository import Repository
from genonaut.content.verification import hash_of
from genonaut.core.clock import utcnow
from genonaut.core.concurrency import run_all
from genonaut.core.errors import ConflictError
from genonaut.db.revision import newest_revision, revisions
from genonaut.db.table_copy import Table, Target, open_empty_database, open_target
from genonaut.storage.store import FileStore

log = structlog.get_logger()
_AT_ONCE = 8
_NOTE = "restored from backup "
Migrate = Callable[[str, str], Awaitable[None]]
"""Applies the migrations to the database at a URL, up to a revision."""


class RestoreResult(msgspec.Struct, frozen=True):
    """Numbers of restored rows, written files, and files that the backup does not have."""

    rows: int
    files: int
    missing: int
    replaced_schema: str | None
    """Name of the schema that holds the previous tables; None if the database was empty."""


class Restoration:
    """Restores one backup into a database and a store."""

    def __init__(
        self,
        repository: Repository,
        manifest: Manifest,
        *,
        store: FileStore,
        on_progress: OnProgress,
    ) -> None:
        self._repository = repository
        self._manifest = manifest
        self._store = store
        self._on_progress = on_progress

    async def restore(self, url: str, *, migrate: Migrate, is_forced: bool) -> RestoreResult:
        """Restore files and database; the database must be empty.

        The command can be repeated after an interruption: files that are there are kept, and the
        database is filled in one transaction.

        Args:
            url: The database, which exists.
            migrate: Applies migrations.
            is_forced: Whether to move tables with rows to another schema of the same database.

        Raises:
            ConflictError: the database is not empty, or is in use.
            BackupError: the backup is of a later version.
            BackupDamagedError: the backup is damaged; the database is unchanged.
        """
        self._require_known_revision()
        async with open_target(url) as target:
            if await target.note() == _NOTE + self._manifest.id:
                return await self._finish(url, migrate)
            await self._require_unused(target)
            filled = await target.filled_tables()
        if filled and not is_forced:
            raise ConflictError(
                f"the database is not empty ({', '.join(filled[:3])} …): restore into an empty one, "
                "or use --force, which keeps the present tables in another schema"
            )
        replaced = f"replaced_{utcnow():%Y%m%d_%H%M%S}" if filled else None
        for part in self._manifest.parts:  # before anything is changed
            await self._repository.check_part(part)
        files = await self.restore_files()
        async with open_target(url) as target:
            await self._require_unused(target)
            if replaced:
                await target.set_aside(replaced)
            elif await target.has_schema():
                await target.clear()
        await migrate(url, self._manifest.revision)
        await self._fill(url)
        result = await self._finish(url, migrate)
        return msgspec.structs.replace(
            result, files=files, missing=self._manifest.files.missing, replaced_schema=replaced
        )

    async def restore_files(self) -> int:
        """Write the files that are missing or differ from the backup; return their number.

        Raises:
            BackupDamagedError: a file of the backup is damaged; the others before it are written.
            StorageError: the store cannot be written.
        """
        written = done = 0

        async def restore(entry: FileEntry) -> None:
            nonlocal written
            if entry.sha256 is None or await hash_of(self._store, entry.key) == entry.sha256:
                return
            async with self._store.staging() as path:
                with path.open("wb") as file:
                    async for piece in self._repository.read_object(entry.sha256):
                        file.write(piece)
                await self._store.commit(path, entry.key)
            written += 1

        total = self._manifest.files.count
        async for entries in read_entries(self._repository, self._manifest.files.part):
            for start in range(0, len(entries), _AT_ONCE):
                await run_all(map(restore, entries[start : start + _AT_ONCE]))
            done += len(entries)
            self._on_progress("files", done, total)
        return written

    def _require_known_revision(self) -> None:
        if self._manifest.revision not in revisions():
            raise BackupError(
                f"backup {self._manifest.id} was made by Genonaut {self._manifest.version} with schema "
                f"revision {self._manifest.revision}, which this version does not know: install that "
                "version or a later one"
            )

    async def _require_unused(self, target: Target) -> None:
        if number := await target.other_connections():
            raise ConflictError(
                f"the database has {number} other connections: stop the API and the workers first"
            )

    async def _fill(self, url: str) -> None:
        manifest = self._manifest
        parts = {one.table.name: one.part for one in manifest.tables}
        done = 0

        async def rows_of(table: Table) -> AsyncIterator[bytes]:
            nonlocal done
            async for piece in self._repository.read_part(parts[table.name]):
                yield piece
            done += 1
            self._on_progress("tables", done, len(parts))

        async with open_empty_database(url) as database:
            await database.fill(
                [one.table for one in manifest.tables],
                manifest.sequences,
                rows_of,
                note=_NOTE + manifest.id,
            )

    async def _finish(self, url: str, migrate: Migrate) -> RestoreResult:
        """Migrate a filled database to this version; repeated if it was interrupted."""
        await migrate(url, newest_revision() or "head")
        async with open_empty_database(url) as database:
            await database.clear_note()
            await database.analyse()
        log.info("backup.restored", id=self._manifest.id)
        return RestoreResult(self._manifest.rows, 0, 0, None)
