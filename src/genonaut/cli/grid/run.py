"""Run ``genonaut grid``: submit, follow, write the labelled image, and cancel on Ctrl-C."""

import asyncio
import signal
from collections import Counter
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

import click
import msgspec

from genonaut.cli.api_client import ApiClient, Filters, open_api
from genonaut.cli.generate.follow import JobState, JobTracker, Watcher
from genonaut.cli.generate.image_fields import image_fields
from genonaut.cli.generate.image_files import ImageFileError
from genonaut.cli.generate.image_options import ImageOptions
from genonaut.cli.generate.run import INTERRUPTED, JOB_FAILED, OK
from genonaut.cli.presets.applying import PresetOptions, with_presets
from genonaut.config import Settings
from genonaut.core.errors import GenonautError

_NO_PRESETS = PresetOptions()
_GRIDS = "/api/v1/grids"


class Cell(msgspec.Struct, frozen=True):
    """A cell of a grid."""

    x: int
    y: int
    z: int
    job_id: int | None
    status: str | None
    content_id: int | None = None
    error_message: str | None = None


class Grid(msgspec.Struct, frozen=True):
    """A grid with its cells."""

    id: int
    batch_id: str
    cells: list[Cell]


class Report(msgspec.Struct, frozen=True):
    """The output of ``--json``."""

    id: int
    batch_id: str
    path: str
    cells: list[Cell]


class Cancelled(msgspec.Struct, frozen=True):
    """The number of cancelled jobs."""

    cancelled: int


class GridApi(ApiClient):
    """A client with the routes of grids."""

    @classmethod
    def of(cls, api: ApiClient) -> "GridApi":
        """Return a client of the same server."""
        return cls(api._http, api.base_url)  # noqa: SLF001  # of the base class

    async def submit_grid(self, body: Mapping[str, Any]) -> Grid:
        """Submit a grid."""
        return await self._request("POST", _GRIDS, Grid, body=body)

    async def grid(self, grid_id: int) -> Grid:
        """Return a grid."""
        return await self._request("GET", f"{_GRIDS}/{grid_id}", Grid)

    async def cancel_grid(self, grid_id: int) -> int:
        """Cancel the jobs of a grid; returns their number."""
        return (await self._request("POST", f"{_GRIDS}/{grid_id}/cancel", Cancelled)).cancelled

    async def grid_image(self, grid_id: int, query: Filters) -> bytes:
        """Return the labelled image of a grid."""
        path = f"{_GRIDS}/{grid_id}/image"
        status, _, data = await self._exchange("GET", path, params=query)
        if status != HTTPStatus.OK:
            raise self._refused_error(status, data)
        return data


async def run(
    settings: Settings,
    server: str | None,
    request: Mapping[str, Any],
    body: Mapping[str, Any],
    *,
    images: ImageOptions,
    presets: PresetOptions = _NO_PRESETS,
    out: Path | None,
    query: Filters,
    as_json: bool,
) -> int:
    """Generate the cells, write the image, print its path and return the exit status.

    Raises:
        PresetNotFoundError: no preset or style has such a name.
        ApiRefusedError: the API refuses the grid.
        UnavailableError: the API does not answer.
        ImageFileError: the image cannot be written.
    """
    async with open_api(settings, server) as opened:
        api = GridApi.of(opened)
        fields = await with_presets(api, request, presets)
        fields |= await image_fields(api, images, fields.get("checkpoint_model"))
        grid = await api.submit_grid({**body, "request": fields})
        is_interrupted = await _follow(api, grid)
        if is_interrupted is None:
            return INTERRUPTED
        ended = await api.grid(grid.id)
        path = out or Path(f"grid-{grid.id}.png")
        content = await api.grid_image(grid.id, query)
        await asyncio.to_thread(_write, path, content)
    if as_json:
        report = Report(ended.id, ended.batch_id, str(path), ended.cells)
        click.echo(msgspec.json.encode(report))
    else:
        click.echo(path)
    if is_interrupted:
        return INTERRUPTED
    return OK if all(cell.content_id is not None for cell in ended.cells) else JOB_FAILED


async def _follow(api: GridApi, grid: Grid) -> bool | None:
    """Wait until all jobs have ended.

    Returns:
        Whether Ctrl-C cancelled the grid; None if it was pressed a second time.
    """
    progress = _Progress(grid)
    tracker = JobTracker([one.job_id for one in grid.cells if one.job_id], progress.show)
    stop, leave = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, lambda: leave.set() if stop.is_set() else stop.set())
    tasks = [
        asyncio.create_task(Watcher(api, tracker).watch()),
        asyncio.create_task(leave.wait()),
        asyncio.create_task(_cancel_at(stop, api, grid.id)),
    ]
    try:
        await asyncio.wait(tasks[:2], return_when=asyncio.FIRST_COMPLETED)
        if not tasks[0].done():
            click.echo("exiting; the server still cancels the jobs", err=True)
            return None
        tasks[0].result()
        return stop.is_set()
    finally:
        loop.remove_signal_handler(signal.SIGINT)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _cancel_at(stop: asyncio.Event, api: GridApi, grid_id: int) -> None:
    await stop.wait()
    click.echo("cancelling; press Ctrl-C again to exit at once", err=True)
    try:
        await api.cancel_grid(grid_id)
    except GenonautError as error:
        click.echo(str(error), err=True)


class _Progress:
    """Prints the number of ended cells, one line for each tenth, and the errors of failed ones."""

    def __init__(self, grid: Grid) -> None:
        self._count = len(grid.cells)
        self._ended: Counter[str] = Counter()
        self._shown = -1
        click.echo(f"grid {grid.id}: {self._count} cells", err=True)

    def show(self, state: JobState) -> None:
        """Count a job that has ended."""
        if not state.is_terminal:
            return
        self._ended[state.status] += 1
        if state.status == "failed":
            click.echo(f"job {state.job_id} failed: {state.error}", err=True)
        ended = self._ended.total()
        tenth = 10 * ended // self._count
        if tenth != self._shown:
            self._shown = tenth
            click.echo(f"{ended} of {self._count} cells", err=True)


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise ImageFileError(f"cannot write {path}: {error.strerror}") from error
