"""``genonaut searches``: save, run, change and delete searches of the gallery, and their alerts."""

import asyncio
from typing import Any

import click

from genonaut.cli.gallery_filters import filter_of, filter_options, sort_option
from genonaut.cli.options import api_options

_name = click.argument("name", metavar="NAME")
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, one object per line.")
_alert = click.option(
    "--alert/--no-alert",
    "has_alert",
    default=None,
    help="Be notified of new public items of other users; needs --scope community or all.",
)


@click.group()
def searches() -> None:
    """Save, run, change and delete searches of the gallery, and turn their alerts on and off.

    NAME is a name or an id.
    """


@searches.command("list", short_help="List saved searches.")
@_json
@api_options
def list_(*, as_json: bool, environment: str, server: str | None) -> None:
    """List your saved searches, with their alerts and filters."""
    from genonaut.cli.searches.actions import list_searches  # noqa: PLC0415 - loads aiohttp

    asyncio.run(list_searches(environment, server, as_json=as_json))


@searches.command(short_help="Print a saved search as JSON.")
@_name
@api_options
def show(*, name: str, environment: str, server: str | None) -> None:
    """Print the filter, order and alert of a saved search as JSON."""
    from genonaut.cli.searches.actions import show_search  # noqa: PLC0415 - loads aiohttp

    asyncio.run(show_search(environment, server, name))


@searches.command(short_help="Save a search.")
@_name
@filter_options
@sort_option
@_alert
@api_options
def create(
    *,
    name: str,
    sort: str | None,
    has_alert: bool | None,
    environment: str,
    server: str | None,
    **filters: Any,  # noqa: ANN401  # click's values
) -> None:
    """Save the options as the search NAME and print its id."""
    from genonaut.cli.searches.actions import create_search  # noqa: PLC0415 - loads aiohttp

    body = {"name": name, "filter": filter_of(filters), "has_alert": bool(has_alert)}
    asyncio.run(create_search(environment, server, body | ({"sort": sort} if sort else {})))


@searches.command(short_help="Change a saved search.")
@_name
@click.option("--name", "new_name", metavar="TEXT", help="Rename it.")
@click.option("--clear", is_flag=True, help="Forget the filter; only the given options remain.")
@filter_options
@sort_option
@_alert
@api_options
def edit(
    *,
    name: str,
    new_name: str | None,
    clear: bool,
    sort: str | None,
    has_alert: bool | None,
    environment: str,
    server: str | None,
    **filters: Any,  # noqa: ANN401  # click's values
) -> None:
    """Change the given options of a saved search, and keep the others."""
    from genonaut.cli.searches.actions import edit_search  # noqa: PLC0415 - loads aiohttp

    given = {"name": new_name, "sort": sort, "has_alert": has_alert}
    changes = {field: value for field, value in given.items() if value is not None}
    stored = filter_of(filters)
    if not (changes or stored or clear):
        raise click.UsageError("nothing to change; see --help")
    work = edit_search(
        environment, server, name, changes=changes, stored_filter=stored, is_cleared=clear
    )
    asyncio.run(work)


@searches.command(short_help="List what a saved search finds.")
@_name
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True)
@_json
@api_options
def run(*, name: str, limit: int, as_json: bool, environment: str, server: str | None) -> None:
    """List the items that a saved search finds now."""
    from genonaut.cli.searches.actions import run_search  # noqa: PLC0415 - loads aiohttp

    asyncio.run(run_search(environment, server, name, limit=limit, as_json=as_json))


@searches.command(short_help="Delete a saved search.")
@_name
@api_options
def delete(*, name: str, environment: str, server: str | None) -> None:
    """Delete a saved search and its alert."""
    from genonaut.cli.searches.actions import delete_search  # noqa: PLC0415 - loads aiohttp

    asyncio.run(delete_search(environment, server, name))
