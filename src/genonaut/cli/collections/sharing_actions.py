"""The work of the commands that share collections, through the API."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import click
import msgspec

from genonaut.cli.collections.api import Link, open_collections
from genonaut.cli.jobs.views import local_time
from genonaut.cli.output import print_table, printable, shortened
from genonaut.cli.running_services import resolved_settings


async def share_collection(
    environment: str,
    server: str | None,
    name: str,
    *,
    username: str | None,
    role: str,
    link: dict[str, Any] | None,
    is_revoked: bool,
    removed: str | None,
) -> None:
    """Share a collection with a user or by a link, or revoke the link."""
    async with open_collections(resolved_settings(environment), server) as api:
        one = await api.find(name)
        if username is not None:
            await api.set_member(one.id, username, role)
            click.echo(f"{printable(one.name)} is shared with {username} ({role})")
        if removed is not None:
            await api.remove_member(one.id, removed)
            click.echo(f"{printable(one.name)} is no longer shared with {removed}")
        if is_revoked:
            await api.revoke_link(one.id)
            click.echo(f"the link to {printable(one.name)} is revoked")
        if link is not None:
            token = await api.make_link(one.id, link)
            click.echo(f"{api.base_url}/s/{token}")


async def leave_collection(environment: str, server: str | None, name: str) -> None:
    """End the caller's membership of a collection."""
    async with open_collections(resolved_settings(environment), server) as api:
        one = await api.find(name)
        await api.leave(one.id)
    click.echo(f"you left {printable(one.name)}")


async def list_members(environment: str, server: str | None, name: str, *, as_json: bool) -> None:
    """Print the members of a collection."""
    async with open_collections(resolved_settings(environment), server) as api:
        found = await api.members((await api.find(name)).id)
    if as_json:
        print_json_lines(found)
    elif found:
        rows = ((one.username, one.role, local_time(one.added_at)) for one in found)
        print_table(("User", "Role", "Since"), rows)
    else:
        click.echo("no members", err=True)


async def list_links(environment: str, server: str | None, *, as_json: bool) -> None:
    """Print the links of the caller's collections, archived ones too."""
    async with open_collections(resolved_settings(environment), server) as api:
        mine = [("scope", "mine")]
        all_own = await api.list(mine) + await api.list([*mine, ("archived", "true")])
        shared = [one for one in all_own if one.has_link]
        found = [(one, await api.link(one.id)) for one in shared]
    if as_json:
        print_json_lines(
            [
                {"id": one.id, "name": one.name, **msgspec.structs.asdict(link)}
                for one, link in found
            ]
        )
        return
    if not found:
        click.echo("no links", err=True)
        return
    rows = (
        (
            str(one.id),
            _state(link),
            "never" if link.expires_at is None else local_time(link.expires_at),
            "yes" if link.has_password else "no",
            "yes" if link.shows_prompts else "no",
            shortened(one.name, 60),
        )
        for one, link in found
    )
    print_table(("ID", "Link", "Ends", "Password", "Prompts", "Name"), rows)


async def change_link(
    environment: str, server: str | None, name: str, changes: dict[str, Any]
) -> None:
    """Change the link of a collection, if there is anything to change, and print what it allows."""
    async with open_collections(resolved_settings(environment), server) as api:
        one = await api.find(name)
        link = await (api.change_link(one.id, changes) if changes else api.link(one.id))
    click.echo(f"{printable(one.name)}: {link_text(link)}")


def link_text(link: Link) -> str:
    """Return what a link allows, as a text."""
    facts = [
        "" if link.is_enabled else "switched off",
        "expired" if _has_expired(link) else "",
        f"until {local_time(link.expires_at)}" if link.expires_at else "",
        "with a password" if link.has_password else "",
        "with prompts" if link.shows_prompts else "",
    ]
    return ", ".join(["shared by a link", *(one for one in facts if one)])


def print_json_lines(rows: Sequence[Any]) -> None:
    """Print JSON, one object per line."""
    for one in rows:
        click.echo(msgspec.json.encode(one))


def _state(link: Link) -> str:
    if not link.is_enabled:
        return "off"
    return "expired" if _has_expired(link) else "on"


def _has_expired(link: Link) -> bool:
    return link.expires_at is not None and link.expires_at <= datetime.now(UTC)
