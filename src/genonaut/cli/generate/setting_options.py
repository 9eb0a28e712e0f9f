"""Options for the settings of images that several commands have."""

from collections.abc import Callable
from typing import Any

import click

from genonaut.cli.completion import complete_checkpoint, complete_lora
from genonaut.cli.generate.image_options import Command, image_options
from genonaut.cli.generate.request import LoraType

_MODEL: tuple[Callable[[Any], Any], ...] = (
    click.option("--negative", metavar="TEXT", help="What to leave out."),
    click.option(
        "--dynamic",
        "dynamic_prompt",
        is_flag=True,
        help="Draw choices {a|b} and wildcards __name__ of the prompts by the seed of each image.",
    ),
    click.option(
        "--preset", metavar="NAME", help="Settings to begin with; other options come before them."
    ),
    click.option(
        "--style",
        "styles",
        metavar="NAME",
        multiple=True,
        help="A style to put the prompt into; repeat for more.",
    ),
    click.option(
        "--checkpoint",
        "--model",
        "checkpoint",
        metavar="NAME",
        help="The checkpoint to use.  [default: the default model]",
        shell_complete=complete_checkpoint,
    ),
    click.option(
        "--lora",
        "loras",
        type=LoraType(),
        multiple=True,
        help="A LoRA and its strengths; repeat for more.",
        shell_complete=complete_lora,
    ),
)
_SAMPLING: tuple[Callable[[Any], Any], ...] = (
    click.option("--steps", type=int, help="Sampling steps."),
    click.option("--cfg", type=float, help="Guidance: how closely the image follows the prompt."),
    click.option("--denoise", type=float, help="Denoising strength, 0 to 1."),
    image_options,
    click.option("--sampler", metavar="NAME", help="Sampler, such as euler."),
    click.option("--scheduler", metavar="NAME", help="Scheduler, such as karras."),
)


def model_options(command: Command) -> Command:
    """Add --negative, --dynamic, --preset, --style, --checkpoint and --lora."""
    return _with(command, _MODEL)


def sampling_options(command: Command) -> Command:
    """Add --steps, --cfg, --denoise, the options that name images, --sampler and --scheduler."""
    return _with(command, _SAMPLING)


def _with(command: Command, options: tuple[Callable[[Any], Any], ...]) -> Command:
    for option in reversed(options):
        command = option(command)
    return command
