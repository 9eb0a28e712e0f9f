"""``genonaut wildcards``: write, import, list, export and delete wildcards."""

import asyncio
from pathlib import Path

import click

from genonaut.cli.options import api_options


@click.group()
def wildcards() -> None:
    """Write, import, list, export and delete wildcards, and preview dynamic prompts."""


@wildcards.command("list", short_help="List wildcards.")
@click.option("--search", metavar="TEXT", help="Only wildcards whose name contains TEXT.")
@api_options
def list_(*, search: str | None, environment: str, server: str | None) -> None:
    """List your wildcards and those that other users share: name, entries, owner."""
    from genonaut.cli.wildcards.actions import list_wildcards  # noqa: PLC0415 - loads aiohttp

    asyncio.run(list_wildcards(environment, server, search))


@wildcards.command("import", short_help="Import text files.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--shared", is_flag=True, help="All users may draw from them.")
@api_options
def import_(*, paths: tuple[Path, ...], shared: bool, environment: str, server: str | None) -> None:
    """Store each .txt file of PATHS as a wildcard; files of a folder are named by their path in it.

    An own wildcard of the same name is replaced.
    """
    from genonaut.cli.wildcards.actions import import_wildcards  # noqa: PLC0415 - loads aiohttp

    work = import_wildcards(environment, server, paths, is_shared=shared)
    raise SystemExit(0 if asyncio.run(work) else 1)


@wildcards.command("set", short_help="Write the entries of a wildcard.")
@click.argument("name")
@click.argument("entries", metavar="ENTRY...", nargs=-1, required=True)
@click.option("--shared", is_flag=True, help="All users may draw from it.")
@api_options
def set_(
    *, name: str, entries: tuple[str, ...], shared: bool, environment: str, server: str | None
) -> None:
    """Create your wildcard NAME, or replace its entries; 2::ENTRY is drawn twice as often."""
    from genonaut.cli.wildcards.actions import set_wildcard  # noqa: PLC0415 - loads aiohttp

    asyncio.run(set_wildcard(environment, server, name, entries, is_shared=shared))


@wildcards.command(short_help="Print the entries of a wildcard.")
@click.argument("name")
@api_options
def export(*, name: str, environment: str, server: str | None) -> None:
    """Print the entries of the wildcard NAME, one a line."""
    from genonaut.cli.wildcards.actions import export_wildcard  # noqa: PLC0415 - loads aiohttp

    asyncio.run(export_wildcard(environment, server, name))


@wildcards.command(short_help="Delete a wildcard.")
@click.argument("name")
@api_options
def delete(*, name: str, environment: str, server: str | None) -> None:
    """Delete your wildcard NAME."""
    from genonaut.cli.wildcards.actions import delete_wildcard  # noqa: PLC0415 - loads aiohttp

    asyncio.run(delete_wildcard(environment, server, name))


@wildcards.command(short_help="Show what a prompt draws.")
@click.argument("prompt")
@click.option("--seed", type=int, default=0, show_default=True, help="The first seed.")
@click.option("--count", type=click.IntRange(1, 50), default=5, show_default=True)
@api_options
@click.option("--all", "is_all", is_flag=True, help="Print all combinations, at most 1,000.")
def preview(
    *, prompt: str, seed: int, count: int, is_all: bool, environment: str, server: str | None
) -> None:
    """Print what the dynamic PROMPT draws for each seed."""
    from genonaut.cli.wildcards.actions import preview_prompt  # noqa: PLC0415 - loads aiohttp

    asyncio.run(preview_prompt(environment, server, prompt, seed=seed, count=count, is_all=is_all))
