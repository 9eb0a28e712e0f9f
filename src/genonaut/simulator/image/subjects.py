"""Objects that a prompt may name, drawn as silhouettes."""

import random
from collections.abc import Callable

from PIL import Image, ImageDraw

from genonaut.simulator.image.color import mix
from genonaut.simulator.image.palette import Palette
from genonaut.simulator.image.shapes import Point, disc, glow, polygons

# (image, palette, rng, ground level in pixels from the top)
Painter = Callable[[Image.Image, Palette, random.Random, float], None]


def _lighthouse(image: Image.Image, palette: Palette, rng: random.Random, ground: float) -> None:
    height = image.height * 0.34
    x = image.width * rng.choice((0.24, 0.72, 0.78))
    half = height * 0.085
    lamp = (x, ground - height * 1.04)
    if palette.dark or rng.random() < 0.5:  # noqa: PLR2004
        _beam(image, palette, lamp)
    rock = [(x - half * 6, ground + half * 2.5), (x - half * 3.4, ground), (x - half * 1.2, ground - half * 0.9),
            (x + half * 2, ground - half * 0.5), (x + half * 4, ground + half * 0.6), (x + half * 7, ground + half * 2.5)]  # fmt: skip
    tower = [
        (x - half, ground),
        (x - half * 0.6, ground - height),
        (x + half * 0.6, ground - height),
        (x + half, ground),
    ]
    gallery = [(x - half * 0.95, ground - height), (x - half * 0.95, ground - height - half * 0.3),
               (x + half * 0.95, ground - height - half * 0.3), (x + half * 0.95, ground - height)]  # fmt: skip
    roof = [
        (x - half * 0.62, ground - height * 1.08),
        (x, ground - height * 1.16),
        (x + half * 0.62, ground - height * 1.08),
    ]
    pale = mix(mix(palette.light, palette.near, 0.22), palette.horizon, 0.25)
    top, bottom = ground - height * 1.2, ground + half * 3
    polygons(image, [tower], pale, top, bottom)
    for band in (0.25, 0.62):
        low, high = ground - height * band, ground - height * (band + 0.18)
        wide, narrow = half * (1 - 0.4 * band), half * (1 - 0.4 * (band + 0.18))
        stripe = [(x - wide, low), (x - narrow, high), (x + narrow, high), (x + wide, low)]
        polygons(image, [stripe], mix((190, 58, 52), palette.near, 0.25), top, bottom)
    polygons(image, [gallery, roof, rock], palette.near, top, bottom)
    glow(image, lamp, height * 0.3, (255, 240, 190), 0.9)
    disc(image, lamp, half * 0.42, (255, 250, 226))


def _beam(image: Image.Image, palette: Palette, lamp: Point) -> None:
    pen = ImageDraw.Draw(image, "RGBA")
    away = -1 if lamp[0] > image.width / 2 else 1
    reach, rise = image.width * away, image.height * 0.09
    for spread, alpha in ((1.0, 22), (0.6, 26), (0.3, 32)):
        far = lamp[0] + reach
        middle = lamp[1] - rise * 0.6
        pen.polygon(
            [lamp, (far, middle - rise * spread), (far, middle + rise * spread)],
            fill=(*palette.light, alpha),
        )


def _boat(image: Image.Image, palette: Palette, rng: random.Random, ground: float) -> None:
    size = image.height * rng.uniform(0.09, 0.14)
    x = image.width * rng.uniform(0.25, 0.75)
    y = ground + (image.height - ground) * 0.28
    hull = [
        (x - size * 0.6, y - size * 0.12),
        (x + size * 0.62, y - size * 0.12),
        (x + size * 0.4, y + size * 0.1),
        (x - size * 0.42, y + size * 0.1),
    ]
    main = [
        (x - size * 0.02, y - size * 1.15),
        (x - size * 0.02, y - size * 0.18),
        (x + size * 0.55, y - size * 0.18),
    ]
    jib = [
        (x - size * 0.07, y - size * 0.98),
        (x - size * 0.07, y - size * 0.18),
        (x - size * 0.48, y - size * 0.18),
    ]
    sail = mix(palette.light, palette.horizon, 0.25)
    polygons(image, [main, jib], sail, y - size * 1.2, y)
    polygons(image, [hull], palette.near, y - size * 0.2, y + size * 0.2)
    ImageDraw.Draw(image, "RGBA").ellipse(
        (x - size * 0.6, y + size * 0.1, x + size * 0.6, y + size * 0.22), fill=(*palette.near, 70)
    )


def _castle(image: Image.Image, palette: Palette, rng: random.Random, ground: float) -> None:
    unit = image.height * 0.035
    x = image.width * rng.uniform(0.32, 0.68)
    shapes: list[list[Point]] = []
    for offset, tall, wide in (
        (-4, 5, 1),
        (-2.4, 7.5, 0.9),
        (0, 9.5, 1.2),
        (2.2, 6.5, 0.9),
        (4, 4.6, 1),
    ):
        left, right, top = (
            x + (offset - wide) * unit,
            x + (offset + wide) * unit,
            ground - tall * unit,
        )
        shapes.append([(left, ground + unit), (left, top), (right, top), (right, ground + unit)])
        shapes.append(
            [
                (left - unit * 0.25, top),
                ((left + right) / 2, top - unit * 2.6),
                (right + unit * 0.25, top),
            ]
        )
    shapes.append(
        [
            (x - 5 * unit, ground + unit),
            (x - 5 * unit, ground - 3 * unit),
            (x + 5 * unit, ground - 3 * unit),
            (x + 5 * unit, ground + unit),
        ]
    )
    polygons(
        image, shapes, mix(palette.near, palette.horizon, 0.12), ground - 13 * unit, ground + unit
    )
    pen = ImageDraw.Draw(image, "RGBA")
    for offset, tall in ((-2.4, 5.6), (0, 7.2), (0, 4.4), (2.2, 4.8), (-4, 3.4), (4, 3.2)):
        wx, wy = x + offset * unit, ground - tall * unit
        pen.rectangle(
            (wx - unit * 0.2, wy, wx + unit * 0.2, wy + unit * 0.7), fill=(255, 214, 138, 220)
        )


def _house(image: Image.Image, palette: Palette, rng: random.Random, ground: float) -> None:
    size = image.height * 0.07
    x = image.width * rng.uniform(0.25, 0.75)
    wall = [
        (x - size, ground + size * 0.2),
        (x - size, ground - size),
        (x + size, ground - size),
        (x + size, ground + size * 0.2),
    ]
    roof = [
        (x - size * 1.25, ground - size),
        (x, ground - size * 1.9),
        (x + size * 1.25, ground - size),
    ]
    polygons(
        image, [wall], mix(palette.near, palette.horizon, 0.3), ground - size * 2, ground + size
    )
    polygons(image, [roof], palette.near, ground - size * 2, ground)
    pen = ImageDraw.Draw(image, "RGBA")
    for offset in (-0.5, 0.45):
        left = x + offset * size
        pen.rectangle(
            (left - size * 0.2, ground - size * 0.65, left + size * 0.2, ground - size * 0.2),
            fill=(255, 218, 140, 235),
        )


def _tree(image: Image.Image, palette: Palette, rng: random.Random, ground: float) -> None:
    tall = image.height * 0.3
    x = image.width * rng.choice((0.22, 0.3, 0.7, 0.76))
    trunk = [
        (x - tall * 0.035, ground + tall * 0.1),
        (x - tall * 0.02, ground - tall * 0.6),
        (x + tall * 0.02, ground - tall * 0.6),
        (x + tall * 0.035, ground + tall * 0.1),
    ]
    polygons(image, [trunk], palette.near, ground - tall, ground + tall * 0.1)
    for _ in range(16):
        leaf_x = x + rng.gauss(0, 0.16) * tall
        leaf_y = ground - tall * rng.uniform(0.55, 1.0)
        shade = mix(palette.near, palette.horizon, rng.uniform(0.02, 0.16))
        disc(image, (leaf_x, leaf_y), tall * rng.uniform(0.08, 0.16), shade)


def _birds(image: Image.Image, palette: Palette, rng: random.Random, ground: float) -> None:
    pen = ImageDraw.Draw(image, "RGBA")
    x, y = image.width * rng.uniform(0.3, 0.7), ground * rng.uniform(0.25, 0.55)
    size = image.height * 0.022
    for _ in range(rng.randrange(5, 9)):
        bx, by = x + rng.gauss(0, 1) * size * 5, y + rng.gauss(0, 1) * size * 2.4
        wing = size * rng.uniform(0.5, 1)
        points = [
            (bx - wing, by - wing * 0.45),
            (bx - wing * 0.4, by - wing * 0.35),
            (bx, by),
            (bx + wing * 0.4, by - wing * 0.4),
            (bx + wing, by - wing * 0.5),
        ]
        pen.line(points, fill=(*palette.near, 210), width=max(1, round(size / 7)), joint="curve")


def _balloon(image: Image.Image, palette: Palette, rng: random.Random, ground: float) -> None:
    size = image.height * rng.uniform(0.07, 0.1)
    x, y = image.width * rng.uniform(0.25, 0.75), ground * rng.uniform(0.28, 0.5)
    hue = rng.choice(((222, 84, 74), (240, 160, 60), (70, 140, 190), (150, 90, 180)))
    body = mix(hue, palette.horizon, 0.15)
    disc(image, (x, y), size, body)
    cone = [
        (x - size * 0.82, y + size * 0.55),
        (x + size * 0.82, y + size * 0.55),
        (x + size * 0.16, y + size * 1.35),
        (x - size * 0.16, y + size * 1.35),
    ]
    basket = [
        (x - size * 0.17, y + size * 1.5),
        (x + size * 0.17, y + size * 1.5),
        (x + size * 0.14, y + size * 1.76),
        (x - size * 0.14, y + size * 1.76),
    ]
    polygons(image, [cone], body, y, y + size * 2)
    polygons(image, [basket], mix((96, 62, 40), palette.near, 0.3), y, y + size * 2)
    pen = ImageDraw.Draw(image, "RGBA")
    for part in (0.28, 0.66):
        pen.ellipse(
            (x - size * part, y - size, x + size * part, y + size * 1.02),
            outline=(255, 244, 220, 120),
            width=max(1, round(size / 14)),
        )


SUBJECTS: dict[str, Painter] = {
    word: painter
    for words, painter in (
        ("lighthouse beacon", _lighthouse),
        ("boat boats ship sailboat yacht sailing sail", _boat),
        ("castle palace fortress tower temple cathedral", _castle),
        ("house cottage cabin hut barn farm home village", _house),
        ("tree oak willow bonsai cherry", _tree),
        ("bird birds gull gulls crow crows eagle swallow flock", _birds),
        ("balloon balloons airship", _balloon),
    )
    for word in words.split()
}
