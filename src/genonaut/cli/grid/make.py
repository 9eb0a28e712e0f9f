"""``genonaut grid make``: vary up to three parameters, and write one labelled image."""

import asyncio
from pathlib import Path
from typing import Any

import click

from genonaut.cli.generate.image_options import read_image_options
from genonaut.cli.generate.request import SizeType, request_body
from genonaut.cli.generate.setting_options import model_options, sampling_options
from genonaut.cli.grid.file_options import file_options, format_of
from genonaut.cli.options import api_options
from genonaut.cli.running_services import resolved_settings

_SHORT_NAMES = {
    "checkpoint": "checkpoint_model",
    "model": "checkpoint_model",
    "sampler": "sampler_name",
    "negative": "negative_prompt",
    "replace": "prompt_replace",
    "order": "prompt_order",
}
_TARGET_PARAMETERS = frozenset(
    {
        "lora",
        "lora_strength",
        "control_model",
        "control_strength",
        "control_start",
        "control_end",
        "reference_strength",
    }
)


class AxisType(click.ParamType[dict[str, Any]]):
    """``PARAMETER=VALUES`` or ``PARAMETER:TARGET=VALUES``."""

    name = "PARAMETER=VALUES"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> dict[str, Any]:
        """Return the axis as a field of the request body."""
        name, equals, values = value.partition("=")
        parameter, _, target = name.strip().partition(":")
        parameter = parameter.strip().lower().replace("-", "_")
        if not equals or not parameter or not values.strip():
            self.fail(f"{value!r} is not an axis such as cfg=3,5,7", param, ctx)
        axis: dict[str, Any] = {
            "parameter": _SHORT_NAMES.get(parameter, parameter),
            "values": values,
        }
        if target and axis["parameter"] not in _TARGET_PARAMETERS:
            self.fail(f"{parameter} has no target; write {parameter}={values}", param, ctx)
        if target:
            axis["target"] = int(target) if target.isdecimal() else target
        return axis


@click.command(
    short_help="Generate a grid.",
    epilog="Exits with 0 if every cell has an image, 1 if the API refused the grid or did not "
    "answer, 2 for a usage error, 3 if a cell failed or was cancelled, 130 after Ctrl-C.",
)
@click.argument("prompt")
@click.option("--x", "x", type=AxisType(), required=True, help="The columns.")
@click.option("--y", "y", type=AxisType(), help="The rows.")
@click.option("--z", "z", type=AxisType(), help="One matrix for each value.")
@click.option("--title", default="", help="Title of the grid.")
@model_options
@click.option("--size", type=SizeType(), help="Size of each image in pixels, multiples of 8.")
@click.option("--seed", type=int, help="Seed of all cells.  [default: random]")
@click.option("--vary-seed", is_flag=True, help="Add one to the seed from cell to cell.")
@sampling_options
@file_options
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of the path.")
@click.option(
    "--detach", is_flag=True, help="Print the id of the grid at once; `genonaut grid follow` waits."
)
@api_options
def make(
    *,
    prompt: str,
    x: dict[str, Any],
    y: dict[str, Any] | None,
    z: dict[str, Any] | None,
    title: str,
    negative: str | None,
    dynamic_prompt: bool,
    preset: str | None,
    styles: tuple[str, ...],
    checkpoint: str | None,
    loras: tuple[dict[str, Any], ...],
    size: tuple[int, int] | None,
    seed: int | None,
    vary_seed: bool,
    steps: int | None,
    cfg: float | None,
    denoise: float | None,
    sampler: str | None,
    scheduler: str | None,
    out: Path | None,
    cells: str,
    as_json: bool,
    detach: bool,
    environment: str,
    server: str | None,
    **images: Any,  # noqa: ANN401  # the values of image_options
) -> None:
    """Generate an image of PROMPT for each combination of values, and write one labelled image.

    VALUES are separated by commas, texts with commas by ||. 1-5, 1-5 (+2), 0.1..0.9 (0.2), 1-10 [5] and
    1,2,..,10 are ranges. PARAMETER is one of cfg, steps, seed (-1 is drawn), sampler, scheduler, denoise,
    size, checkpoint, lora, lora_strength, vae, prompt, negative, style, replace (the first value in the
    prompt is replaced by each), order (parts of the prompt in each order) and others that docs/api.md
    lists. lora_strength:NAME names one of several LoRAs.

    Example: genonaut grid make "a cat" --x cfg=3,5,7 --y sampler=euler,dpmpp_2m --z replace=cat,dog
    """
    from genonaut.cli.grid.run import run  # noqa: PLC0415 - loads aiohttp and rich
    from genonaut.cli.presets.applying import PresetOptions  # noqa: PLC0415 - as above

    image_format = format_of(out)
    params = {
        "seed": seed,
        "steps": steps,
        "cfg": cfg,
        "denoise": denoise,
        "sampler_name": sampler,
        "scheduler": scheduler,
    }
    request = request_body(
        prompt,
        negative=negative,
        dynamic_prompt=dynamic_prompt,
        checkpoint=checkpoint,
        loras=loras,
        size=size,
        batch=None,
        params=params,
    )
    axes = {name: axis for name, axis in (("x", x), ("y", y), ("z", z)) if axis is not None}
    body = {"title": title, "seeds": "increment" if vary_seed else "same", **axes}
    work = run(
        resolved_settings(environment),
        server,
        request,
        body,
        images=read_image_options(**images),
        presets=PresetOptions(preset, styles),
        out=out,
        query=[("format", image_format), ("size", cells)],
        as_json=as_json,
        is_detached=detach,
    )
    raise SystemExit(asyncio.run(work))
