"""Grids as text: what a list shows, and the matrix of a grid."""

from collections.abc import Iterator, Sequence

from genonaut.cli.grid.api import Axis, Cell, Grid, GridSummary
from genonaut.cli.jobs.views import local_time
from genonaut.cli.output import shortened

_LABEL_WIDTH = 40
_NAMES = {
    "checkpoint_model": "model",
    "sampler_name": "sampler",
    "prompt_replace": "replace",
    "prompt_order": "order",
}
_WITHOUT_NAME = frozenset(
    {
        "checkpoint_model",
        "sampler_name",
        "scheduler",
        "lora",
        "style",
        "size",
        "prompt",
        "prompt_replace",
        "prompt_order",
        "negative_prompt",
    }
)
OPEN = ("pending", "queued", "running")
HEADERS = ("ID", "Images", "State", "Made", "Axes", "Title")


def row_of(grid: GridSummary) -> tuple[str, ...]:
    """Return the row of a grid in a list."""
    return (
        str(grid.id),
        f"{grid.image_count} of {grid.cell_count}",
        state_of(grid),
        local_time(grid.created_at),
        axes_of(grid),
        shortened(grid.title or grid.prompt, 60),
    )


def state_of(grid: GridSummary) -> str:
    """Return ``running`` while jobs are open, else how the grid ended; without images: incomplete."""
    if any(grid.counts.get(one) for one in OPEN):
        return "running"
    for status in ("failed", "cancelled"):
        if grid.counts.get(status):
            return status
    if grid.trash_count or grid.purged_count:
        return "incomplete"
    return "completed"


def axes_of(grid: GridSummary) -> str:
    """Return the parameters and the number of their values, such as ``cfg (3)``."""
    names = [_NAMES.get(axis.parameter, axis.parameter) for axis in grid.axes]
    sizes = [len(axis.values) for axis in grid.axes]
    return " \N{MULTIPLICATION SIGN} ".join(
        f"{name} ({size})" for name, size in zip(names, sizes, strict=True)
    )


def head_of(grid: Grid) -> list[tuple[str, str]]:
    """Return (field, value) of what describes a grid."""
    shown = {
        **grid.counts,
        "completed": grid.image_count,
        "in the trash": grid.trash_count,
        "deleted": grid.purged_count,
    }
    counts = ", ".join(f"{count} {status}" for status, count in shown.items() if count)
    facts = {
        "Grid": str(grid.id),
        "Title": grid.title,
        "Prompt": grid.prompt,
        "Axes": axes_of(grid),
        "Cells": f"{grid.cell_count}: {counts}" if counts else str(grid.cell_count),
        "Made": local_time(grid.created_at),
    }
    return [(name, value) for name, value in facts.items() if value]


def matrices_of(grid: Grid) -> Iterator[tuple[str, Sequence[str], list[list[str]]]]:
    """Yield label, headers and rows of the matrix of each value of the z axis."""
    labels = {axis.name: labels_of(axis) for axis in grid.axes}
    columns, rows, layers = (labels.get(name, [""]) for name in "xyz")
    shown = {(cell.x, cell.y, cell.z): text_of(cell) for cell in grid.cells}
    for z, layer in enumerate(layers):
        lines = [
            [row, *(shown.get((x, y, z), "") for x in range(len(columns)))]
            for y, row in enumerate(rows)
        ]
        yield layer, ["", *columns], lines


def labels_of(axis: Axis) -> list[str]:
    """Return the texts of the values of an axis, such as ``cfg 7``."""
    parts = [] if axis.parameter in _WITHOUT_NAME else [axis.parameter.replace("_", " ")]
    if axis.target is not None:
        parts.append(str(axis.target))
    name = " ".join(parts)
    values = ("none" if one in {None, ""} else str(one) for one in axis.values)
    return [shortened(f"{name} {one}".strip(), _LABEL_WIDTH) for one in values]


def text_of(cell: Cell) -> str:
    """Return the image of a cell, or why there is none."""
    if cell.picture is not None and cell.content_id is not None:
        return f"image {cell.content_id}"
    if cell.deleted is None and cell.status is not None:
        return cell.status
    return "in the trash" if cell.deleted == "trash" else "deleted"


def errors_of(grid: Grid) -> list[str]:
    """Return a line for each failed cell."""
    return [
        f"x={cell.x}, y={cell.y}, z={cell.z}: job {cell.job_id} failed: {cell.error_message}"
        for cell in grid.cells
        if cell.status == "failed"
    ]
