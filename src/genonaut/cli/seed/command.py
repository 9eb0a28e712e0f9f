"""``genonaut seed``: fill an empty gallery through the API."""

import asyncio

import click

from genonaut.cli.options import api_options
from genonaut.cli.running_services import resolved_settings


@click.command()
@api_options
def seed(environment: str, server: str | None) -> None:
    """Generate a few first images, as ordinary jobs.

    Does nothing if an image has already been generated.
    """
    from genonaut.cli.api_client import open_api  # noqa: PLC0415 - loads aiohttp
    from genonaut.cli.seed.actions import seed as generate_images  # noqa: PLC0415 - loads aiohttp

    async def run() -> int | None:
        async with open_api(resolved_settings(environment), server) as api:
            return await generate_images(api, click.echo)

    made = asyncio.run(run())
    click.echo("there are images already" if made is None else f"made {made} images")
