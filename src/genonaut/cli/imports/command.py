"""``genonaut import``: import image files, and the data of other installations."""

import asyncio
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from genonaut.cli.options import api_options, env_option
from genonaut.cli.running_services import resolved_settings


class _ImportGroup(click.Group):
    """Takes paths in place of a command: they are those of ``files``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the command ``files`` before what is neither a command nor ``--help``."""
        if args and args[0] not in {*self.commands, *ctx.help_option_names}:
            args = ["files", *args]
        return super().parse_args(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        """Complete commands and paths."""
        return [*super().shell_complete(ctx, incomplete), CompletionItem(incomplete, type="file")]


@click.group(name="import", cls=_ImportGroup, subcommand_metavar="PATH... | COMMAND [ARGS]...")
def import_group() -> None:
    """Import images, or the data of an older installation.

    `genonaut import PATH...` is short for `genonaut import files PATH...`; a folder that is named like
    a command is written ./legacy.
    """


@import_group.command("files", short_help="Import images into the gallery.")
@click.argument(
    "paths",
    metavar="PATH...",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path, exists=True),
)
@api_options
def files(*, paths: tuple[Path, ...], environment: str, server: str | None) -> None:
    """Import image files, folders with what is inside them, and zips.

    Prompt and settings are read from files of ComfyUI, AUTOMATIC1111, InvokeAI and others, or from a text
    beside a file: fox.txt or fox.json for fox.png. The files are kept as they are. Can be interrupted and repeated: files that you have already are not sent again.
    Exits with 1 if a file was refused.
    """
    from genonaut.cli.imports.files import import_files  # noqa: PLC0415 - loads aiohttp

    if not asyncio.run(import_files(environment, server, paths)):
        raise SystemExit(1)


@import_group.command()
@click.option(
    "--database",
    "url",
    required=True,
    envvar="GENONAUT_LEGACY_DATABASE",
    metavar="URL",
    help="postgresql://user:password@host/name of the old database; it is only read.",
)
@click.option(
    "--files",
    "folder",
    required=True,
    type=click.Path(path_type=Path),
    help="A copy of the old image folders.",
)
@click.option("--dry-run", is_flag=True, help="Check everything, and write nothing.")
@click.option(
    "--same-users",
    is_flag=True,
    help="Old users are the users of the same name here, in place of new ones.",
)
@click.option(
    "--source",
    default="legacy",
    show_default=True,
    metavar="NAME",
    help="Name of the old installation; each one needs its own.",
)
@click.option(
    "--report",
    "report_path",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the report with all ids to this file, as JSON.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object.")
@env_option
def legacy(
    *,
    url: str,
    folder: Path,
    dry_run: bool,
    same_users: bool,
    source: str,
    report_path: Path | None,
    as_json: bool,
    environment: str,
) -> None:
    """Import users, jobs, images, tags, ratings and notifications of the older edition.

    Works directly on database and files, whether the service runs or not. Can be interrupted and
    repeated: every run imports what is not here yet. Prints what did not fit,
    by reason, with the old ids.
    """
    from genonaut.cli.imports.actions import run_legacy_import  # noqa: PLC0415 - loads everything
    from genonaut.legacy.context import ImportOptions  # noqa: PLC0415 - as above

    if not 1 <= len(source) <= 63:  # noqa: PLR2004 - the length of the column
        raise click.BadParameter("1 to 63 characters", param_hint="--source")
    options = ImportOptions(source=source, is_dry_run=dry_run, joins_users=same_users)
    work = run_legacy_import(
        resolved_settings(environment),
        url,
        folder,
        options,
        report_path=report_path,
        as_json=as_json,
    )
    asyncio.run(work)
