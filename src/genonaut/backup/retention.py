"""Delete old backups, and objects that no remaining backup references."""

import structlog

from genonaut.backup.errors import BackupKeyError
from genonaut.backup.file_index import open_index
from genonaut.backup.file_lists import read_entries
from genonaut.backup.repository import Repository

log = structlog.get_logger()
_BATCH = 1000


async def delete_old(repository: Repository, *, keep: int) -> int:
    """Delete all but the newest ``keep`` complete backups; return the number of deleted ones.

    The caller makes sure that no backup is being written. Objects are deleted only if the lists of all
    remaining backups can be read.

    Raises:
        BackupError: a remaining backup is damaged; its objects are kept.
        StorageError: the repository cannot be read or written.
    """
    complete = await repository.complete_backups()
    old = complete[:-keep]
    for manifest in old:
        await repository.delete_backup(manifest.id)
        log.info("backup.deleted", id=manifest.id)
    if old:
        await _delete_unreferenced(repository)
    return len(old)


async def _delete_unreferenced(repository: Repository) -> None:
    key_id = None if repository.key is None else repository.key.id
    with open_index() as referenced:
        for manifest in await repository.complete_backups():
            if manifest.key_id != key_id:
                raise BackupKeyError(
                    f"backup {manifest.id} has another key or none: its files are unknown, so no "
                    "files of old backups were deleted"
                )
            async for entries in read_entries(repository, manifest.files.part):
                names = [repository.object_name(one.sha256) for one in entries if one.sha256]
                referenced.add_objects(names)
        unused: list[str] = []
        async for name in repository.object_names():
            if not referenced.has_object(name):
                unused.append(name)
            if len(unused) == _BATCH:
                await repository.delete_objects(unused)
                unused = []
        await repository.delete_objects(unused)
