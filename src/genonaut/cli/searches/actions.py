"""The work of ``genonaut searches``, through the API."""

from collections.abc import Mapping
from typing import Any

import click
import msgspec

from genonaut.cli.api_client import open_api
from genonaut.cli.gallery_filters import parameters_of
from genonaut.cli.images.actions import print_items
from genonaut.cli.images.api import ImageApi
from genonaut.cli.output import print_table, printable
from genonaut.cli.running_services import resolved_settings
from genonaut.cli.searches.api import SavedSearch, SearchApi


async def list_searches(environment: str, server: str | None, *, as_json: bool) -> None:
    """Print all saved searches."""
    async with open_api(resolved_settings(environment), server) as api:
        found = await SearchApi.of(api).find_all()
    if as_json:
        for one in found:
            click.echo(msgspec.json.encode(one).decode())
    elif found:
        rows = [(str(one.id), _alert(one), one.name, _text(one)) for one in found]
        print_table(("ID", "Alert", "Name", "Filter"), rows)
    else:
        click.echo("no saved searches", err=True)
    _hint(found)


async def show_search(environment: str, server: str | None, name: str) -> None:
    """Print a saved search as JSON."""
    async with open_api(resolved_settings(environment), server) as api:
        found = await SearchApi.of(api).find(name)
    click.echo(msgspec.json.format(msgspec.json.encode(found)).decode())


async def create_search(environment: str, server: str | None, body: Mapping[str, Any]) -> None:
    """Save a search and print its id."""
    async with open_api(resolved_settings(environment), server) as api:
        created = await SearchApi.of(api).create(body)
    click.echo(f"{created.id}  {printable(created.name)}")
    _hint([created])


async def edit_search(
    environment: str,
    server: str | None,
    name: str,
    *,
    changes: dict[str, Any],
    stored_filter: Mapping[str, Any],
    is_cleared: bool,
) -> None:
    """Change a saved search; fields of the filter that are not given are kept unless it is cleared."""
    async with open_api(resolved_settings(environment), server) as opened:
        api = SearchApi.of(opened)
        found = await api.find(name)
        if stored_filter or is_cleared:
            before = {} if is_cleared else found.filter
            changes["filter"] = {**before, **stored_filter}
        changed = await api.change(found.id, changes)
    click.echo(f"{printable(changed.name)}: {_text(changed)}")
    _hint([changed])


async def run_search(
    environment: str, server: str | None, name: str, *, limit: int, as_json: bool
) -> None:
    """Print the first items that a saved search finds now."""
    async with open_api(resolved_settings(environment), server) as api:
        found = await SearchApi.of(api).find(name)
        parameters = parameters_of({**found.filter, "sort": found.sort})
        page = await ImageApi.of(api).find(parameters, limit=limit)
    print_items(page, as_json=as_json)


async def delete_search(environment: str, server: str | None, name: str) -> None:
    """Delete a saved search."""
    async with open_api(resolved_settings(environment), server) as opened:
        api = SearchApi.of(opened)
        found = await api.find(name)
        await api.delete(found.id)
    click.echo(f"{printable(found.name)} deleted")


def _alert(one: SavedSearch) -> str:
    if not one.has_alert:
        return ""
    return "muted" if one.is_alert_muted else "on"


def _text(one: SavedSearch) -> str:
    """Return the filter as options of a list."""
    fields = [f"{name}={value}" for name, value in parameters_of(one.filter)]
    return printable(", ".join([*fields, *([f"sort={one.sort}"] if one.sort != "newest" else [])]))


def _hint(found: list[SavedSearch]) -> None:
    if any(one.has_alert and one.is_alert_muted for one in found):
        click.echo("your preferences disable these alerts; change them in the settings", err=True)
