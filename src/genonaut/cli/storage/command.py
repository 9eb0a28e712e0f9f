"""``genonaut storage``: the stored files of an environment."""

import asyncio

import click

from genonaut.cli.options import env_option
from genonaut.cli.running_services import resolved_settings


@click.group()
def storage() -> None:
    """Check the stored files of an environment.

    Works directly on database and files, whether the service runs or not.
    """


@storage.command()
@click.option(
    "--repair",
    is_flag=True,
    help="Mark damaged items, rebuild thumbnails, delete files that no row references.",
)
@click.option("--quick", is_flag=True, help="Compare existence and sizes only; read no file.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of lines.")
@env_option
def verify(*, repair: bool, quick: bool, as_json: bool, environment: str) -> None:
    """Compare all rows with all stored files, in both directions.

    Checks the images of the gallery and uploaded files.

    Finds image files that are missing or differ from their SHA-256, thumbnails that are missing or
    damaged, and files that no row references and that are older than storage.orphan_grace_hours.
    Missing and damaged images must be restored from a backup.

    Exits with 0 if nothing is wrong or everything was repaired, with 3 if problems remain, with 1 if
    the check could not be completed.
    """
    from genonaut.cli.storage.actions import verify_storage  # noqa: PLC0415 - loads everything

    settings = resolved_settings(environment)
    is_clean = asyncio.run(
        verify_storage(settings, is_repairing=repair, is_quick=quick, as_json=as_json)
    )
    if not is_clean:
        raise SystemExit(3)
