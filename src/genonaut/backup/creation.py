"""Make a backup: a snapshot of the database, then every file that it references."""

import secrets
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from importlib.metadata import version

import msgspec
import structlog

from genonaut.backup.errors import BackupError, SourceMissingError
from genonaut.backup.file_index import FileIndex, open_index
from genonaut.backup.file_lists import read_entries
from genonaut.backup.manifest import FORMAT, FileEntry, FileList, Manifest, Part, TablePart
from genonaut.backup.repository import Repository
from genonaut.backup.retention import delete_old
from genonaut.core.clock import utcnow
from genonaut.core.concurrency import for_each
from genonaut.db.advisory_locks import AdvisoryLock, SessionLock, lock_session
from genonaut.db.table_copy import FileRow, Snapshot, open_snapshot
from genonaut.runtime import Runtime

log = structlog.get_logger()
OnProgress = Callable[[str, int, int | None], None]
"""Receives the phase, the number that is done, and the total if it is known."""
# A deletion of files takes seconds; another backup takes longer than anyone wants to wait.
_DELETION_PATIENCE = timedelta(minutes=2)
_BATCH = 1000
# Files at once: enough to keep a disk or the connections to a bucket busy.
_AT_ONCE = 8


class CreatedBackup(msgspec.Struct, frozen=True):
    """A complete backup, the files that it had to copy, and the number of deleted old backups."""

    manifest: Manifest
    copied_files: int
    copied_bytes: int
    deleted_backups: int


class _Copied(msgspec.Struct):
    files: int = 0
    size_bytes: int = 0
    missing: int = 0
    list_bytes: int = 0


async def create_backup(
    runtime: Runtime, repository: Repository, *, keep: int = 0, on_progress: OnProgress
) -> CreatedBackup:
    """Make a backup while the service runs.

    No process deletes image files meanwhile, so that every row of the snapshot has its file. A backup
    that is interrupted is never complete; the next one uses the files that it has copied.

    Args:
        runtime: The installation.
        repository: Where to write it.
        keep: Number of complete backups to keep; 0: all.
        on_progress: Called now and then.

    Raises:
        BackupError: another backup runs, or the database connection was lost.
        SourceError: a file of the installation cannot be read.
        StorageError: the repository cannot be written.
        DatabaseCopyError: the database cannot be read.
    """
    engine = runtime.engine
    async with lock_session(engine, AdvisoryLock.BACKUP, patience=timedelta(0)) as running:
        if running is None:
            raise BackupError("another backup or restore of this installation is running")
        async with lock_session(
            engine, AdvisoryLock.FILE_DELETION, patience=_DELETION_PATIENCE
        ) as deletions:
            if deletions is None:
                raise BackupError("files are being deleted without a pause: try again later")
            return await _Creation(runtime, repository, on_progress).run(keep, deletions)


class _Creation:
    def __init__(self, runtime: Runtime, repository: Repository, on_progress: OnProgress) -> None:
        self._runtime = runtime
        self._repository = repository
        self._on_progress = on_progress
        self._copied = _Copied()
        self._id = f"{utcnow():%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"

    async def run(self, keep: int, deletions: SessionLock) -> CreatedBackup:
        complete = await self._without_interrupted()
        with open_index() as index:
            manifest = await self._copy_database(index)
            await self._read_index(index, complete)
            manifest = msgspec.structs.replace(manifest, files=await self._copy_files(index))
        if not await deletions.is_held():
            raise BackupError(
                "the connection to the database was lost, so that files may have been deleted: "
                "run the command again, it copies only what is missing"
            )
        await self._repository.complete(manifest)
        deleted = await delete_old(self._repository, keep=keep) if keep else 0
        copied = self._copied
        log.info("backup.created", id=manifest.id, files=copied.files, size_bytes=copied.size_bytes)
        return CreatedBackup(manifest, copied.files, copied.size_bytes, deleted)

    async def _without_interrupted(self) -> list[Manifest]:
        """Delete what interrupted backups left, except their objects; return the complete ones."""
        await self._repository.clear_staging()
        complete = []
        for backup in await self._repository.backups():
            if backup.manifest is None:
                await self._repository.delete_backup(backup.id)
            else:
                complete.append(backup.manifest)
        return complete

    async def _copy_database(self, index: FileIndex) -> Manifest:
        async with open_snapshot(self._runtime.settings.database.url) as snapshot:
            tables = [part async for part in self._copied_tables(snapshot)]
            batch: list[FileRow] = []
            async for row in snapshot.referenced_files():
                batch.append(row)
                if len(batch) == _BATCH:
                    index.add_wanted(batch)
                    batch = []
            index.add_wanted(batch)
            key = self._repository.key
            return Manifest(
                format=FORMAT,
                id=self._id,
                created_at=utcnow(),
                version=version("genonaut"),
                revision=await snapshot.revision(),
                postgresql=await snapshot.server_version(),
                tables=tables,
                # Read last: no number in the rows is above it.
                sequences=await snapshot.sequences(),
                files=FileList(Part("", 0, ""), 0, 0, 0),
                key_id=None if key is None else key.id,
            )

    async def _copied_tables(self, snapshot: Snapshot) -> AsyncIterator[TablePart]:
        tables = await snapshot.tables()
        for number, table in enumerate(tables):
            self._on_progress("tables", number, len(tables))
            parts: list[Part] = []
            async with self._repository.new_part(
                self._id, f"tables/{table.name}.copy.gz", into=parts
            ) as writer:
                rows = await snapshot.copy_out(table, writer.write)
            yield TablePart(table, rows, parts[0])
        self._on_progress("tables", len(tables), len(tables))

    async def _read_index(self, index: FileIndex, complete: list[Manifest]) -> None:
        names: list[str] = []
        async for name in self._repository.object_names():
            names.append(name)
            if len(names) == _BATCH:
                index.add_objects(names)
                names = []
        index.add_objects(names)
        key_id = None if self._repository.key is None else self._repository.key.id
        # The list of a backup with another key cannot be read, nor its objects used.
        if usable := [one for one in complete if one.key_id == key_id]:
            async for entries in read_entries(self._repository, usable[-1].files.part):
                index.add_earlier(entries)

    async def _copy_files(self, index: FileIndex) -> FileList:
        total, done = index.count_wanted(), 0
        parts: list[Part] = []
        async with self._repository.new_part(self._id, "files.jsonl.gz", into=parts) as writer:

            async def copy(row: FileRow) -> None:
                nonlocal done
                entry = await self._copy_file(index, row)
                await writer.write(msgspec.json.encode(entry) + b"\n")
                done += 1
                if done % 100 == 0:
                    self._on_progress("files", done, total)

            await for_each(_async(index), copy, at_once=_AT_ONCE)
        self._on_progress("files", done, total)
        copied = self._copied
        return FileList(parts[0], total, copied.list_bytes, copied.missing)

    async def _copy_file(self, index: FileIndex, row: FileRow) -> FileEntry:
        entry = _unchanged(index, row, self._repository)
        if entry is None:
            entry = await self._copy_new(index, row)
        if entry.sha256 is None:
            self._copied.missing += 1
            log.warning("backup.file_missing", key=row.key)
        self._copied.list_bytes += entry.size_bytes
        return entry

    async def _copy_new(self, index: FileIndex, row: FileRow) -> FileEntry:
        try:
            async with self._repository.new_object(self._pieces(row.key)) as made:
                if not index.has_object(made.name):
                    await made.keep()
                    index.add_objects([made.name])
                    self._copied.files += 1
                    self._copied.size_bytes += made.size_bytes
                return FileEntry(row.key, made.size_bytes, made.sha256)
        except SourceMissingError:
            return FileEntry(row.key, row.size_bytes or 0, None)

    async def _pieces(self, key: str) -> AsyncIterator[bytes]:
        async for piece in (await self._runtime.store.open(key)).chunks:
            yield piece


def _unchanged(index: FileIndex, row: FileRow, repository: Repository) -> FileEntry | None:
    """Return the entry of a file whose contents are in the repository; keys are never reused."""
    known = row.sha256 or index.earlier_hash(row.key, row.size_bytes)
    if known is None or not index.has_object(repository.object_name(known)):
        return None
    return FileEntry(row.key, row.size_bytes or 0, known)


async def _async(index: FileIndex) -> AsyncIterator[FileRow]:
    for row in index.wanted():
        yield row
