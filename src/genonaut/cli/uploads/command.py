"""``genonaut uploads``: store, list and delete files that are inputs of jobs."""

import asyncio
from pathlib import Path

import click

from genonaut.cli.options import api_options

_KINDS = ("image", "video", "audio")


@click.group()
def uploads() -> None:
    """Store, list and delete files that are inputs of jobs."""


@uploads.command(short_help="Store files.")
@click.argument(
    "files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@api_options
def add(files: tuple[Path, ...], environment: str, server: str | None) -> None:
    """Store files and print their ids; a file that is stored already keeps its id.

    Exits with 1 if one cannot be stored. `genonaut generate --source upload:ID` uses one.
    """
    from genonaut.cli.uploads.actions import add_uploads  # noqa: PLC0415 - loads aiohttp

    _exit_unless(asyncio.run(add_uploads(environment, server, files)))


@uploads.command("list", short_help="List your uploads, newest first.")
@click.option("--kind", type=click.Choice(_KINDS), help="Only files of this kind.")
@click.option(
    "--limit",
    type=click.IntRange(1, 100),
    default=20,
    show_default=True,
    help="Number of uploads to list.",
)
@api_options
def list_uploads(*, kind: str | None, limit: int, environment: str, server: str | None) -> None:
    """List your uploads, newest first."""
    from genonaut.cli.uploads.actions import list_uploads as work  # noqa: PLC0415 - loads aiohttp

    filters = [("limit", str(limit)), *([("kind", kind)] if kind else [])]
    asyncio.run(work(environment, server, filters))


@uploads.command(short_help="Delete uploads.")
@click.argument("upload_ids", metavar="UPLOAD...", nargs=-1, required=True, type=int)
@api_options
def delete(upload_ids: tuple[int, ...], environment: str, server: str | None) -> None:
    """Delete uploads; jobs that have not ended can still use them.

    Exits with 1 if one cannot be deleted.
    """
    from genonaut.cli.uploads.actions import delete_uploads  # noqa: PLC0415 - loads aiohttp

    _exit_unless(asyncio.run(delete_uploads(environment, server, upload_ids)))


def _exit_unless(succeeded: bool) -> None:
    if not succeeded:
        raise SystemExit(1)
