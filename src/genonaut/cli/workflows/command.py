"""``genonaut workflows``: convert ComfyUI workflows and derive forms from them."""

from datetime import datetime
from pathlib import Path

import click


@click.group()
def workflows() -> None:
    """Convert ComfyUI workflows and derive forms from them."""


_object_info = click.option(
    "--object-info",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Answer of a ComfyUI server's /object_info, as JSON or gzip.  [default: ComfyUI 0.33.0]",
)


@workflows.command(short_help="Convert workflow files to graphs in API format.")
@click.argument("files", nargs=-1, required=True, metavar="FILE…", type=click.Path(path_type=Path))
@_object_info
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the graphs; created when it is missing.  [default: the folder of each file]",
)
@click.option(
    "--choices",
    type=click.Choice(["first", "random"]),
    default="first",
    show_default=True,
    help="Alternative that {a|b} in prompts becomes.",
)
@click.option(
    "--date",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]),
    help="Time for %date:…% in file names.  [default: now]",
)
def convert(
    files: tuple[Path, ...],
    object_info: Path | None,
    out: Path | None,
    choices: str,
    date: datetime | None,
) -> None:
    """Convert workflow files of ComfyUI's editor to the graphs that the editor would send.

    Writes NAME.api.json for each NAME.ui.json or NAME.json. Needs no running service. Names every
    file that cannot be converted and the reason; the exit status is then 1.
    """
    from genonaut.cli.workflows.conversion import convert_files  # noqa: PLC0415 - loads the package

    if not convert_files(files, object_info, out, date, is_random=choices == "random"):
        raise SystemExit(1)


@workflows.command(short_help="Print the form derived from a workflow.")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@_object_info
@click.option("--json", "is_json", is_flag=True, help="Print all fields as JSON.")
@click.option("--all", "is_complete", is_flag=True, help="Show advanced fields too.")
def form(file: Path, object_info: Path | None, *, is_json: bool, is_complete: bool) -> None:
    """Print the fields that a form for the workflow has, and why each is in it.

    FILE is a workflow file of ComfyUI's editor or a graph in API format. Needs no running service.
    """
    from genonaut.cli.workflows.forms import print_form  # noqa: PLC0415 - loads the package

    print_form(file, object_info, is_json=is_json, is_complete=is_complete)
