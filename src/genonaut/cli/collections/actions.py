"""The work of ``genonaut collections``, through the API."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from genonaut.cli.collections.api import Changed, Link, open_collections
from genonaut.cli.downloads import DownloadApi, download_to
from genonaut.cli.generate.image_files import slug_of
from genonaut.cli.jobs.views import local_time
from genonaut.cli.models.actions import size_text
from genonaut.cli.output import print_table, printable, shortened
from genonaut.cli.running_services import resolved_settings

_SHOWN = 20
"""Items that are listed."""


async def list_collections(
    environment: str, server: str | None, *, search: str | None, is_archived: bool
) -> None:
    """Print the collections that the caller may see."""
    filters = [("archived", str(is_archived).lower()), *([("search", search)] if search else [])]
    async with open_collections(resolved_settings(environment), server) as api:
        found = await api.list(filters)
    if not found:
        click.echo("no collections", err=True)
        return
    rows = (
        (
            str(one.id),
            "smart" if one.is_smart else str(one.item_count),
            one.role,
            one.owner.username,
            "" if one.parent_id is None else str(one.parent_id),
            local_time(one.updated_at),
            shortened(one.name, 60),
        )
        for one in found
    )
    headers = ("ID", "Items", "Role", "Owner", "Inside", "Changed", "Name")
    print_table(headers, rows, optional=("Inside", "Changed"))


async def create_collection(environment: str, server: str | None, body: dict[str, Any]) -> None:
    """Create a collection and print its id."""
    async with open_collections(resolved_settings(environment), server) as api:
        parent = body.pop("inside")
        if parent is not None:
            body["parent_id"] = (await api.find(parent)).id
        created = await api.create(body)
    click.echo(f"{created.id}  {printable(created.name)}")


async def show_collection(environment: str, server: str | None, name: str) -> None:
    """Print a collection, its members and its first items."""
    async with open_collections(resolved_settings(environment), server) as api:
        one = await api.find(name)
        members = await api.members(one.id)
        page = await api.items(one.id, limit=_SHOWN)
        is_known = one.has_link and one.role == "owner"
        link = await api.link(one.id) if is_known else None
    click.echo(f"{printable(one.name)} (id {one.id}), of {one.owner.username}, you: {one.role}")
    if one.description:
        click.echo(printable(one.description))
    for member in members:
        click.echo(f"shared with {member.username} ({member.role})")
    if link is not None:
        click.echo(_link_text(link))
    if page.items:
        rows = (
            (str(item.id), item.content_type, f"{item.width}x{item.height}", item.title)
            for item in page.items
        )
        print_table(("ID", "Type", "Size", "Title"), rows)
    total = len(page.items) if page.total is None else page.total
    if page.next_cursor is not None:
        click.echo(f"{len(page.items)} of {page.total or 'more than 10,000'} items", err=True)
    elif not total:
        click.echo("no items", err=True)


async def change_items(
    environment: str, server: str | None, name: str, ids: Sequence[int], *, is_removal: bool
) -> bool:
    """Add or remove items and print how many; returns whether all were found."""
    async with open_collections(resolved_settings(environment), server) as api:
        one = await api.find(name)
        changed = await api.change_items(one.id, ids, is_removal=is_removal)
    done = changed.counts.get("done", 0)
    click.echo(f"{done} {'removed from' if is_removal else 'added to'} {printable(one.name)}")
    return _report_missing(changed)


def _report_missing(changed: Changed) -> bool:
    missing = [one["id"] for one in changed.items if one["status"] == "not_found"]
    for one in missing:
        click.echo(f"content {one}: there is no such item", err=True)
    return not missing


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


def _link_text(link: Link) -> str:
    facts = [
        "" if link.is_enabled else "switched off",
        f"until {local_time(link.expires_at)}" if link.expires_at else "",
        "with a password" if link.has_password else "",
        "with prompts" if link.shows_prompts else "",
    ]
    return ", ".join(["shared by a link", *(one for one in facts if one)])


async def edit_collection(
    environment: str, server: str | None, name: str, changes: dict[str, Any], *, inside: str | None
) -> None:
    """Change fields of a collection; ``inside`` names the collection to move it into."""
    async with open_collections(resolved_settings(environment), server) as api:
        one = await api.find(name)
        if inside is not None:
            changes["parent_id"] = (await api.find(inside)).id
        changed = await api.change(one.id, changes)
    click.echo(f"{changed.id}  {printable(changed.name)}")


async def delete_collection(
    environment: str, server: str | None, name: str, *, is_recursive: bool, is_confirmed: bool
) -> None:
    """Delete a collection, after a confirmation."""
    async with open_collections(resolved_settings(environment), server) as api:
        one = await api.find(name)
        if not is_confirmed:
            click.confirm(f"Delete {printable(one.name)}? Its images remain.", abort=True)
        await api.delete(one.id, is_recursive=is_recursive)
    click.echo(f"{printable(one.name)} deleted; its images remain in the gallery")


async def download_collection(
    environment: str, server: str | None, name: str, *, out: Path | None
) -> None:
    """Write a collection as a zip and print its path."""
    async with open_collections(resolved_settings(environment), server) as api:
        one = await api.find(name)
        path = out or Path(f"{slug_of(one.name)}.zip")
        size_bytes = await download_to(DownloadApi.of(api), api.archive_path(one.id), path)
    click.echo(path)
    click.echo(size_text(size_bytes), err=True)
