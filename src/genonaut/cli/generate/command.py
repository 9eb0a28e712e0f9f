"""``genonaut generate``: a prompt in, image files out."""

import asyncio
from pathlib import Path
from typing import Any

import click

from genonaut.cli.completion import complete_checkpoint, complete_lora
from genonaut.cli.generate.request import LoraType, SizeType, body_of
from genonaut.cli.options import env_option, server_option
from genonaut.cli.running_services import resolved_settings


@click.command(
    epilog="Exits with 0 when every image was written, 1 when the server refused or did not "
    "answer, 2 for misuse, 3 when a job failed or was cancelled elsewhere, 130 after Ctrl-C."
)
@click.argument("prompt")
@click.option("--negative", metavar="TEXT", help="What the image should not show.")
@click.option(
    "--checkpoint",
    metavar="NAME",
    help="[default: the server's]",
    shell_complete=complete_checkpoint,
)
@click.option(
    "--lora",
    "loras",
    type=LoraType(),
    multiple=True,
    help="Repeat for more; applied in order.",
    shell_complete=complete_lora,
)
@click.option("--size", type=SizeType(), help="In pixels, multiples of 8.")
@click.option("--seed", type=int, help="[default: drawn at random]")
@click.option("--steps", type=int)
@click.option("--cfg", type=float, help="How strictly the prompt is followed.")
@click.option("--denoise", type=float)
@click.option("--sampler", metavar="NAME")
@click.option("--scheduler", metavar="NAME")
@click.option("--batch", type=click.IntRange(1, 16), help="So many images, with seeds in a row.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    show_default="the current directory",
    help="Where the images go; nothing is overwritten.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of paths.")
@env_option
@server_option
def generate(
    *,
    prompt: str,
    negative: str | None,
    checkpoint: str | None,
    loras: tuple[dict[str, Any], ...],
    size: tuple[int, int] | None,
    seed: int | None,
    steps: int | None,
    cfg: float | None,
    denoise: float | None,
    sampler: str | None,
    scheduler: str | None,
    batch: int | None,
    out: Path,
    as_json: bool,
    environment: str,
    server: str | None,
) -> None:
    """Make images from PROMPT and print the paths of the files.

    Progress goes to standard error. Ctrl-C asks the server to cancel what has not ended and
    waits for it; a second Ctrl-C leaves at once. GENONAUT_API_KEY is sent when it is set.
    `genonaut models list` shows what there is; after `eval "$(_GENONAUT_COMPLETE=bash_source
    genonaut)"` (or zsh_source, fish_source) the Tab key does.
    """
    from genonaut.cli.generate.run import run  # noqa: PLC0415 - loads aiohttp and rich

    params = {
        "seed": seed,
        "steps": steps,
        "cfg": cfg,
        "denoise": denoise,
        "sampler_name": sampler,
        "scheduler": scheduler,
    }
    body = body_of(
        prompt,
        negative=negative,
        checkpoint=checkpoint,
        loras=loras,
        size=size,
        batch=batch,
        params=params,
    )
    work = run(resolved_settings(environment), server, body, out=out, as_json=as_json)
    raise SystemExit(asyncio.run(work))
