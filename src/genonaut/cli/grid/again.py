"""``genonaut grid again``: submit a grid again, with other axes."""

import asyncio
from pathlib import Path
from typing import Any

import click

from genonaut.cli.grid.file_options import file_options, format_of
from genonaut.cli.grid.make import AxisType
from genonaut.cli.options import api_options
from genonaut.cli.running_services import resolved_settings


@click.command(
    short_help="Run a grid again with changes.",
    epilog="Exits as `genonaut grid make` does.",
)
@click.argument("grid_id", metavar="GRID", type=click.IntRange(1))
@click.option("--x", "x", type=AxisType(), help="Other columns.")
@click.option("--y", "y", type=AxisType(), help="Other rows.")
@click.option("--z", "z", type=AxisType(), help="Other matrices.")
@click.option(
    "--without", type=click.Choice(["y", "z"]), multiple=True, help="Leave out this axis."
)
@click.option("--prompt", help="Another prompt.")
@click.option("--checkpoint", help="Another checkpoint.")
@click.option("--seed", type=int, help="Another seed; -1 draws one.")
@click.option("--title", help="Another title.")
@file_options
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of the path.")
@click.option("--detach", is_flag=True, help="Print the id of the new grid at once.")
@api_options
def again(
    *,
    grid_id: int,
    x: dict[str, Any] | None,
    y: dict[str, Any] | None,
    z: dict[str, Any] | None,
    without: tuple[str, ...],
    prompt: str | None,
    checkpoint: str | None,
    seed: int | None,
    title: str | None,
    out: Path | None,
    cells: str,
    as_json: bool,
    detach: bool,
    environment: str,
    server: str | None,
) -> None:
    """Submit the axes and settings of a grid as a new grid, with the same seed. Options replace values.

    Example: genonaut grid again 7 --x cfg=4,6,8 --prompt "a dog at dusk"
    """
    from genonaut.cli.grid.run import Changes, run_again  # noqa: PLC0415 - loads aiohttp and rich

    given = {name: axis for name, axis in (("x", x), ("y", y), ("z", z)) if axis is not None}
    if both := given.keys() & set(without):
        raise click.UsageError(f"--{min(both)} and --without {min(both)} exclude each other")
    work = run_again(
        resolved_settings(environment),
        server,
        grid_id,
        Changes(given, without, prompt=prompt, checkpoint=checkpoint, seed=seed, title=title),
        out=out,
        query=[("format", format_of(out)), ("size", cells)],
        as_json=as_json,
        is_detached=detach,
    )
    raise SystemExit(asyncio.run(work))
