"""Run ``genonaut grid make``: submit, follow, write the labelled image, and cancel on Ctrl-C."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import msgspec

from genonaut.cli.api_client import Filters, open_api
from genonaut.cli.generate.image_fields import image_fields
from genonaut.cli.generate.image_files import ImageFileError
from genonaut.cli.generate.image_options import ImageOptions
from genonaut.cli.generate.run import INTERRUPTED, JOB_FAILED, OK
from genonaut.cli.grid.api import Cell, Grid, GridApi
from genonaut.cli.grid.following import follow
from genonaut.cli.presets.applying import PresetOptions, with_presets
from genonaut.config import Settings

_NO_PRESETS = PresetOptions()


class Report(msgspec.Struct, frozen=True):
    """The output of ``--json``."""

    id: int
    batch_id: str
    path: str
    cells: list[Cell]


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
    is_detached: bool = False,
) -> int:
    """Generate the cells, write the image, print its path and return the exit status.

    If it is detached, only submit the grid and print its id.

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
        whole = {**body, "request": fields}
        return await _run(
            api, whole, out=out, query=query, as_json=as_json, is_detached=is_detached
        )


class Changes(msgspec.Struct, frozen=True):
    """What a grid that is submitted again has instead; None keeps the value."""

    axes: Mapping[str, Mapping[str, Any]]
    without: Sequence[str] = ()
    prompt: str | None = None
    checkpoint: str | None = None
    seed: int | None = None
    """-1 draws one."""
    title: str | None = None

    def body_of(self, grid: Grid) -> dict[str, Any]:
        """Return the submission of the new grid."""
        request = dict(grid.request)
        if self.prompt is not None:
            request["prompt"] = self.prompt
        if self.checkpoint is not None:
            request["checkpoint_model"] = self.checkpoint
        if self.seed is not None:
            seed = None if self.seed == -1 else self.seed
            request["params"] = {**(request.get("params") or {}), "seed": seed}
        axes = {axis.name: axis.submitted() for axis in grid.axes}
        kept = {name: axis for name, axis in axes.items() if name not in self.without}
        title = grid.title if self.title is None else self.title
        return {**kept, **self.axes, "request": request, "seeds": grid.seeds, "title": title}


async def run_again(
    settings: Settings,
    server: str | None,
    grid_id: int,
    changes: Changes,
    *,
    out: Path | None,
    query: Filters,
    as_json: bool,
    is_detached: bool,
) -> int:
    """Submit a grid again with changes; follows and returns as ``run`` does.

    Raises:
        ApiRefusedError: there is no such grid, or the API refuses the new one.
        UnavailableError: the API does not answer.
        ImageFileError: the image cannot be written.
    """
    async with open_api(settings, server) as opened:
        api = GridApi.of(opened)
        body = changes.body_of(await api.grid(grid_id))
        return await _run(api, body, out=out, query=query, as_json=as_json, is_detached=is_detached)


async def _run(
    api: GridApi,
    body: Mapping[str, Any],
    *,
    out: Path | None,
    query: Filters,
    as_json: bool,
    is_detached: bool,
) -> int:
    grid = await api.submit_grid(body)
    if is_detached:
        click.echo(msgspec.json.encode(grid) if as_json else grid.id)
        return OK
    is_interrupted = await follow(api, grid)
    if is_interrupted is None:
        return INTERRUPTED
    ended = await api.grid(grid.id)
    path = out or Path(f"grid-{grid.id}.png")
    await write_image(api, grid.id, query, path)
    if as_json:
        report = Report(ended.id, ended.batch_id, str(path), ended.cells)
        click.echo(msgspec.json.encode(report))
    else:
        click.echo(path)
    if is_interrupted:
        return INTERRUPTED
    return OK if all(cell.content_id is not None for cell in ended.cells) else JOB_FAILED


async def write_image(api: GridApi, grid_id: int, query: Filters, path: Path) -> None:
    """Write the labelled image of a grid.

    Raises:
        ImageFileError: the image cannot be written.
    """
    content = await api.grid_image(grid_id, query)
    try:
        await asyncio.to_thread(path.write_bytes, content)
    except OSError as error:
        raise ImageFileError(f"cannot write {path}: {error.strerror}") from error
