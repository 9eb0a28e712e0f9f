"""``genonaut upscale``: enlarge image files and whole folders."""

import asyncio
from pathlib import Path

import click

from genonaut.cli.options import api_options
from genonaut.cli.running_services import resolved_settings


@click.command(
    epilog="Exits with 0 if every image was enlarged, 1 if the API does not answer, 2 for a usage "
    "error, 3 if an image failed, 130 after Ctrl-C."
)
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path), metavar="FILE…"
)
@click.option(
    "--model",
    required=True,
    metavar="NAME",
    help="The upscale model; a part of its name is enough.",
)
@click.option("--scale", type=float, default=2.0, show_default=True, help="Factor per edge.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Directory for the images; the folders of the sources are kept.",
)
@click.option(
    "--at-once",
    type=click.IntRange(1, 32),
    default=4,
    show_default=True,
    help="Images that are sent and wait at the same time.",
)
@api_options
def upscale(
    *,
    files: tuple[Path, ...],
    model: str,
    scale: float,
    out: Path,
    at_once: int,
    environment: str,
    server: str | None,
) -> None:
    """Enlarge image FILEs, and the images in folders, with an upscale model.

    Prints the path of each new file. An image whose result exists in --out is skipped, so an
    interrupted run continues when it is started again. Ctrl-C cancels the unfinished jobs.
    """
    from genonaut.cli.upscale.actions import UpscaleRun  # noqa: PLC0415 - loads aiohttp and rich

    run = UpscaleRun(out=out, model=model, scale=scale, at_once=at_once)
    settings = resolved_settings(environment)
    raise SystemExit(asyncio.run(run.run(settings, server, files)))
