"""The work of ``genonaut backup``."""

import os
from pathlib import Path

import click
import msgspec

from genonaut.backup import creation, verification
from genonaut.backup.encryption import new_key_text, read_key
from genonaut.backup.errors import BackupKeyError
from genonaut.backup.manifest import Manifest
from genonaut.backup.repository import Repository, StoredBackup
from genonaut.backup.restoration import Restoration
from genonaut.cli.command_runtime import command_runtime
from genonaut.cli.db import schema
from genonaut.cli.embedded_servers import available_database
from genonaut.cli.output import print_table
from genonaut.cli.work_progress import WorkProgress
from genonaut.config import Settings
from genonaut.core.errors import SettingsError
from genonaut.core.sizes import format_bytes
from genonaut.runtime import files_root, open_files, open_store


def open_repository(settings: Settings, target: str | None, key_file: str | None) -> Repository:
    """Open the repository of the options, or else of the settings.

    Raises:
        SettingsError: neither names a target.
        BackupKeyError: the key cannot be read.
        StorageError: the directory cannot be created.
    """
    location = target or settings.backup.target
    if not location:
        raise SettingsError("name a target with --target, or set backup.target")
    path = key_file or settings.backup.key_file
    key = read_key(Path(path)) if path else None
    return Repository(open_files(location, settings.backup), location=location, key=key)


async def create_backup(
    settings: Settings, target: str | None, key_file: str | None, *, keep: int | None, as_json: bool
) -> None:
    """Make a backup and print its id."""
    repository = open_repository(settings, target, key_file)
    kept = settings.backup.keep if keep is None else keep
    async with command_runtime(settings, application="genonaut-backup") as runtime:
        with WorkProgress() as progress:
            made = await creation.create_backup(
                runtime, repository, keep=kept, on_progress=progress.show
            )
    if as_json:
        _print_json(
            {
                **_summary(made.manifest),
                "copied_files": made.copied_files,
                "copied_bytes": made.copied_bytes,
                "deleted_backups": made.deleted_backups,
            }
        )
        return
    click.echo(
        f"backup {made.manifest.id}: {made.manifest.rows} rows, {made.manifest.files.count} files, "
        f"of which {made.copied_files} were copied ({format_bytes(made.copied_bytes)})"
    )
    if missing := made.manifest.files.missing:
        click.echo(f"{missing} files are missing in the storage: run `genonaut storage verify`")
    if made.deleted_backups:
        click.echo(f"deleted {made.deleted_backups} old backups")


async def list_backups(
    settings: Settings, target: str | None, key_file: str | None, *, as_json: bool
) -> None:
    """Print all backups."""
    repository = open_repository(settings, target, key_file)
    backups = await repository.backups()
    if as_json:
        rows = [
            {"id": one.id, "is_complete": False} if one.manifest is None else _summary(one.manifest)
            for one in backups
        ]
        _print_json({"backups": rows})
        return
    headers = ("Id", "State", "Revision", "Rows", "Files", "Size", "Key")
    print_table(headers, map(_row, backups), optional=("Revision", "Key"))


async def verify_backup(
    settings: Settings, target: str | None, key_file: str | None, backup_id: str, *, as_json: bool
) -> bool:
    """Check a backup, print the result and return whether it is intact."""
    repository = open_repository(settings, target, key_file)
    manifest = await repository.manifest(backup_id)
    with WorkProgress() as progress:
        report = await verification.verify_backup(repository, manifest, on_progress=progress.show)
    is_intact = not report.damaged
    if as_json:
        fields = msgspec.to_builtins(report)
        _print_json({"id": manifest.id, "is_intact": is_intact, **fields})
        return is_intact
    for message in report.messages:
        click.echo(message)
    outcome = "intact" if is_intact else f"{report.damaged} files are damaged"
    click.echo(f"backup {manifest.id}: {report.parts} parts and {report.files} files, {outcome}")
    return is_intact


async def restore_backup(
    settings: Settings,
    target: str | None,
    key_file: str | None,
    backup_id: str,
    *,
    is_forced: bool,
    is_confirmed: bool,
) -> None:
    """Restore database and files."""
    repository = open_repository(settings, target, key_file)
    manifest = await repository.manifest(backup_id)
    async with available_database(settings) as url:
        place = schema.database_location(url)
        if not is_confirmed:
            question = f"Restore backup {manifest.id} into {place} and {files_root(settings)}?"
            click.confirm(question, abort=True)
        await schema.create_if_missing(url)
        with WorkProgress() as progress:
            restoration = Restoration(
                repository, manifest, store=open_store(settings), on_progress=progress.show
            )
            result = await restoration.restore(url, migrate=schema.upgrade, is_forced=is_forced)
    click.echo(f"restored {result.rows} rows and {result.files} files of backup {manifest.id}")
    if result.missing:
        click.echo(f"{result.missing} files were missing when the backup was made")
    if result.replaced_schema:
        click.echo(
            f"the previous tables are in the schema {result.replaced_schema}; to delete them: "
            f'DROP SCHEMA "{result.replaced_schema}" CASCADE'
        )


async def restore_files(
    settings: Settings, target: str | None, key_file: str | None, backup_id: str
) -> None:
    """Restore missing and damaged files."""
    repository = open_repository(settings, target, key_file)
    manifest = await repository.manifest(backup_id)
    with WorkProgress() as progress:
        restoration = Restoration(
            repository, manifest, store=open_store(settings), on_progress=progress.show
        )
        written = await restoration.restore_files()
    click.echo(f"restored {written} of {manifest.files.count} files; the others were intact")


def write_key(settings: Settings, path: Path | None) -> Path:
    """Write a new key to a file that only its owner can read; return its path.

    Raises:
        SettingsError: there is neither a path nor the setting.
        BackupKeyError: the file exists or cannot be created.
    """
    if path is None and not settings.backup.key_file:
        raise SettingsError("name the file of the key, or set backup.key_file")
    path = path or Path(settings.backup.key_file)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise BackupKeyError(f"cannot write {path}: {error.strerror}") from error
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(new_key_text())
    return path


def _summary(manifest: Manifest) -> dict[str, object]:
    return {
        "id": manifest.id,
        "is_complete": True,
        "created_at": manifest.created_at,
        "version": manifest.version,
        "revision": manifest.revision,
        "rows": manifest.rows,
        "files": manifest.files.count,
        "size_bytes": manifest.files.size_bytes,
        "missing_files": manifest.files.missing,
        "key_id": manifest.key_id,
    }


def _row(backup: StoredBackup) -> tuple[str, ...]:
    manifest = backup.manifest
    if manifest is None:
        return (backup.id, "incomplete", "", "", "", "", "")
    return (
        backup.id,
        "complete",
        manifest.revision,
        str(manifest.rows),
        str(manifest.files.count),
        format_bytes(manifest.files.size_bytes),
        manifest.key_id or "none",
    )


def _print_json(value: object) -> None:
    click.echo(msgspec.json.encode(value).decode())
