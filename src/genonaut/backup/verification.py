"""Check that a backup can be restored: every file of it is there and unchanged."""

import msgspec

from genonaut.backup.creation import OnProgress
from genonaut.backup.errors import BackupDamagedError
from genonaut.backup.file_lists import read_entries
from genonaut.backup.manifest import FileEntry, Manifest
from genonaut.backup.repository import Repository
from genonaut.core.concurrency import run_all

_AT_ONCE = 8
_MAX_MESSAGES = 100


class BackupReport(msgspec.Struct):
    """Numbers of checked parts and files, of damaged ones, and the first 100 messages."""

    parts: int = 0
    files: int = 0
    damaged: int = 0
    messages: list[str] = []

    def add(self, message: str) -> None:
        """Count a damaged file."""
        self.damaged += 1
        if len(self.messages) < _MAX_MESSAGES:
            self.messages.append(message)


async def verify_backup(
    repository: Repository, manifest: Manifest, *, on_progress: OnProgress
) -> BackupReport:
    """Read and decrypt everything that restoring the backup needs.

    Raises:
        StorageError: the repository cannot be read.
    """
    report = BackupReport()
    for part in manifest.parts:
        try:
            await repository.check_part(part)
        except BackupDamagedError as error:
            report.add(str(error))
        report.parts += 1
        on_progress("tables", report.parts, len(manifest.parts))

    async def check(entry: FileEntry) -> None:
        if entry.sha256 is not None:
            await _check_object(repository, entry, entry.sha256, report)

    try:
        async for entries in read_entries(repository, manifest.files.part):
            for start in range(0, len(entries), _AT_ONCE):
                await run_all(map(check, entries[start : start + _AT_ONCE]))
            report.files += len(entries)
            on_progress("files", report.files, manifest.files.count)
    except BackupDamagedError:  # counted above; what it lists cannot be checked
        return report
    return report


async def _check_object(
    repository: Repository, entry: FileEntry, sha256: str, report: BackupReport
) -> None:
    try:
        async for _ in repository.read_object(sha256):
            pass
    except BackupDamagedError as error:
        report.add(f"{entry.key}: {error}")
