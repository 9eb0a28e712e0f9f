"""The command ``genonaut notify``, through the API."""

import click

from genonaut.cli.api_client import open_api
from genonaut.cli.running_services import resolved_settings
from genonaut.core.errors import NotFoundError


async def send(
    environment: str, server: str | None, *, title: str, message: str, username: str | None
) -> None:
    """Send an announcement and print how many users got it.

    Raises:
        NotFoundError: there is no such user.
    """
    async with open_api(resolved_settings(environment), server) as api:
        body: dict[str, str] = {"title": title, "message": message}
        if username is not None:
            users = (await api.users([("search", username)])).items
            found = next((one for one in users if one.username == username), None)
            if found is None:
                raise NotFoundError(f"there is no user {username}")
            body["user_id"] = found.id
        sent = await api.announce(body)
    verb = "has" if sent.skipped == 1 else "have"
    skipped = f"; {sent.skipped} {verb} such notifications turned off" if sent.skipped else ""
    click.echo(f"sent to {sent.created} {'user' if sent.created == 1 else 'users'}{skipped}")
