"""The options of ``genonaut generate`` that name images."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

Command = TypeVar("Command", bound=Callable[..., Any])
_SIDES = ("left", "top", "right", "bottom")
_STRENGTH = re.compile(r"^(?P<rest>.+):(?P<strength>\d+(?:\.\d+)?)$", re.DOTALL)
_STORED = re.compile(r"^(?P<kind>upload|content):(?P<id>\d{1,18})$")


class ImageName(msgspec.Struct, frozen=True):
    """An image: a file, or the id of an upload or of an item of the gallery."""

    path: Path | None = None
    upload_id: int | None = None
    content_id: int | None = None


class NamedControl(msgspec.Struct, frozen=True):
    """A ControlNet by (a part of) its name, its image and its strength.

    ``model`` is empty, or what the image shows, for a checkpoint that reads the image itself.
    """

    model: str
    image: ImageName
    strength: float


class NamedReference(msgspec.Struct, frozen=True):
    """A reference image and its strength."""

    image: ImageName
    strength: float


class ImageOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What the image options say."""

    source: ImageName | None = None
    resize: str | None = None
    mask: ImageName | None = None
    mask_mode: str | None = None
    extend: dict[str, int] = {}
    control: tuple[NamedControl, ...] = ()
    references: tuple[NamedReference, ...] = ()
    hires: float | None = None


class ImageType(click.ParamType[ImageName]):
    """A file, ``upload:ID`` or ``content:ID``."""

    name = "IMAGE"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> ImageName:
        """Return what the text names."""
        stored = _STORED.match(value)
        if stored is not None:
            return ImageName(**{f"{stored['kind']}_id": int(stored["id"])})  # type: ignore[arg-type]
        path = Path(value)
        if not path.is_file():
            self.fail(f"{value!r} is no file; or write upload:ID or content:ID", param, ctx)
        return ImageName(path)


class ExtendType(click.ParamType[dict[str, int]]):
    """``right=256`` or ``left=64,right=256``, in pixels."""

    name = "SIDE=PX[,…]"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> dict[str, int]:
        """Return the pixels by side."""
        found = {}
        for part in value.split(","):
            side, _, pixels = part.partition("=")
            if side not in _SIDES or not pixels.isdecimal():
                self.fail(f"{part!r} is not left, top, right or bottom=PIXELS", param, ctx)
            found[side] = int(pixels)
        return found


class ReferenceType(click.ParamType[NamedReference]):
    """``IMAGE`` or ``IMAGE:0.8``; the strength defaults to 1."""

    name = "IMAGE[:STRENGTH]"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> NamedReference:
        """Return the image and its strength."""
        rest, strength = _with_strength(value)
        return NamedReference(ImageType().convert(rest, param, ctx), strength)


class ControlType(click.ParamType[NamedControl]):
    """``canny:edges.png`` or ``canny:edges.png:0.8``; a part of the model's name is enough.

    An image alone is for a checkpoint that reads the image itself.
    """

    name = "[MODEL:]IMAGE[:STRENGTH]"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> NamedControl:
        """Return the model, the image and the strength."""
        rest, strength = _with_strength(value)
        if _STORED.match(rest) or Path(rest).is_file():
            return NamedControl("", ImageType().convert(rest, param, ctx), strength)
        model, _, image = rest.partition(":")
        if not model or not image:
            self.fail(f"{value!r} is not a model and an image such as canny:edges.png", param, ctx)
        return NamedControl(model, ImageType().convert(image, param, ctx), strength)


def _with_strength(value: str) -> tuple[str, float]:
    """Return the text without its strength, and the strength."""
    if _STORED.match(value) or (value.count(":") == 2 and _STORED.match(value.partition(":")[2])):  # noqa: PLR2004
        return value, 1.0  # the number at the end is an id
    found = _STRENGTH.match(value)
    return (value, 1.0) if found is None else (found["rest"], float(found["strength"]))


def image_options(command: Command) -> Command:
    """Add the options that name images; the command takes them as ``**images``."""
    options = (
        click.option("--source", type=ImageType(), help="The image to start from."),
        click.option(
            "--resize",
            type=click.Choice(["crop", "fit", "stretch"]),
            help="How the source gets the size of the result.  [default: crop]",
        ),
        click.option("--mask", type=ImageType(), help="White where the source is to be painted."),
        click.option(
            "--mask-mode",
            type=click.Choice(["preserve", "fill"]),
            help="Whether masked pixels are changed or replaced.  [default: preserve]",
        ),
        click.option(
            "--extend", type=ExtendType(), multiple=True, help="Extend the source; repeatable."
        ),
        click.option(
            "--control",
            type=ControlType(),
            multiple=True,
            help="A ControlNet with its image; repeatable. Flux.1 Canny and Depth need no ControlNet.",
        ),
        click.option(
            "--reference",
            "references",
            type=ReferenceType(),
            multiple=True,
            help="An image whose content or style is followed; repeatable.",
        ),
        click.option("--hires", type=float, metavar="SCALE", help="Enlarge and sample again."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def read_image_options(**given: Any) -> ImageOptions:  # noqa: ANN401  # values of click
    """Return the options.

    Raises:
        click.UsageError: an option needs ``--source``.
    """
    extend = {side: pixels for part in given["extend"] for side, pixels in part.items()}
    options = ImageOptions(**{**given, "extend": extend})
    for name in ("resize", "mask", "mask_mode", "extend"):
        if getattr(options, name) and options.source is None:
            raise click.UsageError(f"--{name.replace('_', '-')} needs --source")
    return options
