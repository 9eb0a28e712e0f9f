"""Smooth drawing at low cost: gradients from a few pixels, edges drawn at double size."""

from collections.abc import Sequence
from functools import cache

from PIL import Image, ImageChops, ImageDraw

from genonaut.simulator.image.color import Color

Point = tuple[float, float]


def gradient(size: tuple[int, int], colors: Sequence[Color]) -> Image.Image:
    """Return a vertical gradient of (width, height) pixels, first colour at the top."""
    column = Image.new("RGB", (1, len(colors)))
    column.putdata(list(colors))
    tall = column.resize((1, size[1]), Image.Resampling.BICUBIC)
    return tall.resize(size, Image.Resampling.NEAREST)


@cache
def _glow_mask() -> Image.Image:
    # Pillow's gradient is 0 in the centre and 255 in the corners, so 180 at the edge of the circle.
    falloff = [round(255 * max(0.0, 1 - v / 180) ** 2) for v in range(256)]
    return Image.radial_gradient("L").point(falloff)


def glow(image: Image.Image, center: Point, radius: float, color: Color, power: float) -> None:
    """Draw soft light of ``power`` (0..1) around a point."""
    edge = max(2, round(radius * 2))
    dimmed = _glow_mask().point([round(v * power) for v in range(256)])
    mask = dimmed.resize((edge, edge), Image.Resampling.BILINEAR)
    image.paste(color, (round(center[0] - radius), round(center[1] - radius)), mask)


def disc(image: Image.Image, center: Point, radius: float, color: Color) -> None:
    """Draw a smooth disc."""
    edge = max(2, round(radius * 2) + 2)
    mask = Image.new("L", (edge * 3, edge * 3))
    ImageDraw.Draw(mask).ellipse((3, 3, edge * 3 - 3, edge * 3 - 3), fill=255)
    corner = (round(center[0] - edge / 2), round(center[1] - edge / 2))
    image.paste(color, corner, mask.reduce(3))


def polygons(
    image: Image.Image,
    shapes: Sequence[Sequence[Point]],
    fill: Image.Image | Color,
    top: float,
    bottom: float,
) -> None:
    """Fill polygons with a colour, or with an image as tall as the band between top and bottom.

    Only the bounding box of the shapes within that band is drawn at double size, which keeps smooth
    edges cheap.
    """
    first, last = max(0, int(top)), min(image.height, int(bottom) + 1)
    left = max(0, int(min(x for shape in shapes for x, _ in shape)) - 1)
    right = min(image.width, int(max(x for shape in shapes for x, _ in shape)) + 2)
    if last <= first or right <= left:
        return
    width, height = right - left, last - first
    mask = Image.new("L", (width * 2, height * 2))
    pen = ImageDraw.Draw(mask)
    for shape in shapes:
        pen.polygon([((x - left) * 2, (y - first) * 2) for x, y in shape], fill=255)
    mask = mask.reduce(2)
    if isinstance(fill, Image.Image):
        shades = fill.resize((image.width, height)).crop((left, 0, right, height))
        image.paste(shades, (left, first), mask)
    else:
        image.paste(fill, (left, first, right, last), mask)


def vignette(image: Image.Image, strength: float) -> Image.Image:
    """Return the image with corners darkened by ``strength`` (0..1)."""
    mask = _vignette_mask(image.size, round(strength * 100))
    return ImageChops.multiply(image, mask)


@cache
def _vignette_mask(size: tuple[int, int], percent: int) -> Image.Image:
    falloff = [round(255 * (1 - percent / 100 * (v / 255) ** 3.2)) for v in range(256)]
    mask = Image.radial_gradient("L").point(falloff).resize(size, Image.Resampling.BICUBIC)
    return Image.merge("RGB", (mask, mask, mask))
