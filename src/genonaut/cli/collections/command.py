"""``genonaut collections``: list, fill, change, share, download and delete collections."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from genonaut.cli.options import api_options

_name = click.argument("name", metavar="NAME")
_ids = click.argument("ids", metavar="CONTENT...", nargs=-1, required=True, type=int)


@click.group()
def collections() -> None:
    """List, fill, change, share, download and delete collections. NAME is an id or a name."""


@collections.command("list", short_help="List collections.")
@click.option("--search", metavar="TEXT", help="Only collections whose name contains TEXT.")
@click.option("--archived", is_flag=True, help="Archived collections.")
@api_options
def list_(*, search: str | None, archived: bool, environment: str, server: str | None) -> None:
    """List your collections and those that are shared with you, by name."""
    from genonaut.cli.collections.actions import list_collections  # noqa: PLC0415 - loads aiohttp

    work = list_collections(environment, server, search=search, is_archived=archived)
    asyncio.run(work)


@collections.command(short_help="Create a collection.")
@_name
@click.option("--description", default="", help="What it contains.")
@click.option("--inside", metavar="NAME", help="The collection in which to create it.")
@click.option("--search", metavar="TEXT", help="Make a smart collection of items with these words.")
@click.option("--tag", "tags", multiple=True, help="… with this tag; may be repeated.")
@click.option("--favourites", is_flag=True, help="… that you marked as favourites.")
@api_options
def create(
    *,
    name: str,
    description: str,
    inside: str | None,
    search: str | None,
    tags: tuple[str, ...],
    favourites: bool,
    environment: str,
    server: str | None,
) -> None:
    """Create the collection NAME and print its id.

    With --search, --tag or --favourites it is a smart one: its items are those that match.
    """
    from genonaut.cli.collections.actions import create_collection  # noqa: PLC0415 - loads aiohttp

    body: dict[str, Any] = {"name": name, "description": description, "inside": inside}
    if search or tags or favourites:
        body["filter"] = {"search": search, "tags": list(tags), "favourite": favourites}
    asyncio.run(create_collection(environment, server, body))


@collections.command(short_help="Show a collection.")
@_name
@api_options
def show(*, name: str, environment: str, server: str | None) -> None:
    """Show a collection, with whom it is shared, and its first 20 items."""
    from genonaut.cli.collections.actions import show_collection  # noqa: PLC0415 - loads aiohttp

    asyncio.run(show_collection(environment, server, name))


@collections.command(short_help="Add items to a collection.")
@_name
@_ids
@api_options
def add(*, name: str, ids: tuple[int, ...], environment: str, server: str | None) -> None:
    """Add items by their ids. Exits with 1 if one does not exist."""
    _change(name, ids, environment, server, is_removal=False)


@collections.command(short_help="Remove items from a collection.")
@_name
@_ids
@api_options
def remove(*, name: str, ids: tuple[int, ...], environment: str, server: str | None) -> None:
    """Remove items by their ids; they remain in the gallery. Exits with 1 if one is not there."""
    _change(name, ids, environment, server, is_removal=True)


def _change(
    name: str, ids: tuple[int, ...], environment: str, server: str | None, *, is_removal: bool
) -> None:
    from genonaut.cli.collections.actions import change_items  # noqa: PLC0415 - loads aiohttp

    work = change_items(environment, server, name, ids, is_removal=is_removal)
    if not asyncio.run(work):
        raise SystemExit(1)


@collections.command(short_help="Share a collection.")
@_name
@click.option("--with", "username", metavar="USER", help="Share it with this user.")
@click.option("--editor", is_flag=True, help="Let the user add, remove and order items.")
@click.option(
    "--link",
    is_flag=True,
    help="Print a link for visitors without an account; a previous link stops to work.",
)
@click.option("--days", type=click.FloatRange(0, 36_500, min_open=True), help="End of the link.")
@click.option("--password", is_flag=True, help="Ask for a password of the link.")
@click.option("--prompts", is_flag=True, help="Show visitors titles, prompts and metadata.")
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
    """Share a collection with a user (--with) or by a link (--link)."""
    from genonaut.cli.collections.actions import share_collection  # noqa: PLC0415 - loads aiohttp

    if not (username or link or revoke_link or removed):
        raise click.UsageError("give --with USER, --remove USER, --link or --revoke-link")
    if link and revoke_link:
        raise click.UsageError("--link replaces a previous link; leave out --revoke-link")
    if (days or password or prompts) and not link:
        raise click.UsageError("--days, --password and --prompts belong to --link")
    fields: dict[str, Any] = {"shows_prompts": prompts}
    if days:
        fields["expires_at"] = (datetime.now(UTC) + timedelta(days=days)).isoformat()
    if password:
        fields["password"] = click.prompt("Password", hide_input=True, confirmation_prompt=True)
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


@collections.command(short_help="Change a collection.")
@_name
@click.option("--name", "new_name", metavar="TEXT", help="Rename it.")
@click.option("--description", help="What it contains.")
@click.option("--inside", metavar="NAME", help="Move it into this collection.")
@click.option("--top", is_flag=True, help="Move it out of the collection that it is in.")
@click.option(
    "--cover", type=int, metavar="IMAGE", help="The image that shows it; 0: the first one."
)
@click.option(
    "--archive/--unarchive", "archived", default=None, help="Hide it from the list, or not."
)
@api_options
def edit(  # click's values
    *,
    name: str,
    new_name: str | None,
    description: str | None,
    inside: str | None,
    top: bool,
    cover: int | None,
    archived: bool | None,
    environment: str,
    server: str | None,
) -> None:
    """Rename, describe, move or archive a collection, or choose its cover."""
    from genonaut.cli.collections.actions import edit_collection  # noqa: PLC0415 - loads aiohttp

    if top and inside:
        raise click.UsageError("give --inside NAME or --top")
    given = {"name": new_name, "description": description, "archived": archived}
    changes: dict[str, Any] = {one: value for one, value in given.items() if value is not None}
    if cover is not None:
        changes["cover_content_id"] = cover or None
    if top:
        changes["parent_id"] = None
    if not changes and inside is None:
        raise click.UsageError("nothing to change; see --help")
    asyncio.run(edit_collection(environment, server, name, changes, inside=inside))


@collections.command(short_help="Delete a collection.")
@_name
@click.option("--recursive", is_flag=True, help="Also the collections inside it.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@api_options
def delete(*, name: str, recursive: bool, yes: bool, environment: str, server: str | None) -> None:
    """Delete a collection; its images remain in the gallery."""
    from genonaut.cli.collections.actions import delete_collection  # noqa: PLC0415 - loads aiohttp

    work = delete_collection(environment, server, name, is_recursive=recursive, is_confirmed=yes)
    asyncio.run(work)


@collections.command(short_help="Download a collection as a zip.")
@_name
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write; an existing one is never overwritten.  [default: NAME.zip]",
)
@api_options
def download(*, name: str, out: Path | None, environment: str, server: str | None) -> None:
    """Download the files of a collection as a zip and print its path."""
    from genonaut.cli.collections.actions import (  # noqa: PLC0415 - loads aiohttp
        download_collection,
    )

    asyncio.run(download_collection(environment, server, name, out=out))
