"""``genonaut notify``: send an announcement to users."""

import asyncio

import click

from genonaut.cli.options import api_options


@click.command(short_help="Send an announcement to users.")
@click.argument("title")
@click.argument("message", default="")
@click.option("--user", "username", metavar="NAME", help="Only this user.  [default: all users]")
@api_options
def notify(
    title: str, message: str, username: str | None, environment: str, server: str | None
) -> None:
    """Send the announcement TITLE, with the text MESSAGE, to all users or to one.

    Users who have announcements turned off do not get it. Administrators only.
    """
    from genonaut.cli.notify.actions import send  # noqa: PLC0415 - loads aiohttp

    asyncio.run(send(environment, server, title=title, message=message, username=username))
