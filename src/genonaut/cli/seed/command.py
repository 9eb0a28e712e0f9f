"""``genonaut seed``: fill an empty gallery through the API."""

import asyncio

import click

from genonaut.cli.options import api_options
from genonaut.cli.running_services import resolved_settings


@click.command()
@api_options
def seed(environment: str, server: str | None) -> None:
    """Add three workflows, and generate a few first images as ordinary jobs.

    Adds no workflow if there is one, and no image if one has already been generated.
    """
    from genonaut.cli.api_client import open_api  # noqa: PLC0415 - loads aiohttp
    from genonaut.cli.seed.actions import seed as generate_images  # noqa: PLC0415 - loads aiohttp
    from genonaut.cli.seed.workflows import seed_workflows  # noqa: PLC0415 - loads aiohttp
    from genonaut.cli.workflows.api import WorkflowApi  # noqa: PLC0415 - loads aiohttp

    async def run() -> int | None:
        async with open_api(resolved_settings(environment), server) as api:
            await seed_workflows(WorkflowApi.of(api), click.echo)
            return await generate_images(api, click.echo)

    made = asyncio.run(run())
    click.echo("there are images already" if made is None else f"made {made} images")
