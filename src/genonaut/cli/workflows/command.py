"""``genonaut workflows``: import, run and convert ComfyUI workflows."""

import asyncio
from datetime import datetime
from pathlib import Path

import click

from genonaut.cli.options import api_options


@click.group()
def workflows() -> None:
    """Import, run and convert ComfyUI workflows."""


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


class _PairType(click.ParamType[tuple[str, str]]):
    """``KEY=VALUE``."""

    name = "KEY=VALUE"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """Return key and value."""
        if isinstance(value, tuple):
            return value
        key, separator, text = str(value).partition("=")
        if not separator or not key:
            self.fail(f"{value!r} is not KEY=VALUE", param, ctx)
        return key.strip(), text


_name = click.argument("name", metavar="NAME")


@workflows.command("import", short_help="Import a workflow.")
@click.argument(
    "file", metavar="FILE", type=click.Path(path_type=Path, exists=True, dir_okay=False)
)
@click.option("--title", help="Title.  [default: the name of the file]")
@click.option("--description", default="", help="What the workflow does.")
@click.option("--shared", is_flag=True, help="Let all users see and run it.")
@click.option("--version-of", metavar="NAME", help="Add a version to this workflow instead.")
@click.option("--note", default="", help="What is new in this version.")
@api_options
def import_(
    *,
    file: Path,
    title: str | None,
    description: str,
    shared: bool,
    version_of: str | None,
    note: str,
    environment: str,
    server: str | None,
) -> None:
    """Import FILE: JSON of ComfyUI in any format, or an image, video or sound that carries it.

    Prints id, name and version, and what ComfyUI servers lack to run it.
    """
    from genonaut.cli.workflows.actions import import_workflow  # noqa: PLC0415 - loads aiohttp

    work = import_workflow(
        environment,
        server,
        file,
        title=title,
        description=description,
        is_shared=shared,
        version_of=version_of,
        note=note,
    )
    asyncio.run(work)


@workflows.command("list", short_help="List workflows.")
@click.option("--search", metavar="TEXT", help="Only workflows with TEXT in title or description.")
@click.option("--archived", is_flag=True, help="Archived workflows.")
@api_options
def list_(*, search: str | None, archived: bool, environment: str, server: str | None) -> None:
    """List the newest 100 workflows that you may run."""
    from genonaut.cli.workflows.actions import list_workflows  # noqa: PLC0415 - loads aiohttp

    asyncio.run(list_workflows(environment, server, search=search, is_archived=archived))


@workflows.command(short_help="Show the inputs of a workflow.")
@_name
@api_options
def show(*, name: str, environment: str, server: str | None) -> None:
    """Show a workflow with its inputs. NAME is its id, its short name or its title."""
    from genonaut.cli.workflows.actions import show_workflow  # noqa: PLC0415 - loads aiohttp

    asyncio.run(show_workflow(environment, server, name))


@workflows.command(
    short_help="Run a workflow and store the results.",
    epilog="Exits like `genonaut generate`: 3 if a job failed, 130 after Ctrl-C.",
)
@_name
@click.option("--set", "values", type=_PairType(), multiple=True, help="An input; may be repeated.")
@click.option(
    "--image",
    "--mask",
    "--video",
    "--audio",
    "files",
    metavar="KEY=FILE",
    type=_PairType(),
    multiple=True,
    help="A file as input: a path, or content:ID for an item of the gallery; may be repeated.",
)
@click.option("--version", type=click.IntRange(1), help="Version.  [default: the newest]")
@click.option("--batch", type=click.IntRange(1, 16), default=1, help="Number of jobs.")
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    show_default="the current directory",
    help="Directory for the results; existing files are never overwritten.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of paths.")
@api_options
def run(
    *,
    name: str,
    values: tuple[tuple[str, str], ...],
    files: tuple[tuple[str, str], ...],
    version: int | None,
    batch: int,
    out: Path,
    as_json: bool,
    environment: str,
    server: str | None,
) -> None:
    """Run a workflow and print the paths of the results.

    NAME is its id, its short name or its title; `genonaut workflows show NAME` lists its inputs.
    """
    from genonaut.cli.workflows.actions import run_workflow  # noqa: PLC0415 - loads aiohttp

    work = run_workflow(
        environment,
        server,
        name,
        values=values,
        files=files,
        version=version,
        batch=batch,
        out=out,
        as_json=as_json,
    )
    raise SystemExit(asyncio.run(work))


@workflows.command(short_help="Export a workflow.")
@_name
@click.option(
    "--format",
    "wanted",
    type=click.Choice(["api", "ui"]),
    default="api",
    show_default=True,
    help="The graph, or the file of ComfyUI's editor.",
)
@click.option("--out", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@api_options
def export(
    *, name: str, wanted: str, out: Path | None, environment: str, server: str | None
) -> None:
    """Print the newest version of a workflow, or write it to a file."""
    from genonaut.cli.workflows.actions import export_workflow  # noqa: PLC0415 - loads aiohttp

    asyncio.run(export_workflow(environment, server, name, wanted=wanted, out=out))


@workflows.command(short_help="Archive a workflow.")
@_name
@api_options
def archive(*, name: str, environment: str, server: str | None) -> None:
    """Hide a workflow and refuse new jobs; its results stay."""
    from genonaut.cli.workflows.actions import archive_workflow  # noqa: PLC0415 - loads aiohttp

    asyncio.run(archive_workflow(environment, server, name))
