"""The work of ``genonaut grid`` on existing grids, through the API."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import click
import msgspec

from genonaut.cli.api_client import Filters, open_api
from genonaut.cli.generate.run import INTERRUPTED, JOB_FAILED, OK
from genonaut.cli.grid.api import Grid, GridApi
from genonaut.cli.grid.following import watch
from genonaut.cli.grid.run import write_image
from genonaut.cli.grid.views import HEADERS, errors_of, head_of, matrices_of, row_of
from genonaut.cli.output import print_table, printable
from genonaut.cli.running_services import resolved_settings
from genonaut.core.errors import GenonautError


@asynccontextmanager
async def _api(environment: str, server: str | None) -> AsyncIterator[GridApi]:
    async with open_api(resolved_settings(environment), server) as api:
        yield GridApi.of(api)


async def list_grids(environment: str, server: str | None, *, limit: int, as_json: bool) -> None:
    """Print the newest grids."""
    async with _api(environment, server) as api:
        page = await api.grids(limit)
    if as_json:
        for one in page.items:
            click.echo(msgspec.json.encode(one).decode())
    elif page.items:
        print_table(HEADERS, map(row_of, page.items), optional=("Made", "Axes"))
    else:
        click.echo("no grids", err=True)
    if page.next_cursor is not None:
        total = page.total or "more than 10,000"
        click.echo(f"{len(page.items)} of {total} grids; use --limit to list more", err=True)


async def show_grid(environment: str, server: str | None, grid_id: int, *, as_json: bool) -> None:
    """Print a grid and its cells."""
    async with _api(environment, server) as api:
        grid = await api.grid(grid_id)
    if as_json:
        click.echo(msgspec.json.encode(grid).decode())
    else:
        _print(grid)


def _print(grid: Grid) -> None:
    print_table(("Field", "Value"), head_of(grid))
    for layer, headers, rows in matrices_of(grid):
        click.echo(f"\n{printable(layer)}" if layer else "")
        print_table([printable(one) for one in headers], rows)
    for line in errors_of(grid):
        click.echo(printable(line), err=True)


async def follow_grid(environment: str, server: str | None, grid_id: int) -> int:
    """Wait until all cells have ended, print the grid, and return the exit status."""
    async with _api(environment, server) as api:
        return await _followed(api, grid_id)


async def _followed(api: GridApi, grid_id: int) -> int:
    if not await watch(api, await api.grid(grid_id)):
        click.echo("the grid goes on; `genonaut grid cancel` cancels it", err=True)
        return INTERRUPTED
    grid = await api.grid(grid_id)
    _print(grid)
    return OK if grid.image_count == grid.cell_count else JOB_FAILED


async def retry_grid(
    environment: str,
    server: str | None,
    grid_id: int,
    cells: Sequence[Mapping[str, int]],
    *,
    choice: str,
    follows: bool,
) -> int:
    """Start failed, cancelled or deleted cells again; returns the exit status."""
    async with _api(environment, server) as api:
        count = await api.retry_grid(grid_id, cells, choice=choice)
        click.echo(f"grid {grid_id}: {_cells(count)} started again", err=follows)
        return await _followed(api, grid_id) if follows else OK


async def restore_cells(
    environment: str, server: str | None, grid_id: int, cells: Sequence[Mapping[str, int]]
) -> bool:
    """Restore the images of cells from the trash; returns whether there were any."""
    places = {(one.get("x", 0), one.get("y", 0), one.get("z", 0)) for one in cells}
    async with _api(environment, server) as api:
        grid = await api.grid(grid_id)
        ids = [
            cell.content_id
            for cell in grid.cells
            if cell.deleted == "trash"
            and cell.content_id is not None
            and (not places or (cell.x, cell.y, cell.z) in places)
        ]
        count = await api.restore_items(ids)
    if count:
        click.echo(f"grid {grid_id}: {'1 image' if count == 1 else f'{count} images'} restored")
    else:
        click.echo(f"grid {grid_id}: no image of these cells is in the trash", err=True)
    return count > 0


async def rename_grid(environment: str, server: str | None, grid_id: int, title: str) -> None:
    """Change the title of a grid."""
    async with _api(environment, server) as api:
        grid = await api.rename_grid(grid_id, title)
    click.echo(f"grid {grid_id}: {printable(grid.title) or 'no title'}")


async def export_grid(
    environment: str, server: str | None, grid_id: int, path: Path, query: Filters
) -> None:
    """Write the labelled image of a grid and print its path."""
    async with _api(environment, server) as api:
        await write_image(api, grid_id, query, path)
    click.echo(path)


async def cancel_grids(environment: str, server: str | None, ids: Sequence[int]) -> bool:
    """Cancel the open jobs of grids; returns whether every request succeeded."""

    async def cancel(api: GridApi, grid_id: int) -> str:
        return f"{_cells(await api.cancel_grid(grid_id))} cancelled"

    return await _for_each(environment, server, ids, cancel)


async def delete_grids(environment: str, server: str | None, ids: Sequence[int]) -> bool:
    """Delete grids; returns whether every request succeeded."""

    async def delete(api: GridApi, grid_id: int) -> str:
        await api.delete_grid(grid_id)
        return "deleted; its images remain"

    return await _for_each(environment, server, ids, delete)


async def _for_each(
    environment: str,
    server: str | None,
    ids: Sequence[int],
    work: Callable[[GridApi, int], Awaitable[str]],
) -> bool:
    succeeded = True
    async with _api(environment, server) as api:
        for grid_id in ids:
            try:
                click.echo(f"grid {grid_id}: {await work(api, grid_id)}")
            except GenonautError as error:
                click.echo(f"grid {grid_id}: {error}", err=True)
                succeeded = False
    return succeeded


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count} cells"
