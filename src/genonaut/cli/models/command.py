"""``genonaut models``: scan, list, show, note, mark, correct and delete models."""

import asyncio
from typing import Any

import click

from genonaut.cli.options import api_options

_model = click.argument("model", metavar="MODEL")


@click.group()
def models() -> None:
    """Scan, list, note, mark, correct and delete models.

    MODEL is an id, the name that ComfyUI uses, or words that match only one model.
    """


@models.command(short_help="Scan folders and ComfyUI servers for models.")
@api_options
def scan(environment: str, server: str | None) -> None:
    """Scan all folders and ComfyUI servers, and wait until it is done (administrators only)."""
    from genonaut.cli.models.actions import scan_models  # noqa: PLC0415 - loads aiohttp

    asyncio.run(scan_models(environment, server))


@models.command("hash", short_help="Hash unhashed models.")
@api_options
def hash_command(environment: str, server: str | None) -> None:
    """Hash unhashed models, and wait until it is done (administrators only).

    Ctrl-C stops only the waiting; hashing continues.
    """
    from genonaut.cli.models.actions import hash_models  # noqa: PLC0415 - loads aiohttp

    asyncio.run(hash_models(environment, server))


@models.command("list", short_help="List models by name.")
@click.option(
    "--kind", "kinds", multiple=True, metavar="KIND", help="A kind such as lora; repeat for more."
)
@click.option("--architecture", metavar="NAME", help="An architecture such as sdxl or flux1.")
@click.option("--search", metavar="TEXT", help="Words in name, title or trigger words.")
@click.option("--favourites", is_flag=True, help="Only your favourites.")
@click.option("--unavailable", is_flag=True, help="Only models that are not available at present.")
@click.option(
    "--limit",
    type=click.IntRange(1),
    default=100,
    show_default=True,
    help="Number of models to list.",
)
@api_options
def list_command(
    *,
    kinds: tuple[str, ...],
    architecture: str | None,
    search: str | None,
    favourites: bool,
    unavailable: bool,
    limit: int,
    environment: str,
    server: str | None,
) -> None:
    """List models by name."""
    from genonaut.cli.models.actions import list_models  # noqa: PLC0415 - loads aiohttp

    parameters = [
        *(("kind", kind) for kind in kinds),
        ("architecture", architecture),
        ("search", search),
        ("favourite", "true" if favourites else None),
        ("available", "false" if unavailable else None),
    ]
    filters = [(name, value) for name, value in parameters if value]
    asyncio.run(list_models(environment, server, filters, limit=limit))


@models.command(short_help="Show a model and the evidence for what it is.")
@_model
@api_options
def show(model: str, environment: str, server: str | None) -> None:
    """Show all fields of one model, its evidence and its problems."""
    from genonaut.cli.models.actions import show_model  # noqa: PLC0415 - loads aiohttp

    asyncio.run(show_model(environment, server, model))


@models.command(short_help="Show or write your note on a model.")
@_model
@click.option("--set", "text", metavar="TEXT", help="Write the note.")
@click.option("--delete", "is_deleted", is_flag=True, help="Delete the note.")
@api_options
def note(
    *, model: str, text: str | None, is_deleted: bool, environment: str, server: str | None
) -> None:
    """Print your own note on a model, which no other user sees; --set writes it.

    Notes for all users are written with `genonaut models edit --notes`.
    """
    from genonaut.cli.models.actions import note_model  # noqa: PLC0415 - loads aiohttp

    if is_deleted and text is not None:
        raise click.UsageError("give --set TEXT or --delete")
    asyncio.run(note_model(environment, server, model, "" if is_deleted else text))


@models.command(short_help="Mark favourite models.")
@click.argument("references", metavar="MODEL...", nargs=-1, required=True)
@click.option("--off", is_flag=True, help="Remove the marks.")
@api_options
def favourite(
    *, references: tuple[str, ...], off: bool, environment: str, server: str | None
) -> None:
    """Mark models as your favourites. Exits with 1 if one does not exist."""
    from genonaut.cli.models.actions import mark_models  # noqa: PLC0415 - loads aiohttp

    if not asyncio.run(mark_models(environment, server, references, is_favourite=not off)):
        raise SystemExit(1)


@models.command(short_help="Delete the entry of a model that is gone.")
@_model
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@api_options
def delete(*, model: str, yes: bool, environment: str, server: str | None) -> None:
    """Delete the catalogue entry and the corrections of a model (administrators only).

    Refused while a file or a ComfyUI server has the model; disable it instead. Deletes no file.
    """
    from genonaut.cli.models.actions import delete_model  # noqa: PLC0415 - loads aiohttp

    asyncio.run(delete_model(environment, server, model, is_confirmed=yes))


@models.command(short_help="Correct the fields of a model.")
@_model
@click.option("--kind", metavar="KIND", help="Set the kind.")
@click.option("--architecture", metavar="NAME", help="Set the architecture.")
@click.option("--variant", metavar="NAME", help="Set the variant.")
@click.option("--name", "display_name", metavar="TEXT", help="Set the displayed name.")
@click.option(
    "--trigger-word", "trigger_words", multiple=True, help="Set a trigger word; repeat for more."
)
@click.option("--notes", metavar="TEXT", help="Set the notes.")
@click.option(
    "--enable/--disable", "enabled", default=None, help="Allow or forbid the use of the model."
)
@click.option("--reset", is_flag=True, help="Remove all earlier corrections first.")
@api_options
def edit(*, model: str, reset: bool, environment: str, server: str | None, **fields: Any) -> None:  # noqa: ANN401  # click's values
    """Correct the fields of a model; scans keep corrections (administrators only).

    An empty text removes the correction of a field.
    """
    from genonaut.cli.models.actions import edit_model  # noqa: PLC0415 - loads aiohttp

    given = {name: value for name, value in fields.items() if value is not None and value != ()}
    if not given and not reset:
        raise click.UsageError("nothing to change; see --help")
    asyncio.run(edit_model(environment, server, model, given, reset=reset))
