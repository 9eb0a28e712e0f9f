"""Everything below the horizon: ridges, trees, towns, dunes and water."""

import random
from itertools import pairwise

from PIL import Image, ImageDraw

from genonaut.simulator.image.color import Color, mix
from genonaut.simulator.image.palette import Palette
from genonaut.simulator.image.shapes import Point, gradient, polygons


def ridge_line(
    width: int, rng: random.Random, *, base: float, height: float, roughness: float
) -> list[Point]:
    """Return a skyline from left to right by midpoint displacement.

    Args:
        width: Width of the image in pixels.
        rng: Source of the randomness.
        base: Mean height of the line, in pixels from the top.
        height: Maximum deviation in pixels.
        roughness: 0.4 gives rolling hills, 0.62 an alpine ridge.
    """
    line = [rng.uniform(-0.5, 0.5) for _ in range(4)]
    spread = 0.9
    while len(line) < 96:  # noqa: PLR2004  # finer than visible at 512 px
        spread *= roughness
        pairs = pairwise(line)
        finer = [
            part for a, b in pairs for part in (a, (a + b) / 2 + rng.uniform(-spread, spread) / 2)
        ]
        line = [*finer, line[-1]]
    step = width / (len(line) - 1)
    return [(index * step, base + value * height) for index, value in enumerate(line)]


def paint_ridge(image: Image.Image, line: list[Point], top_color: Color, foot: Color) -> None:
    """Fill the area under a skyline, fading into mist at the bottom."""
    highest = min(y for _, y in line)
    lowest = max(y for _, y in line)
    width, height = image.size
    shades = gradient((1, 64), [top_color, top_color, foot, foot]).crop((0, 4, 1, 60))
    band = [(-2.0, lowest + 1), *line, (width + 2.0, lowest + 1)]
    full = shades.resize((width, max(2, round(height - highest))))
    slope = max(1, round(lowest + 1 - highest))
    polygons(image, [band], full.crop((0, 0, width, slope)), highest, lowest)
    below = round(lowest)
    if below < height:
        offset = max(0, below - round(highest))
        image.paste(full.crop((0, offset, width, offset + height - below)), (0, below))


def paint_trees(image: Image.Image, line: list[Point], color: Color, rng: random.Random) -> None:
    """Draw conifers along a skyline."""
    tall = image.height * 0.1
    trees: list[list[Point]] = []
    x = -tall
    while x < image.width + tall:
        ground = _height_at(line, x) + tall * 0.15
        trees.append(_conifer(x, ground, tall * rng.uniform(0.55, 1.25)))
        x += tall * rng.uniform(0.12, 0.34)
    top = min(y for tree in trees for _, y in tree)
    polygons(image, trees, color, top, max(y for tree in trees for _, y in tree))


def _conifer(x: float, ground: float, tall: float) -> list[Point]:
    half = tall * 0.2
    left = [(x, ground - tall)]
    right = []
    for part in (0.3, 0.55, 0.8, 1.0):
        left += [
            (x - half * part, ground - tall * (1 - part)),
            (x - half * part * 0.55, ground - tall * (1 - part)),
        ]
        right += [
            (x + half * part, ground - tall * (1 - part)),
            (x + half * part * 0.55, ground - tall * (1 - part)),
        ]
    return [*left, *reversed(right)]


def _height_at(line: list[Point], x: float) -> float:
    step = line[1][0] - line[0][0]
    return line[min(len(line) - 1, max(0, round(x / step)))][1]


def paint_town(
    image: Image.Image, palette: Palette, rng: random.Random, *, base: float, shade: Color
) -> None:
    """Draw a skyline of towers; windows are lit in the dark."""
    unit = image.width / 34
    towers: list[tuple[float, float, float]] = []
    x = -unit
    while x < image.width:
        width = unit * rng.uniform(0.9, 2.2)
        towers.append(
            (x, base - image.height * rng.uniform(0.05, 0.27) * rng.uniform(0.5, 1), width)
        )
        x += width * rng.uniform(0.8, 1.15)
    shapes = [[(x, y), (x + w, y), (x + w, base + 2), (x, base + 2)] for x, y, w in towers]
    polygons(image, shapes, shade, min(y for _, y, _ in towers), base + 2)
    pen = ImageDraw.Draw(image, "RGBA")
    glass = (*mix(palette.light, (255, 205, 120), 0.5), 190 if palette.dark else 70)
    pane = max(1.0, unit / 7)
    for x, y, w in towers:
        for row in range(int((base - y) / (pane * 2.6))):
            for column in range(int(w / (pane * 2.2))):
                if rng.random() < 0.3:  # noqa: PLR2004  # lit windows
                    left, top = x + pane * (0.7 + column * 2.2), y + pane * (1.2 + row * 2.6)
                    pen.rectangle((left, top, left + pane * 0.8, top + pane), fill=glass)


def paint_water(
    image: Image.Image, palette: Palette, rng: random.Random, horizon: float, light_x: float
) -> None:
    """Draw a calm sea below the horizon, with the reflection of the light."""
    width, height = image.size
    top = round(horizon)
    depth = height - top
    if depth < 2:  # noqa: PLR2004
        return
    middle = mix(palette.sky[len(palette.sky) // 2], palette.near, 0.35)
    far = mix(palette.horizon, palette.sky[-2], 0.45)
    image.paste(gradient((width, depth), [far, middle, mix(middle, palette.near, 0.7)]), (0, top))
    pen = ImageDraw.Draw(image, "RGBA")
    for _ in range(110):
        part = rng.random() ** 1.5
        y = top + part * depth
        length = width * (0.02 + 0.16 * part) * rng.uniform(0.4, 1.2)
        x = rng.random() * width
        tone = palette.horizon if rng.random() < 0.6 else palette.near  # noqa: PLR2004
        thick = 1 + part * height / 260
        pen.ellipse((x - length, y, x + length, y + thick), fill=(*tone, 26 + round(34 * part)))
    for _ in range(90):
        part = rng.random() ** 1.25
        y = top + part * depth
        spread = width * (0.012 + 0.085 * part)
        x = light_x + rng.gauss(0, 0.55) * spread
        length = spread * rng.uniform(0.2, 0.8)
        thick = 1 + part * height / 230
        pen.ellipse(
            (x - length, y, x + length, y + thick), fill=(*palette.light, 120 - round(60 * part))
        )
