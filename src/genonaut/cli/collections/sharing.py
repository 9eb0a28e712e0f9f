"""Commands that share collections: members and links."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from genonaut.cli.options import api_options

_name = click.argument("name", metavar="NAME")
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, one object per line.")
_DAYS = click.FloatRange(0, 36_500, min_open=True)


@click.command(short_help="Share a collection.")
@_name
@click.option("--with", "username", metavar="USER", help="Share it with this user.")
@click.option("--editor", is_flag=True, help="Let the user add, remove and order items.")
@click.option(
    "--link",
    is_flag=True,
    help="Print a link for visitors without an account; a previous link stops to work.",
)
@click.option("--days", type=_DAYS, help="End of the link.")
@click.option("--password", is_flag=True, help="Ask for a password of the link.")
@click.option(
    "--prompts", is_flag=True, help="Show visitors titles, prompts, metadata and files of videos."
)
@click.option("--revoke-link", is_flag=True, help="Revoke the link.")
@click.option("--remove", "removed", metavar="USER", help="Stop to share it with this user.")
@api_options
def share(
    *,
    name: str,
    username: str | None,
    editor: bool,
    link: bool,
    days: float | None,
    password: bool,
    prompts: bool,
    revoke_link: bool,
    removed: str | None,
    environment: str,
    server: str | None,
) -> None:
    """Share a collection with a user (--with) or by a link (--link).

    --with for a member changes the role: to a viewer, or with --editor to an editor.
    """
    from genonaut.cli.collections.sharing_actions import (  # noqa: PLC0415 - loads aiohttp
        share_collection,
    )

    if not (username or link or revoke_link or removed):
        raise click.UsageError("give --with USER, --remove USER, --link or --revoke-link")
    if link and revoke_link:
        raise click.UsageError("--link replaces a previous link; leave out --revoke-link")
    if (days or password or prompts) and not link:
        raise click.UsageError("--days, --password and --prompts belong to --link")
    fields: dict[str, Any] = {"shows_prompts": prompts}
    if days:
        fields["expires_at"] = _in_days(days)
    if password:
        fields["password"] = _asked_password()
    work = share_collection(
        environment,
        server,
        name,
        username=username,
        role="editor" if editor else "viewer",
        link=fields if link else None,
        is_revoked=revoke_link,
        removed=removed,
    )
    asyncio.run(work)


@click.command(short_help="List the members of a collection.")
@_name
@_json
@api_options
def members(*, name: str, as_json: bool, environment: str, server: str | None) -> None:
    """List the users with whom a collection is shared; `share` adds, changes and removes them."""
    from genonaut.cli.collections.sharing_actions import (  # noqa: PLC0415 - loads aiohttp
        list_members,
    )

    asyncio.run(list_members(environment, server, name, as_json=as_json))


@click.command(short_help="Leave a collection of another user.")
@_name
@api_options
def leave(*, name: str, environment: str, server: str | None) -> None:
    """Leave a collection that is shared with you; the private items that you added go with you."""
    from genonaut.cli.collections.sharing_actions import (  # noqa: PLC0415 - loads aiohttp
        leave_collection,
    )

    asyncio.run(leave_collection(environment, server, name))


@click.command(short_help="List the links of your collections.")
@_json
@api_options
def links(*, as_json: bool, environment: str, server: str | None) -> None:
    """List the collections that have a link, and what their links allow."""
    from genonaut.cli.collections.sharing_actions import list_links  # noqa: PLC0415 - loads aiohttp

    asyncio.run(list_links(environment, server, as_json=as_json))


@click.command(short_help="Change the link of a collection.")
@_name
@click.option("--on/--off", "is_enabled", default=None, help="Turn it on or off.")
@click.option("--days", type=_DAYS, help="Let it end after so many days from now.")
@click.option("--no-end", is_flag=True, help="Let it never end.")
@click.option(
    "--password/--no-password", default=None, help="Ask for a new password, or remove it."
)
@click.option(
    "--prompts/--no-prompts",
    default=None,
    help="Show visitors titles, prompts, metadata and files of videos, or not.",
)
@api_options
def link(
    *,
    name: str,
    is_enabled: bool | None,
    days: float | None,
    no_end: bool,
    password: bool | None,
    prompts: bool | None,
    environment: str,
    server: str | None,
) -> None:
    """Turn the link of a collection off and on, or change its end, password and contents.

    Without options, print what it allows. `share --link` makes a link, `share --revoke-link` revokes it.
    """
    from genonaut.cli.collections.sharing_actions import (  # noqa: PLC0415 - loads aiohttp
        change_link,
    )

    if days and no_end:
        raise click.UsageError("give --days or --no-end")
    given = {"is_enabled": is_enabled, "shows_prompts": prompts}
    changes: dict[str, Any] = {one: value for one, value in given.items() if value is not None}
    if days or no_end:
        changes["expires_at"] = _in_days(days) if days else None
    if password is not None:
        changes["password"] = _asked_password() if password else None
    asyncio.run(change_link(environment, server, name, changes))


def _in_days(days: float) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()


def _asked_password() -> str:
    found: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return found


SHARING = (share, members, leave, links, link)
"""Commands of ``genonaut collections``."""
