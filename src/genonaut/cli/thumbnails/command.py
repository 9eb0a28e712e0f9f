"""``genonaut thumbnails``: make the thumbnails of an environment again."""

import asyncio
import sys

import click

from genonaut.cli.options import env_option
from genonaut.cli.running_services import resolved_settings

SIZES = {"small": 256, "medium": 512, "large": 1024}
"""Names and longest edges in pixels; equal to `ThumbnailSize`, which would load Pillow here."""


class _Size(click.Choice[str]):
    """A thumbnail size by its name or its longest edge."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the name."""
        names = {str(edge): name for name, edge in SIZES.items()}
        return super().convert(names.get(value, value), param, ctx)


@click.group()
def thumbnails() -> None:
    """Make the thumbnails of an environment again.

    Works on its database and files; the API and the worker may run.
    """


@thumbnails.command()
@click.option("--missing", is_flag=True, help="Only thumbnails that are missing or damaged.")
@click.option(
    "--size",
    type=_Size(SIZES),
    help="Only this size; the longest edge (256, 512, 1024) is accepted too.",
)
@env_option
def rebuild(*, missing: bool, size: str | None, environment: str) -> None:
    """Make thumbnails again from the stored images, of all users and of the trash.

    Exits with 1 if thumbnails of an image could not be made; the images are listed.
    """
    from genonaut.cli.thumbnails.actions import rebuild as act  # noqa: PLC0415 - loads Pillow

    report = asyncio.run(act(resolved_settings(environment), only_missing=missing, size=size))
    click.echo(f"made the thumbnails of {report.rebuilt} of {report.checked} images")
    for content_id, outcome in report.failures:
        click.echo(f"content {content_id}: {outcome.replace('_', ' ')}", err=True)
    if report.failures:
        sys.exit(1)
