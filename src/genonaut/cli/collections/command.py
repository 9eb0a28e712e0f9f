"""``genonaut collections``: list, fill, change, share, download and delete collections."""

import asyncio
from pathlib import Path
from typing import Any

import click

from genonaut.cli.collections.sharing import SHARING
from genonaut.cli.gallery_filters import (
    bulk_filter_of,
    filter_of,
    filter_options,
    own_filter_options,
)
from genonaut.cli.options import api_options

_name = click.argument("name", metavar="NAME")
_ids = click.argument("ids", metavar="[CONTENT]...", nargs=-1, type=int)
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, one object per line.")


@click.group()
def collections() -> None:
    """List, fill, change, share, download and delete collections. NAME is an id or a name."""


for _one in SHARING:
    collections.add_command(_one)


@collections.command("list", short_help="List collections.")
@click.option("--search", metavar="TEXT", help="Only collections whose name contains TEXT.")
@click.option("--archived", is_flag=True, help="Archived collections.")
@click.option("--mine", "whose", flag_value="mine", help="Only your collections.")
@click.option("--shared", "whose", flag_value="shared", help="Only those shared with you.")
@click.option("--inside", metavar="NAME", help="Only those directly inside this collection.")
@click.option(
    "--with", "content_id", type=int, metavar="CONTENT", help="Only those with this item."
)
@_json
@api_options
def list_(
    *,
    search: str | None,
    archived: bool,
    whose: str | None,
    inside: str | None,
    content_id: int | None,
    as_json: bool,
    environment: str,
    server: str | None,
) -> None:
    """List your collections and those that are shared with you, by name."""
    from genonaut.cli.collections.actions import list_collections  # noqa: PLC0415 - loads aiohttp

    given = {"search": search, "scope": whose, "content_id": content_id}
    filters = [(field, str(value)) for field, value in given.items() if value is not None]
    filters.append(("archived", str(archived).lower()))
    work = list_collections(environment, server, filters, inside=inside, as_json=as_json)
    asyncio.run(work)


@collections.command(short_help="Create a collection.")
@_name
@click.option("--description", default="", help="What it contains.")
@click.option("--inside", metavar="NAME", help="The collection in which to create it.")
@filter_options
@api_options
def create(
    *,
    name: str,
    description: str,
    inside: str | None,
    environment: str,
    server: str | None,
    **filters: Any,  # noqa: ANN401  # click's values
) -> None:
    """Create the collection NAME and print its id.

    With options that filter the gallery (--scope to --favourites) it is a smart one: its items are
    those that match.
    """
    from genonaut.cli.collections.actions import create_collection  # noqa: PLC0415 - loads aiohttp

    body: dict[str, Any] = {"name": name, "description": description, "inside": inside}
    stored = filter_of(filters)
    asyncio.run(
        create_collection(environment, server, body | ({"filter": stored} if stored else {}))
    )


@collections.command(short_help="Show a collection.")
@_name
@click.option(
    "--limit", type=click.IntRange(1, 50_000), default=20, show_default=True, help="Most items."
)
@click.option(
    "--sort",
    type=click.Choice(["manual", "newest", "oldest", "top-rated"]),
    help="Order of the items.  [default: manual]",
)
@api_options
def show(*, name: str, limit: int, sort: str | None, environment: str, server: str | None) -> None:
    """Show a collection, with whom it is shared, and its first items."""
    from genonaut.cli.collections.actions import show_collection  # noqa: PLC0415 - loads aiohttp

    asyncio.run(show_collection(environment, server, name, limit=limit, sort=sort))


@collections.command(short_help="Add items to a collection.")
@_name
@_ids
@own_filter_options
@api_options
def add(
    *,
    name: str,
    ids: tuple[int, ...],
    environment: str,
    server: str | None,
    **filters: Any,  # noqa: ANN401  # click's values
) -> None:
    """Add items by their ids, or all your items that match the options.

    Exits with 1 if an item does not exist.
    """
    _change(name, ids, filters, environment, server, is_removal=False)


@collections.command(short_help="Remove items from a collection.")
@_name
@_ids
@own_filter_options
@api_options
def remove(
    *,
    name: str,
    ids: tuple[int, ...],
    environment: str,
    server: str | None,
    **filters: Any,  # noqa: ANN401  # click's values
) -> None:
    """Remove items by their ids, or your items that match the options; they remain in the gallery.

    Exits with 1 if an item is not there.
    """
    _change(name, ids, filters, environment, server, is_removal=True)


def _change(  # click's values
    name: str,
    ids: tuple[int, ...],
    filters: dict[str, Any],
    environment: str,
    server: str | None,
    *,
    is_removal: bool,
) -> None:
    from genonaut.cli.collections.actions import change_items  # noqa: PLC0415 - loads aiohttp

    matching = bulk_filter_of(filters)
    if bool(ids) == bool(matching):
        raise click.UsageError("give ids of items, or options that select them; see --help")
    work = change_items(environment, server, name, ids, matching, is_removal=is_removal)
    if not asyncio.run(work):
        raise SystemExit(1)


@collections.command(short_help="Order the items of a collection.")
@_name
@click.argument("ids", metavar="CONTENT...", nargs=-1, required=True, type=int)
@click.option("--first", is_flag=True, help="Put them at the start.")
@click.option("--last", is_flag=True, help="Put them at the end.")
@click.option("--before", type=int, metavar="CONTENT", help="Put them before this item.")
@click.option("--after", type=int, metavar="CONTENT", help="Put them after this item.")
@api_options
def order(
    *,
    name: str,
    ids: tuple[int, ...],
    first: bool,
    last: bool,
    before: int | None,
    after: int | None,
    environment: str,
    server: str | None,
) -> None:
    """Put items of a collection, in the given order, at another place of it."""
    from genonaut.cli.collections.actions import order_items  # noqa: PLC0415 - loads aiohttp

    if sum((first, last, before is not None, after is not None)) != 1:
        raise click.UsageError("give one of --first, --last, --before and --after")
    place = {} if before is None else {"before": before}
    place |= {} if after is None else {"after": after}
    asyncio.run(order_items(environment, server, name, ids, place, to_start=first))


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
@click.option("--clear", is_flag=True, help="Forget the filter; only the given options remain.")
@filter_options
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
    clear: bool,
    environment: str,
    server: str | None,
    **filters: Any,  # noqa: ANN401  # click's values
) -> None:
    """Rename, describe, move or archive a collection, or choose its cover.

    The options that filter the gallery (--scope to --favourites) change what a smart one finds.
    """
    from genonaut.cli.collections.actions import edit_collection  # noqa: PLC0415 - loads aiohttp

    if top and inside:
        raise click.UsageError("give --inside NAME or --top")
    given = {"name": new_name, "description": description, "archived": archived}
    changes: dict[str, Any] = {one: value for one, value in given.items() if value is not None}
    if cover is not None:
        changes["cover_content_id"] = cover or None
    if top:
        changes["parent_id"] = None
    stored = filter_of(filters)
    if not (changes or stored or clear) and inside is None:
        raise click.UsageError("nothing to change; see --help")
    work = edit_collection(
        environment,
        server,
        name,
        changes,
        inside=inside,
        stored_filter=stored,
        is_cleared=clear,
    )
    asyncio.run(work)


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
