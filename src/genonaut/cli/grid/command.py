"""``genonaut grid``: make grids, and list, follow, cancel, retry, restore, export and delete them."""

import asyncio
from pathlib import Path

import click

from genonaut.cli.grid.again import again
from genonaut.cli.grid.file_options import file_options, format_of
from genonaut.cli.grid.make import make
from genonaut.cli.options import api_options

_id = click.argument("grid_id", metavar="GRID", type=click.IntRange(1))
_ids = click.argument("ids", metavar="GRID...", nargs=-1, required=True, type=click.IntRange(1))
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, one object per line.")


class PlaceType(click.ParamType[dict[str, int]]):
    """``X``, ``X,Y`` or ``X,Y,Z``, from 0."""

    name = "X,Y,Z"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> dict[str, int]:
        """Return the place as the API takes it."""
        parts = [part.strip() for part in value.split(",")]
        if len(parts) > len("xyz") or not all(part.isdecimal() for part in parts):
            self.fail(f"{value!r} is not a place such as 1,0", param, ctx)
        return dict(zip("xyz", map(int, parts), strict=False))


_cells = click.option(
    "--cell",
    "cells",
    type=PlaceType(),
    multiple=True,
    help="Only this cell, counted from 0; repeat for more.",
)


class GridGroup(click.Group):
    """Runs ``make`` for arguments that do not begin with a command: ``genonaut grid PROMPT --x …``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Insert ``make``; only it has ``--x``, so that a prompt may be the name of a command."""
        first = args[0] if args else ""
        has_axis = any(one == "--x" or one.startswith("--x=") for one in args)
        # One word without an axis is a command with a typing error.
        is_prompt = " " in first or (first.startswith("-") and first != "--help")
        # A prompt has no number behind it.
        is_again = first == "again" and len(args) > 1 and args[1].isdecimal()
        if first != "make" and not is_again and (has_axis or is_prompt):
            args = ["make", *args]
        return super().parse_args(ctx, args)


@click.group(cls=GridGroup)
def grid() -> None:
    """Make grids of images, and list, follow, cancel, retry, export and delete them.

    `genonaut grid PROMPT --x cfg=3,5,7 --y sampler=euler,dpmpp_2m` makes one, as `make` does.
    """


grid.add_command(make)
grid.add_command(again)


@grid.command("list", short_help="List grids.")
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=20, show_default=True, help="Most grids."
)
@_json
@api_options
def list_(*, limit: int, as_json: bool, environment: str, server: str | None) -> None:
    """List your grids, the newest first."""
    from genonaut.cli.grid.actions import list_grids  # noqa: PLC0415 - loads aiohttp

    asyncio.run(list_grids(environment, server, limit=limit, as_json=as_json))


@grid.command(short_help="Show the matrix of a grid.")
@_id
@_json
@api_options
def show(*, grid_id: int, as_json: bool, environment: str, server: str | None) -> None:
    """Show a grid as a table for each value of its z axis: the image of each cell, or its state."""
    from genonaut.cli.grid.actions import show_grid  # noqa: PLC0415 - loads aiohttp

    asyncio.run(show_grid(environment, server, grid_id, as_json=as_json))


@grid.command(short_help="Wait until a grid is complete.")
@_id
@api_options
def follow(*, grid_id: int, environment: str, server: str | None) -> None:
    """Wait until all cells have ended, then show the grid; Ctrl-C cancels nothing.

    Exits with 0 if every cell has an image, 3 if one has none, 130 after Ctrl-C.
    """
    from genonaut.cli.grid.actions import follow_grid  # noqa: PLC0415 - loads aiohttp

    raise SystemExit(asyncio.run(follow_grid(environment, server, grid_id)))


@grid.command(short_help="Cancel grids.")
@_ids
@api_options
def cancel(*, ids: tuple[int, ...], environment: str, server: str | None) -> None:
    """Cancel the cells that have not ended; the others keep their images.

    Exits with 1 if a grid does not exist.
    """
    from genonaut.cli.grid.actions import cancel_grids  # noqa: PLC0415 - loads aiohttp

    _exit_unless(asyncio.run(cancel_grids(environment, server, ids)))


@grid.command(short_help="Make failed, cancelled or deleted cells again.")
@_id
@_cells
@click.option(
    "--deleted",
    is_flag=True,
    help="All cells whose image is in the trash or deleted, instead of the failed ones.",
)
@click.option("--follow", "follows", is_flag=True, help="Wait as `follow` does.")
@api_options
def retry(
    *,
    grid_id: int,
    cells: tuple[dict[str, int], ...],
    deleted: bool,
    follows: bool,
    environment: str,
    server: str | None,
) -> None:
    """Make the failed and cancelled cells of a grid again, with the same settings and seeds.

    Exits with 1 if there is none.
    """
    if deleted and cells:
        raise click.UsageError("--cell names the cells; leave out --deleted")
    from genonaut.cli.grid.actions import retry_grid  # noqa: PLC0415 - loads aiohttp

    choice = "deleted" if deleted else "failed"
    work = retry_grid(environment, server, grid_id, cells, choice=choice, follows=follows)
    raise SystemExit(asyncio.run(work))


@grid.command(short_help="Restore images of cells from the trash.")
@_id
@_cells
@api_options
def restore(
    *, grid_id: int, cells: tuple[dict[str, int], ...], environment: str, server: str | None
) -> None:
    """Restore the images of a grid from the trash, all or those of cells. Exits with 1 if none is there."""
    from genonaut.cli.grid.actions import restore_cells  # noqa: PLC0415 - loads aiohttp

    _exit_unless(asyncio.run(restore_cells(environment, server, grid_id, cells)))


@grid.command(short_help="Write the labelled image.")
@_id
@file_options
@click.option(
    "--z", type=click.IntRange(0, 999), help="Only this value of the z axis, counted from 0."
)
@api_options
def export(
    *,
    grid_id: int,
    out: Path | None,
    cells: str,
    z: int | None,
    environment: str,
    server: str | None,
) -> None:
    """Write all cells as one labelled image and print its path; empty ones show their state."""
    from genonaut.cli.grid.actions import export_grid  # noqa: PLC0415 - loads aiohttp

    suffix = "" if z is None else f"-{z + 1}"
    path = out or Path(f"grid-{grid_id}{suffix}.png")
    query = [("format", format_of(out)), ("size", cells), *([] if z is None else [("z", str(z))])]
    asyncio.run(export_grid(environment, server, grid_id, path, query))


@grid.command(short_help="Change the title of a grid.")
@_id
@click.argument("title")
@api_options
def rename(*, grid_id: int, title: str, environment: str, server: str | None) -> None:
    """Change the title of a grid; an empty one shows its prompt."""
    from genonaut.cli.grid.actions import rename_grid  # noqa: PLC0415 - loads aiohttp

    asyncio.run(rename_grid(environment, server, grid_id, title))


@grid.command(short_help="Delete grids.")
@_ids
@api_options
def delete(*, ids: tuple[int, ...], environment: str, server: str | None) -> None:
    """Delete grids; their images remain. Exits with 1 if one does not exist."""
    from genonaut.cli.grid.actions import delete_grids  # noqa: PLC0415 - loads aiohttp

    _exit_unless(asyncio.run(delete_grids(environment, server, ids)))


def _exit_unless(is_complete: bool) -> None:
    if not is_complete:
        raise SystemExit(1)
