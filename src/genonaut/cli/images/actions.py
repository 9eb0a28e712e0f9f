"""The work of ``genonaut images``, through the API."""

import mimetypes
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import msgspec

from genonaut.cli.api_client import ApiClient, Filters, open_api
from genonaut.cli.collections.api import CollectionApi
from genonaut.cli.downloads import DownloadApi, download_to
from genonaut.cli.generate.image_files import make_directory, slug_of
from genonaut.cli.images.api import CONTENT, ImageApi, Item, ItemPage
from genonaut.cli.jobs.views import local_time
from genonaut.cli.models.actions import size_text
from genonaut.cli.output import print_table, printable, shortened
from genonaut.cli.running_services import resolved_settings
from genonaut.core.errors import GenonautError

_HEADERS = ("ID", "Type", "Size", "Rating", "Made", "Tags", "Title")
_EXTENSIONS = {"image/webp": ".webp", "image/avif": ".avif", "image/jpeg": ".jpg"}
"""Those that the media types of some systems lack or name otherwise."""


async def list_images(
    environment: str,
    server: str | None,
    filters: Filters,
    *,
    collection: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """Print the first items of a list."""
    async with open_api(resolved_settings(environment), server) as api:
        wanted = await _narrowed(api, filters, collection)
        page = await ImageApi.of(api).find(wanted, limit=limit)
    print_items(page, as_json=as_json)


def print_items(page: ItemPage, *, as_json: bool) -> None:
    """Print items as a table, or one JSON object a line."""
    if as_json:
        for one in page.items:
            click.echo(msgspec.json.encode(one).decode())
    elif page.items:
        print_table(_HEADERS, map(_row, page.items), optional=("Tags", "Made", "Rating"))
    else:
        click.echo("no images", err=True)
    if page.next_cursor is not None:
        total = page.total or "more than 10,000"
        click.echo(f"{len(page.items)} of {total} images; use --limit to list more", err=True)


async def count_images(
    environment: str,
    server: str | None,
    filters: Filters,
    *,
    collection: str | None,
    as_json: bool,
) -> None:
    """Print how many items of a list have each value of each field."""
    async with open_api(resolved_settings(environment), server) as api:
        facets = await ImageApi.of(api).facets(await _narrowed(api, filters, collection))
    if as_json:
        click.echo(msgspec.json.encode(facets).decode())
        return
    rows = [
        (name, f"{one.count:,}{'' if facet.is_complete else ' or more'}", one.value)
        for name, facet in facets.items()
        for one in facet.values
        if one.count
    ]
    if rows:
        print_table(("Field", "Images", "Value"), rows)
    else:
        click.echo("no images", err=True)


async def show_lineage(
    environment: str, server: str | None, content_id: int, *, as_json: bool
) -> None:
    """Print the items that an item was made from, and those made from it."""
    async with open_api(resolved_settings(environment), server) as api:
        found = await ImageApi.of(api).lineage(content_id)
    if as_json:
        click.echo(msgspec.json.encode(found).decode())
        return
    rows = [
        (
            relation,
            str(one.id),
            "you" if one.is_mine else "another user",
            local_time(one.created_at),
            shortened(one.title, 60),
        )
        for relation, items in (("made from", found.parents), ("made into", found.children))
        for one in items
    ]
    if rows:
        print_table(("Relation", "ID", "Of", "Made", "Title"), rows, optional=("Made", "Of"))
    else:
        click.echo(
            f"image {content_id} was made from no other image, nor another from it", err=True
        )
    if found.has_more_children:
        click.echo(f"only the newest {len(found.children)} made from it are listed", err=True)


async def _narrowed(
    api: ApiClient, filters: Filters, collection: str | None
) -> list[tuple[str, str]]:
    """Return the filters with the id of a collection."""
    if collection is None:
        return list(filters)
    found = await CollectionApi.of(api).find(collection)
    return [*filters, ("collection_id", str(found.id))]


async def show_image(
    environment: str, server: str | None, content_id: int, *, as_json: bool
) -> None:
    """Print one item."""
    async with open_api(resolved_settings(environment), server) as api:
        item = await ImageApi.of(api).item(content_id)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(item)).decode())
    else:
        print_table(("Field", "Value"), _overview(item))


async def list_similar(
    environment: str, server: str | None, content_id: int, *, limit: int, as_json: bool
) -> None:
    """Print items with a similar prompt."""
    async with open_api(resolved_settings(environment), server) as api:
        found = await ImageApi.of(api).similar(content_id, limit=limit)
    print_items(ItemPage(found), as_json=as_json)


async def rate_image(
    environment: str, server: str | None, content_id: int, stars: int | None
) -> None:
    """Rate an item, or remove the rating."""
    async with open_api(resolved_settings(environment), server) as api:
        await ImageApi.of(api).rate(content_id, stars)
    click.echo(f"image {content_id}: {'no rating' if stars is None else _stars(stars)}")


async def change_images(
    environment: str, server: str | None, ids: Sequence[int], changes: Sequence[Mapping[str, Any]]
) -> bool:
    """Change items and print the outcome of each; returns whether all were found and changed."""
    is_complete = True
    async with open_api(resolved_settings(environment), server) as opened:
        api = ImageApi.of(opened)
        for change in changes:
            for one in (await api.change(ids, change)).items:
                status = one["status"].replace("_", " ")
                reason = f" ({one['reason']})" if one.get("reason") else ""
                is_fine = one["status"] in {"done", "unchanged"}
                click.echo(f"image {one['id']}: {status}{reason}", err=not is_fine)
                is_complete = is_complete and is_fine
    return is_complete


async def download_images(
    environment: str, server: str | None, ids: Sequence[int], directory: Path
) -> bool:
    """Write the files of items and print their paths; returns whether all were written."""
    make_directory(directory)
    is_complete = True
    async with open_api(resolved_settings(environment), server) as opened:
        api, files = ImageApi.of(opened), DownloadApi.of(opened)
        for content_id in ids:
            try:
                item = await api.item(content_id)
                path = directory / _file_name(item)
                await download_to(files, f"{CONTENT}/{content_id}/file", path)
            except GenonautError as error:
                click.echo(f"image {content_id}: {error}", err=True)
                is_complete = False
                continue
            click.echo(path)
    return is_complete


def _file_name(item: Item) -> str:
    extension = _EXTENSIONS.get(item.mime) or mimetypes.guess_extension(item.mime) or ".bin"
    return f"{item.id:06d}-{slug_of(item.prompt or item.title)}{extension}"


def _row(item: Item) -> tuple[str, ...]:
    mark = "♥ " if item.is_favourite else ""
    return (
        str(item.id),
        item.content_type,
        f"{item.width}x{item.height}",
        _stars(item.my_rating),
        local_time(item.created_at),
        ", ".join(item.tags),
        mark + shortened(item.title, 60),
    )


def _stars(rating: int | None) -> str:
    return "" if rating is None else "★" * rating


def _overview(item: Item) -> Iterable[tuple[str, str]]:
    facts = {
        "id": str(item.id),
        "title": item.title,
        "prompt": item.prompt,
        "negative prompt": item.negative_prompt,
        "checkpoint": item.checkpoint_model,
        "type": f"{item.content_type} ({item.mime})",
        "size": f"{item.width}x{item.height}, {size_text(item.size_bytes)}",
        "tags": ", ".join(item.tags),
        "rating": _stars(item.my_rating),
        "favourite": "yes" if item.is_favourite else "",
        "visibility": item.visibility,
        "of": str(item.creator.get("username", "")),
        "made": local_time(item.created_at),
        "job": "" if item.job_id is None else str(item.job_id),
        "sha256": item.sha256,
    }
    return [(name, printable(value)) for name, value in facts.items() if value]
