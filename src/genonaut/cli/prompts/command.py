"""``genonaut prompts``: find earlier prompts, and keep favourites."""

import asyncio

import click

from genonaut.cli.options import api_options

_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, one object per line.")
_search = click.option(
    "--search", metavar="TEXT", help="Beginnings of words, in any order, as in 'cast riv'."
)


@click.group()
def prompts() -> None:
    """Find your earlier prompts, and keep favourites."""


@prompts.command("list", short_help="List earlier prompts.")
@_search
@click.option("--limit", type=click.IntRange(1, 100), default=20, show_default=True)
@_json
@api_options
def list_(
    *, search: str | None, limit: int, as_json: bool, environment: str, server: str | None
) -> None:
    """List the prompts of your jobs, each once, the last used first."""
    from genonaut.cli.prompts.actions import list_prompts  # noqa: PLC0415 - loads aiohttp

    asyncio.run(list_prompts(environment, server, search, limit=limit, as_json=as_json))


@prompts.command(short_help="List favourite prompts.")
@_search
@_json
@api_options
def favourites(*, search: str | None, as_json: bool, environment: str, server: str | None) -> None:
    """List the prompts that you keep, the newest first."""
    from genonaut.cli.prompts.actions import list_favourites  # noqa: PLC0415 - loads aiohttp

    asyncio.run(list_favourites(environment, server, search, as_json=as_json))


@prompts.command(short_help="Keep a prompt.")
@click.argument("prompt")
@click.option("--negative", metavar="TEXT", default="", help="What to leave out.")
@api_options
def keep(*, prompt: str, negative: str, environment: str, server: str | None) -> None:
    """Keep PROMPT as a favourite and print its id."""
    from genonaut.cli.prompts.actions import keep_prompt  # noqa: PLC0415 - loads aiohttp

    asyncio.run(keep_prompt(environment, server, prompt, negative))


@prompts.command(short_help="Delete a favourite prompt.")
@click.argument("favourite_id", metavar="ID", type=click.IntRange(1))
@api_options
def forget(*, favourite_id: int, environment: str, server: str | None) -> None:
    """Stop to keep the favourite prompt ID."""
    from genonaut.cli.prompts.actions import forget_prompt  # noqa: PLC0415 - loads aiohttp

    asyncio.run(forget_prompt(environment, server, favourite_id))
