"""``genonaut generate``: generate images from a prompt and store the files."""

import asyncio
from pathlib import Path
from typing import Any

import click

from genonaut.cli.generate.image_options import read_image_options
from genonaut.cli.generate.request import SizeType, request_body
from genonaut.cli.generate.setting_options import model_options, sampling_options
from genonaut.cli.options import api_options
from genonaut.cli.running_services import resolved_settings


@click.command(
    epilog="Exits with 0 if every image was saved, 1 if the API refused the request or did not "
    "answer, 2 for a usage error, 3 if a job failed or was cancelled elsewhere, 130 after Ctrl-C."
)
@click.argument("prompt")
@model_options
@click.option(
    "--lora-tags",
    is_flag=True,
    help="Take LoRAs from tags in the prompt, such as <lora:ink:0.7>.",
)
@click.option("--size", type=SizeType(), help="Size in pixels, multiples of 8.")
@click.option("--seed", type=int, help="Seed of the first image.  [default: random]")
@sampling_options
@click.option(
    "--batch", type=click.IntRange(1, 16), help="Number of images; seeds increment by one."
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    show_default="the current directory",
    help="Directory for the images; existing files are never overwritten.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of paths.")
@api_options
def generate(
    *,
    prompt: str,
    negative: str | None,
    dynamic_prompt: bool,
    preset: str | None,
    styles: tuple[str, ...],
    checkpoint: str | None,
    loras: tuple[dict[str, Any], ...],
    lora_tags: bool,
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
    **images: Any,  # noqa: ANN401  # the values of image_options
) -> None:
    """Generate images from PROMPT and print the paths of the files.

    With --source, --mask, --extend, --control, --reference and --hires it works on images, which
    are files, upload:ID or content:ID.

    Progress is written to standard error. Ctrl-C cancels the unfinished jobs and waits for them
    to end; a second Ctrl-C exits at once. GENONAUT_API_KEY is sent if it is set. `genonaut
    models list` lists the models; to complete names with the Tab key, run `eval
    "$(_GENONAUT_COMPLETE=bash_source genonaut)"` (or zsh_source, fish_source).
    """
    from genonaut.cli.generate.run import run  # noqa: PLC0415 - loads aiohttp and rich
    from genonaut.cli.presets.applying import PresetOptions  # noqa: PLC0415 - as above

    params = {
        "seed": seed,
        "steps": steps,
        "cfg": cfg,
        "denoise": denoise,
        "sampler_name": sampler,
        "scheduler": scheduler,
    }
    body = request_body(
        prompt,
        negative=negative,
        dynamic_prompt=dynamic_prompt,
        checkpoint=checkpoint,
        loras=loras,
        lora_tags=lora_tags,
        size=size,
        batch=batch,
        params=params,
    )
    work = run(
        resolved_settings(environment),
        server,
        body,
        out=out,
        as_json=as_json,
        images=read_image_options(**images),
        presets=PresetOptions(preset, styles),
    )
    raise SystemExit(asyncio.run(work))
