"""``genonaut backup``: make, list, verify and restore backups."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from genonaut.cli.options import env_option
from genonaut.cli.running_services import resolved_settings

Decorated = TypeVar("Decorated", bound=Callable[..., Any])
_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
_id = click.argument("backup_id", metavar="[ID]", default="latest")


def _repository_options(command: Decorated) -> Decorated:
    command = click.option(
        "--key-file",
        metavar="FILE",
        help="The key of encrypted backups.  [default: backup.key_file]",
    )(command)
    return click.option(
        "--target",
        metavar="DIR|URL",
        help="A directory or s3://bucket/prefix.  [default: backup.target]",
    )(command)


@click.group()
def backup() -> None:
    """Make, list, verify and restore backups of an environment: database and images.

    ID is an id that `list` prints, or latest (the default).
    """


@backup.command()
@click.option(
    "--keep",
    type=click.IntRange(0),
    metavar="N",
    help="Delete all but the newest N complete backups.  [default: backup.keep; 0 keeps all]",
)
@_repository_options
@_json
@env_option
def create(
    *, target: str | None, key_file: str | None, keep: int | None, as_json: bool, environment: str
) -> None:
    """Make a backup while the service runs.

    Files that an earlier backup, also an interrupted one, has copied are not copied again.
    """
    from genonaut.cli.backup.actions import create_backup  # noqa: PLC0415 - loads everything

    settings = resolved_settings(environment)
    asyncio.run(create_backup(settings, target, key_file, keep=keep, as_json=as_json))


@backup.command(name="list")
@_repository_options
@_json
@env_option
def list_command(
    *, target: str | None, key_file: str | None, as_json: bool, environment: str
) -> None:
    """List backups, the oldest first; interrupted ones are marked."""
    from genonaut.cli.backup.actions import list_backups  # noqa: PLC0415 - loads everything

    asyncio.run(list_backups(resolved_settings(environment), target, key_file, as_json=as_json))


@backup.command()
@_id
@_repository_options
@_json
@env_option
def verify(
    *, backup_id: str, target: str | None, key_file: str | None, as_json: bool, environment: str
) -> None:
    """Read and decrypt everything that restoring the backup needs.

    Exits with 3 if something is damaged, with 1 if the check could not be completed.
    """
    from genonaut.cli.backup.actions import verify_backup  # noqa: PLC0415 - loads everything

    settings = resolved_settings(environment)
    if not asyncio.run(verify_backup(settings, target, key_file, backup_id, as_json=as_json)):
        raise SystemExit(3)


@backup.command()
@_id
@click.option("--files-only", is_flag=True, help="Restore only files that are missing or damaged.")
@click.option(
    "--force",
    is_flag=True,
    help="Move tables of a database that is not empty to another schema of it.",
)
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@_repository_options
@env_option
def restore(
    *,
    backup_id: str,
    files_only: bool,
    force: bool,
    yes: bool,
    target: str | None,
    key_file: str | None,
    environment: str,
) -> None:
    """Restore a backup into the database and the storage of the settings, and migrate it.

    The database must be empty and without other connections; it is created if it is missing. An
    interrupted restore can be repeated. With --files-only the service may run.
    """
    from genonaut.cli.backup import actions  # noqa: PLC0415 - loads everything

    settings = resolved_settings(environment)
    if files_only:
        asyncio.run(actions.restore_files(settings, target, key_file, backup_id))
        return
    work = actions.restore_backup(
        settings, target, key_file, backup_id, is_forced=force, is_confirmed=yes
    )
    asyncio.run(work)


@backup.command()
@click.argument("path", required=False, type=click.Path(path_type=Path))
@env_option
def key(*, path: Path | None, environment: str) -> None:
    """Write a new key to PATH, which must not exist; without PATH, to backup.key_file.

    Keep a copy elsewhere: without the key its backups cannot be restored.
    """
    from genonaut.cli.backup.actions import write_key  # noqa: PLC0415 - loads cryptography

    written = write_key(resolved_settings(environment), path)
    click.echo(f"wrote a new key to {written}; keep a copy of it apart from the backups")
