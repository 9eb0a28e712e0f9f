"""``genonaut presets``: create, change, share, export, import and delete presets and styles."""

import asyncio
from pathlib import Path
from typing import Any

import click

from genonaut.cli.options import Decorated, api_options


def _kind_option(command: Decorated) -> Decorated:
    return click.option(
        "--kind", type=click.Choice(["preset", "style"]), help="Only presets, or only styles."
    )(command)


@click.group()
def presets() -> None:
    """List, create, change, share, export, import and delete presets and styles.

    A preset has settings, a style has templates of prompts. `genonaut generate --preset NAME --style
    NAME` applies them.
    """


@presets.command("list", short_help="List presets and styles.")
@_kind_option
@click.option("--search", metavar="TEXT", help="Only those whose name contains TEXT.")
@api_options
def list_(*, kind: str | None, search: str | None, environment: str, server: str | None) -> None:
    """List yours and those that other users share: kind, name, owner, description."""
    from genonaut.cli.presets.actions import list_presets  # noqa: PLC0415 - loads aiohttp

    asyncio.run(list_presets(environment, server, kind, search))


@presets.command(short_help="Print a preset or style as JSON.")
@click.argument("name")
@_kind_option
@api_options
def show(*, name: str, kind: str | None, environment: str, server: str | None) -> None:
    """Print the prompts and settings of NAME as JSON."""
    from genonaut.cli.presets.actions import show_preset  # noqa: PLC0415 - loads aiohttp

    asyncio.run(show_preset(environment, server, name, kind))


_TEXTS = (
    click.option("--description", help="What it is for."),
    click.option("--prompt", metavar="TEXT", help="{prompt} in it stands for the prompt."),
    click.option("--negative", "negative_prompt", metavar="TEXT", help="As --prompt."),
    click.option("--cover", "cover_content_id", type=int, metavar="IMAGE", help="0: no cover."),
)
_set = click.option(
    "--set",
    "given",
    metavar="KEY=VALUE",
    multiple=True,
    help="A setting, such as steps=30, size=832x1216 or hires.scale=1.5; repeat for more.",
)


def _texts(command: Decorated) -> Decorated:
    for option in reversed(_TEXTS):
        command = option(command)
    return command


def _fields(given: dict[str, Any]) -> dict[str, Any]:
    found = {name: value for name, value in given.items() if value is not None}
    if "cover_content_id" in found:
        found["cover_content_id"] = found["cover_content_id"] or None
    return found


@presets.command(short_help="Create a preset or style.")
@click.argument("name")
@click.option("--style", is_flag=True, help="A style: prompts without settings.")
@_set
@_texts
@api_options
def create(
    *,
    name: str,
    style: bool,
    given: tuple[str, ...],
    environment: str,
    server: str | None,
    **texts: Any,  # noqa: ANN401  # click's values
) -> None:
    """Create the preset NAME, with --style the style NAME, and print its id."""
    from genonaut.cli.presets.actions import create_preset  # noqa: PLC0415 - loads aiohttp

    body = {"kind": "style" if style else "preset", "name": name, **_fields(texts)}
    asyncio.run(create_preset(environment, server, body, given))


@presets.command(short_help="Change a preset or style.")
@click.argument("name")
@_kind_option
@click.option("--name", "new_name", metavar="TEXT", help="Rename it.")
@_set
@click.option(
    "--unset", "removed", metavar="KEY", multiple=True, help="Remove a setting; repeat for more."
)
@_texts
@api_options
def edit(
    *,
    name: str,
    kind: str | None,
    new_name: str | None,
    given: tuple[str, ...],
    removed: tuple[str, ...],
    environment: str,
    server: str | None,
    **texts: Any,  # noqa: ANN401  # click's values
) -> None:
    """Change single settings and texts of your preset or style NAME, and keep the others."""
    from genonaut.cli.presets.actions import edit_preset  # noqa: PLC0415 - loads aiohttp

    changes = _fields({**texts, "name": new_name})
    if not (changes or given or removed):
        raise click.UsageError("nothing to change; see --help")
    work = edit_preset(environment, server, name, kind, changes, given=given, removed=removed)
    asyncio.run(work)


@presets.command(short_help="Write all yours as one document.")
@_kind_option
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write.  [default: standard output]",
)
@api_options
def export(*, kind: str | None, out: Path | None, environment: str, server: str | None) -> None:
    """Write your presets and styles as one JSON document, which `presets import` reads."""
    from genonaut.cli.presets.actions import export_presets  # noqa: PLC0415 - loads aiohttp

    asyncio.run(export_presets(environment, server, kind, out))


@presets.command("import", short_help="Import documents and files of styles.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--replace", is_flag=True, help="Replace those of the same name.")
@api_options
def import_(
    *, paths: tuple[Path, ...], replace: bool, environment: str, server: str | None
) -> None:
    """Store the presets and styles of exported documents, of styles.csv files and of lists of styles.

    A list is a .json file as Fooocus, the SDXL Prompt Styler and InvokeAI have it.

    Names that you have already are skipped.
    """
    from genonaut.cli.presets.actions import import_presets  # noqa: PLC0415 - loads aiohttp

    asyncio.run(import_presets(environment, server, paths, replace=replace))


@presets.command(short_help="Share a preset or style.")
@click.argument("name")
@_kind_option
@click.option("--off", is_flag=True, help="Stop to share it.")
@api_options
def share(*, name: str, kind: str | None, off: bool, environment: str, server: str | None) -> None:
    """Let all users see and apply your preset or style NAME, with its cover."""
    from genonaut.cli.presets.actions import share_preset  # noqa: PLC0415 - loads aiohttp

    asyncio.run(share_preset(environment, server, name, kind, is_shared=not off))


@presets.command(short_help="Delete a preset or style.")
@click.argument("name")
@_kind_option
@api_options
def delete(*, name: str, kind: str | None, environment: str, server: str | None) -> None:
    """Delete your preset or style NAME."""
    from genonaut.cli.presets.actions import delete_preset  # noqa: PLC0415 - loads aiohttp

    asyncio.run(delete_preset(environment, server, name, kind))


@presets.command(short_help="Restore a deleted preset or style.")
@click.argument("preset_id", metavar="ID", type=click.IntRange(1))
@api_options
def restore(*, preset_id: int, environment: str, server: str | None) -> None:
    """Restore your deleted preset or style with the given ID, as it was."""
    from genonaut.cli.presets.actions import restore_preset  # noqa: PLC0415 - loads aiohttp

    asyncio.run(restore_preset(environment, server, preset_id))
