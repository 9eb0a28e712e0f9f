"""``genonaut cleanup``: remove what has passed its retention."""

import asyncio

import click

from genonaut.cli.options import api_options


@click.command(short_help="Remove what has passed its retention.")
@click.option("--dry-run", is_flag=True, help="Show what would be removed, and change nothing.")
@api_options
def cleanup(*, dry_run: bool, environment: str, server: str | None) -> None:
    """Move expired images to the trash, and delete expired trash and rows. Administrators only.

    Workers do the same every hour; the settings decide what expires.
    """
    from genonaut.cli.cleanup.actions import preview, run  # noqa: PLC0415 - loads aiohttp

    asyncio.run(preview(environment, server) if dry_run else run(environment, server))
