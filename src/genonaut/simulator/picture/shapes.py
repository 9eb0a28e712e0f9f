"""Drawing that looks smooth and costs little: gradients from a few pixels, edges drawn at double size."""

from collections.abc import Sequence
from functools import cache

from PIL import Image, ImageChops, ImageDraw

from genonaut.simulator.picture.color import Color

Point = tuple[float, float]


def gradient(size: tuple[int, int], colors: Sequence[Color]) -> Image.Image:
    """Return a vertical gradient of (width, height) pixels, the first colour on top."""
    column = Image.new("RGB", (1, len(colors)))
    column.putdata(list(colors))
    tall = column.resize((1, size[1]), Image.Resampling.BICUBIC)
    return tall.resize(size, Image.Resampling.NEAREST)


@cache
def _glow_mask() -> Image.Image:
    # Pillow's gradient is 0 in the middle, 255 in the corners, and so 180 where the circle ends.
    falloff = [round(255 * max(0.0, 1 - v / 180) ** 2) for v in range(256)]
    return Image.radial_gradient("L").point(falloff)


def glow(picture: Image.Image, center: Point, radius: float, color: Color, power: float) -> None:
    """Lay soft light of ``power`` (0..1) over the picture around a point."""
    edge = max(2, round(radius * 2))
    dimmed = _glow_mask().point([round(v * power) for v in range(256)])
    mask = dimmed.resize((edge, edge), Image.Resampling.BILINEAR)
    picture.paste(color, (round(center[0] - radius), round(center[1] - radius)), mask)


def disc(picture: Image.Image, center: Point, radius: float, color: Color) -> None:
    """Draw a smooth disc."""
    edge = max(2, round(radius * 2) + 2)
    mask = Image.new("L", (edge * 3, edge * 3))
    ImageDraw.Draw(mask).ellipse((3, 3, edge * 3 - 3, edge * 3 - 3), fill=255)
    corner = (round(center[0] - edge / 2), round(center[1] - edge / 2))
    picture.paste(color, corner, mask.reduce(3))


def polygons(
    picture: Image.Image,
    shapes: Sequence[Sequence[Point]],
    fill: Image.Image | Color,
    top: float,
    bottom: float,
) -> None:
    """Fill polygons with a colour, or with an image as tall as the band between top and bottom.

    Only what the shapes reach within that band is drawn at double size, which is what makes smooth edges affordable.
    """
    first, last = max(0, int(top)), min(picture.height, int(bottom) + 1)
    left = max(0, int(min(x for shape in shapes for x, _ in shape)) - 1)
    right = min(picture.width, int(max(x for shape in shapes for x, _ in shape)) + 2)
    if last <= first or right <= left:
        return
    width, height = right - left, last - first
    mask = Image.new("L", (width * 2, height * 2))
    pen = ImageDraw.Draw(mask)
    for shape in shapes:
        pen.polygon([((x - left) * 2, (y - first) * 2) for x, y in shape], fill=255)
    mask = mask.reduce(2)
    if isinstance(fill, Image.Image):
        shades = fill.resize((picture.width, height)).crop((left, 0, right, height))
        picture.paste(shades, (left, first), mask)
    else:
        picture.paste(fill, (left, first, right, last), mask)


def vignette(picture: Image.Image, strength: float) -> Image.Image:
    """Return the picture with corners darker by ``strength`` (0..1)."""
    mask = _vignette_mask(picture.size, round(strength * 100))
    return ImageChops.multiply(picture, mask)


@cache
def _vignette_mask(size: tuple[int, int], percent: int) -> Image.Image:
    falloff = [round(255 * (1 - percent / 100 * (v / 255) ** 3.2)) for v in range(256)]
    mask = Image.radial_gradient("L").point(falloff).resize(size, Image.Resampling.BICUBIC)
    return Image.merge("RGB", (mask, mask, mask))
