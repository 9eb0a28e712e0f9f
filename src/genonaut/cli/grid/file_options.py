"""Options of the labelled image that ``genonaut grid`` writes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])
_FORMATS = {".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg"}
_OUT = click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    show_default="grid-ID.png",
    help="The file to write, .png or .jpg; an existing one is replaced.",
)
_CELLS = click.option(
    "--cells",
    type=click.Choice(["small", "medium", "large"]),
    default="medium",
    show_default=True,
    help="Size of the cells in the file: 256, 512 or 1024 pixels.",
)


def file_options(command: Command) -> Command:
    """Add ``--out`` and ``--cells``."""
    return _OUT(_CELLS(command))


def format_of(out: Path | None) -> str:
    """Return the format of a file by its name.

    Raises:
        UsageError: the name has another ending.
    """
    suffix = ".png" if out is None else out.suffix.lower()
    if suffix not in _FORMATS:
        raise click.UsageError(f"--out must end with .png or .jpg, not {suffix or 'nothing'}")
    return _FORMATS[suffix]
