"""``genonaut seed``: fill an empty gallery through the API."""

import asyncio

import click

from genonaut.cli.api_client import open_api
from genonaut.cli.options import env_option, server_option
from genonaut.cli.seeding import seed as fill
from genonaut.cli.services import resolved_settings


@click.command()
@env_option
@server_option
def seed(environment: str, server: str | None) -> None:
    """Fill an empty gallery with a few images.

    They are rendered by the real pipeline; nothing is done when there is an image already.
    """
    asyncio.run(_seed(environment, server))


async def _seed(environment: str, server: str | None) -> None:
    async with open_api(resolved_settings(environment), server) as api:
        made = await fill(api, click.echo)
    click.echo("there are images already" if made is None else f"{made} images made")
