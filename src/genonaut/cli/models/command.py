"""``genonaut models``: which models there are, and what they are, through the API."""

import asyncio
from typing import Any

import click

from genonaut.cli.options import env_option, server_option

_model = click.argument("model", metavar="MODEL")


@click.group()
def models() -> None:
    """Scan, list and correct models.

    MODEL is an id, a name as ComfyUI calls it, or words that only one model has.
    """


@models.command(short_help="Look through all folders and servers.")
@env_option
@server_option
def scan(environment: str, server: str | None) -> None:
    """Look through all folders and servers, and wait until it is done (for admins)."""
    from genonaut.cli.models.actions import scan_models  # noqa: PLC0415 - loads aiohttp

    asyncio.run(scan_models(environment, server))


@models.command("hash", short_help="Hash what has no hash.")
@env_option
@server_option
def hash_command(environment: str, server: str | None) -> None:
    """Hash what has no hash, and wait until it is done (for admins).

    Ctrl-C only stops the waiting.
    """
    from genonaut.cli.models.actions import hash_models  # noqa: PLC0415 - loads aiohttp

    asyncio.run(hash_models(environment, server))


@models.command("list", short_help="List models by name.")
@click.option("--kind", "kinds", multiple=True, metavar="KIND", help="As lora; repeat for more.")
@click.option("--architecture", metavar="NAME", help="As sdxl or flux1.")
@click.option("--search", metavar="TEXT", help="Words in name, title or trigger words.")
@click.option("--unavailable", is_flag=True, help="Only what cannot be used at the moment.")
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True)
@env_option
@server_option
def list_command(
    *,
    kinds: tuple[str, ...],
    architecture: str | None,
    search: str | None,
    unavailable: bool,
    limit: int,
    environment: str,
    server: str | None,
) -> None:
    """List models by name."""
    from genonaut.cli.models.actions import list_models  # noqa: PLC0415 - loads aiohttp

    wanted = [
        *(("kind", kind) for kind in kinds),
        ("architecture", architecture),
        ("search", search),
        ("available", "false" if unavailable else None),
    ]
    filters = [(name, value) for name, value in wanted if value]
    asyncio.run(list_models(environment, server, filters, limit=limit))


@models.command(short_help="Show a model, and why we say what it is.")
@_model
@env_option
@server_option
def show(model: str, environment: str, server: str | None) -> None:
    """Show everything about one model, with the evidence and what is wrong with it."""
    from genonaut.cli.models.actions import show_model  # noqa: PLC0415 - loads aiohttp

    asyncio.run(show_model(environment, server, model))


@models.command(short_help="Correct what a model is.")
@_model
@click.option("--kind", metavar="KIND")
@click.option("--architecture", metavar="NAME")
@click.option("--variant", metavar="NAME")
@click.option("--name", "display_name", metavar="TEXT", help="What people call it.")
@click.option("--trigger-word", "trigger_words", multiple=True, help="Repeat for more.")
@click.option("--notes", metavar="TEXT")
@click.option("--enable/--disable", "enabled", default=None, help="Whether it may be used.")
@click.option("--reset", is_flag=True, help="First take back every earlier correction.")
@env_option
@server_option
def edit(*, model: str, reset: bool, environment: str, server: str | None, **fields: Any) -> None:  # noqa: ANN401  # click's values
    """Correct what a model is; corrections outlive every scan (for admins).

    An empty text takes one correction back.
    """
    from genonaut.cli.models.actions import edit_model  # noqa: PLC0415 - loads aiohttp

    given = {name: value for name, value in fields.items() if value is not None and value != ()}
    if not given and not reset:
        raise click.UsageError("say what to change; see --help")
    asyncio.run(edit_model(environment, server, model, given, reset=reset))
