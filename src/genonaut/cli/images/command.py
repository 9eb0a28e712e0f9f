"""``genonaut images``: search, count, show, download, mark, tag, rate, delete and restore items."""

import asyncio
from pathlib import Path
from typing import Any

import click

from genonaut.cli.gallery_filters import (
    filter_of,
    filter_options,
    parameters_of,
    sort_option,
)
from genonaut.cli.options import api_options

_id = click.argument("content_id", metavar="IMAGE", type=click.IntRange(1))
_ids = click.argument("ids", metavar="IMAGE...", nargs=-1, required=True, type=click.IntRange(1))
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, one object per line.")
_limit = click.option(
    "--limit", type=click.IntRange(1, 10_000), default=20, show_default=True, help="Most images."
)


@click.group()
def images() -> None:
    """Search, count, show, download, mark, tag, rate, delete and restore images.

    IMAGE is the id of an item of the gallery; videos, sounds and texts are items too.
    """


@images.command("list", short_help="Search the gallery.")
@filter_options
@click.option("--collection", metavar="NAME", help="Only items of this collection.")
@click.option("--trash", is_flag=True, help="Deleted items.")
@sort_option
@_limit
@_json
@api_options
def list_(  # click's values
    *,
    environment: str,
    server: str | None,
    collection: str | None,
    trash: bool,
    sort: str | None,
    limit: int,
    as_json: bool,
    **filters: Any,  # noqa: ANN401  # click's values
) -> None:
    """List the items that match all options."""
    from genonaut.cli.images.actions import list_images  # noqa: PLC0415 - loads aiohttp

    wanted = parameters_of({**filter_of(filters), "trash": trash, "sort": sort})
    work = list_images(
        environment, server, wanted, collection=collection, limit=limit, as_json=as_json
    )
    asyncio.run(work)


@images.command(short_help="Show an image.")
@_id
@_json
@api_options
def show(*, content_id: int, as_json: bool, environment: str, server: str | None) -> None:
    """Show prompt, settings and marks of an item."""
    from genonaut.cli.images.actions import show_image  # noqa: PLC0415 - loads aiohttp

    asyncio.run(show_image(environment, server, content_id, as_json=as_json))


@images.command(short_help="Count images by model, tag, type, month, rating and size.")
@filter_options
@click.option("--collection", metavar="NAME", help="Only items of this collection.")
@click.option("--trash", is_flag=True, help="Deleted items.")
@_json
@api_options
def facets(
    *,
    environment: str,
    server: str | None,
    collection: str | None,
    trash: bool,
    as_json: bool,
    **filters: Any,  # noqa: ANN401  # click's values
) -> None:
    """Count the items that match all options by model, tag, type, month, rating and size.

    Each field ignores the option that filters it, except tags. Ratings count items with at least so
    many stars. At most the newest 5,000 items are counted.
    """
    from genonaut.cli.images.actions import count_images  # noqa: PLC0415 - loads aiohttp

    wanted = parameters_of({**filter_of(filters), "trash": trash})
    work = count_images(environment, server, wanted, collection=collection, as_json=as_json)
    asyncio.run(work)


@images.command(short_help="Show what an image was made from, and into.")
@_id
@_json
@api_options
def lineage(*, content_id: int, as_json: bool, environment: str, server: str | None) -> None:
    """List the items that an item was made from, and the newest that were made from it."""
    from genonaut.cli.images.actions import show_lineage  # noqa: PLC0415 - loads aiohttp

    asyncio.run(show_lineage(environment, server, content_id, as_json=as_json))


@images.command(short_help="List images with a similar prompt.")
@_id
@click.option(
    "--limit", type=click.IntRange(1, 50), default=12, show_default=True, help="Most images."
)
@_json
@api_options
def similar(
    *, content_id: int, limit: int, as_json: bool, environment: str, server: str | None
) -> None:
    """List items whose prompts are similar to that of an item, the most similar first."""
    from genonaut.cli.images.actions import list_similar  # noqa: PLC0415 - loads aiohttp

    asyncio.run(list_similar(environment, server, content_id, limit=limit, as_json=as_json))


@images.command(short_help="Download files.")
@_ids
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="Where to write them.  [default: the current directory]",
)
@api_options
def download(*, ids: tuple[int, ...], out: Path, environment: str, server: str | None) -> None:
    """Write the original files and print their paths. Exits with 1 if one cannot be written."""
    from genonaut.cli.images.actions import download_images  # noqa: PLC0415 - loads aiohttp

    _exit_unless(asyncio.run(download_images(environment, server, ids, out)))


@images.command(short_help="Mark favourites.")
@_ids
@click.option("--off", is_flag=True, help="Remove the marks.")
@api_options
def favourite(*, ids: tuple[int, ...], off: bool, environment: str, server: str | None) -> None:
    """Mark items as your favourites. Exits with 1 if one does not exist."""
    _change(environment, server, ids, {"action": "favourite", "is_favourite": not off})


@images.command(short_help="Add and remove tags.")
@_ids
@click.option("--add", "added", metavar="TAG", multiple=True, help="Add a tag; repeat for more.")
@click.option("--remove", "removed", metavar="TAG", multiple=True, help="Remove a tag.")
@api_options
def tag(
    *,
    ids: tuple[int, ...],
    added: tuple[str, ...],
    removed: tuple[str, ...],
    environment: str,
    server: str | None,
) -> None:
    """Add tags to your items, or remove them. Exits with 1 if one does not exist."""
    changes = [
        {"action": action, "tags": list(tags)}
        for action, tags in (("untag", removed), ("tag", added))
        if tags
    ]
    if not changes:
        raise click.UsageError("give --add TAG or --remove TAG")
    _change(environment, server, ids, *changes)


@images.command(short_help="Rate an image.")
@_id
@click.argument("stars", type=click.IntRange(0, 5))
@api_options
def rate(*, content_id: int, stars: int, environment: str, server: str | None) -> None:
    """Rate an item with 1 to 5 STARS; 0 removes your rating."""
    from genonaut.cli.images.actions import rate_image  # noqa: PLC0415 - loads aiohttp

    asyncio.run(rate_image(environment, server, content_id, stars or None))


@images.command(short_help="Move images to the trash.")
@_ids
@api_options
def delete(*, ids: tuple[int, ...], environment: str, server: str | None) -> None:
    """Move your items to the trash. Exits with 1 if one does not exist."""
    _change(environment, server, ids, {"action": "delete"})


@images.command(short_help="Restore images from the trash.")
@_ids
@api_options
def restore(*, ids: tuple[int, ...], environment: str, server: str | None) -> None:
    """Restore your items from the trash. Exits with 1 if one is not there."""
    _change(environment, server, ids, {"action": "restore"})


def _change(
    environment: str, server: str | None, ids: tuple[int, ...], *changes: dict[str, Any]
) -> None:
    from genonaut.cli.images.actions import change_images  # noqa: PLC0415 - loads aiohttp

    _exit_unless(asyncio.run(change_images(environment, server, ids, changes)))


def _exit_unless(is_complete: bool) -> None:
    if not is_complete:
        raise SystemExit(1)
