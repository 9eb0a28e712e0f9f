"""The work of ``genonaut collections``, through the API."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from genonaut.cli.collections.api import Changed, open_collections
from genonaut.cli.collections.sharing_actions import link_text, print_json_lines
from genonaut.cli.downloads import DownloadApi, download_to
from genonaut.cli.generate.image_files import slug_of
from genonaut.cli.jobs.views import local_time
from genonaut.cli.models.actions import size_text
from genonaut.cli.output import print_table, printable, shortened
from genonaut.cli.running_services import resolved_settings


async def list_collections(
    environment: str,
    server: str | None,
    filters: Sequence[tuple[str, str]],
    *,
    inside: str | None,
    as_json: bool,
) -> None:
    """Print the collections that the caller may see."""
    async with open_collections(resolved_settings(environment), server) as api:
        parent = [] if inside is None else [("parent_id", str((await api.find(inside)).id))]
        found = await api.list([*filters, *parent])
    if as_json:
        print_json_lines(found)
        return
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


async def show_collection(
    environment: str, server: str | None, name: str, *, limit: int, sort: str | None
) -> None:
    """Print a collection, its members and its first items."""
    async with open_collections(resolved_settings(environment), server) as api:
        one = await api.find(name)
        members = await api.members(one.id)
        page = await api.items(one.id, limit=limit, sort=sort)
        is_known = one.has_link and one.role == "owner"
        link = await api.link(one.id) if is_known else None
    click.echo(f"{printable(one.name)} (id {one.id}), of {one.owner.username}, you: {one.role}")
    if one.description:
        click.echo(printable(one.description))
    for member in members:
        click.echo(f"shared with {member.username} ({member.role})")
    if link is not None:
        click.echo(link_text(link))
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
    environment: str,
    server: str | None,
    name: str,
    ids: Sequence[int],
    matching: Mapping[str, Any],
    *,
    is_removal: bool,
) -> bool:
    """Add or remove items and print how many; returns whether all were found."""
    async with open_collections(resolved_settings(environment), server) as api:
        one = await api.find(name)
        changed = await api.change_items(one.id, ids, matching, is_removal=is_removal)
    done = changed.counts.get("done", 0)
    click.echo(f"{done} {'removed from' if is_removal else 'added to'} {printable(one.name)}")
    return _report_missing(changed)


def _report_missing(changed: Changed) -> bool:
    missing = [one["id"] for one in changed.items if one["status"] == "not_found"]
    for one in missing:
        click.echo(f"content {one}: there is no such item", err=True)
    return not missing


async def order_items(
    environment: str,
    server: str | None,
    name: str,
    ids: Sequence[int],
    place: Mapping[str, int],
    *,
    to_start: bool,
) -> None:
    """Put items of a collection before or after another one, at the start or at the end."""
    async with open_collections(resolved_settings(environment), server) as api:
        one = await api.find(name)
        if to_start:
            first = (await api.items(one.id, limit=len(ids) + 1)).items
            other = next((item.id for item in first if item.id not in ids), None)
            place = {} if other is None else {"before": other}
        await api.order(one.id, ids, place)
    click.echo(f"{len(ids)} moved in {printable(one.name)}")


async def edit_collection(
    environment: str,
    server: str | None,
    name: str,
    changes: dict[str, Any],
    *,
    inside: str | None,
    stored_filter: Mapping[str, Any],
    is_cleared: bool,
) -> None:
    """Change fields of a collection; ``inside`` names the collection to move it into.

    Fields of the filter that are not given are kept unless it is cleared.
    """
    async with open_collections(resolved_settings(environment), server) as api:
        one = await api.find(name)
        if stored_filter or is_cleared:
            before = {} if is_cleared else await api.filter_of(one.id) or {}
            changes["filter"] = {**before, **stored_filter}
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
