"""The commands of ``genonaut uploads``, through the API."""

from collections.abc import Sequence
from pathlib import Path

import click

from genonaut.cli.api_client import Filters, open_api
from genonaut.cli.jobs.views import local_time
from genonaut.cli.models.actions import size_text
from genonaut.cli.output import print_table
from genonaut.cli.running_services import resolved_settings
from genonaut.cli.upload_state import Upload
from genonaut.core.errors import GenonautError

_HEADERS = ("ID", "Kind", "Size", "Bytes", "Last used", "Name")


async def add_uploads(environment: str, server: str | None, files: Sequence[Path]) -> bool:
    """Store each file and print its id; returns whether every file was accepted."""
    succeeded = True
    async with open_api(resolved_settings(environment), server) as api:
        for file in files:
            try:
                click.echo(f"{(await api.upload(file)).id}  {file}")
            except GenonautError as error:
                click.echo(f"{file}: {error}", err=True)
                succeeded = False
    return succeeded


async def list_uploads(environment: str, server: str | None, filters: Filters) -> None:
    """Print the first page of the caller's uploads."""
    async with open_api(resolved_settings(environment), server) as api:
        page = await api.uploads(filters)
    if not page.items:
        click.echo("no uploads", err=True)
        return
    print_table(_HEADERS, map(_row, page.items), optional=("Bytes", "Last used"))
    if page.total is not None and page.total > len(page.items):
        click.echo(f"{len(page.items)} of {page.total} uploads", err=True)


async def delete_uploads(environment: str, server: str | None, upload_ids: Sequence[int]) -> bool:
    """Delete each upload; returns whether every request succeeded."""
    succeeded = True
    async with open_api(resolved_settings(environment), server) as api:
        for upload_id in upload_ids:
            try:
                await api.delete_upload(upload_id)
                click.echo(f"upload {upload_id} deleted")
            except GenonautError as error:
                click.echo(f"upload {upload_id}: {error}", err=True)
                succeeded = False
    return succeeded


def _row(upload: Upload) -> tuple[str, ...]:
    sizes = [
        *([f"{upload.width}x{upload.height}"] if upload.width else []),
        *([f"{upload.duration_seconds:.1f} s"] if upload.duration_seconds else []),
    ]
    return (
        str(upload.id), upload.kind, " ".join(sizes), size_text(upload.size_bytes),
        local_time(upload.last_used_at), upload.name,
    )  # fmt: skip
