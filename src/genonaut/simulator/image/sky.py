"""Everything above the horizon."""

import random

from PIL import Image, ImageChops, ImageDraw

from genonaut.simulator.image.color import Color, mix
from genonaut.simulator.image.palette import Palette
from genonaut.simulator.image.shapes import Point, disc, glow, gradient


def paint_sky(size: tuple[int, int], palette: Palette, horizon: float) -> Image.Image:
    """Return a sky of (width, height) pixels that ends at ``horizon`` (pixels from the top)."""
    sky = gradient((size[0], max(2, round(horizon))), palette.sky)
    image = Image.new("RGB", size, palette.horizon)
    image.paste(sky)
    return image


def paint_halo(image: Image.Image, palette: Palette, center: Point) -> None:
    """Draw the glow around sun or moon."""
    reach = max(image.size)
    glow(image, center, reach * 0.7, mix(palette.light, palette.horizon, 0.35), 0.6)
    glow(image, center, reach * 0.24, palette.light, 0.75)


def paint_light(image: Image.Image, palette: Palette, center: Point, radius: float) -> None:
    """Draw the sun, or the moon in dark palettes."""
    disc(image, center, radius, mix(palette.light, (255, 255, 255), 0.55))


def paint_stars(image: Image.Image, rng: random.Random, horizon: float) -> None:
    """Draw stars, denser towards the zenith."""
    pen = ImageDraw.Draw(image, "RGBA")
    for _ in range(round(image.width * horizon / 1300)):
        x, y = rng.random() * image.width, rng.random() ** 1.6 * horizon
        alpha = rng.randrange(60, 235)
        pen.point((x, y), fill=(255, 252, 240, alpha))
        if alpha > 215:  # noqa: PLR2004  # a few are brighter
            around = [(x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)]
            pen.point(around, fill=(255, 252, 240, 90))


def paint_clouds(image: Image.Image, palette: Palette, rng: random.Random, horizon: float) -> None:
    """Draw long soft clouds, lit from the horizon."""
    columns, rows = 10, 14
    height = max(2, round(horizon))
    density = Image.frombytes("L", (columns, rows), rng.randbytes(columns * rows))
    fine = Image.frombytes("L", (columns * 3, rows * 2), rng.randbytes(columns * rows * 6))
    density = Image.blend(density.resize(fine.size, Image.Resampling.BICUBIC), fine, 0.3)
    cut = rng.randrange(120, 150)
    curve = [min(175, max(0, round((v - cut) * 2.1))) for v in range(256)]
    mask = density.resize((image.width, height), Image.Resampling.BICUBIC).point(curve)
    # Thinner at the zenith and just above the horizon.
    fade = Image.new("L", (1, 5))
    fade.putdata([40, 150, 255, 200, 30])
    fade = fade.resize((1, height), Image.Resampling.BICUBIC).resize(mask.size)
    lit = mix(palette.sky[len(palette.sky) // 2], palette.light, 0.72)
    shades = gradient(
        mask.size, [mix(lit, palette.sky[0], 0.35), lit, mix(lit, palette.horizon, 0.5)]
    )
    image.paste(shades, (0, 0), ImageChops.multiply(mask, fade))


AURORA: tuple[tuple[Color, Color], ...] = (
    ((86, 240, 170), (90, 120, 230)),
    ((120, 245, 200), (200, 90, 200)),
)


def paint_aurora(image: Image.Image, rng: random.Random, horizon: float) -> None:
    """Draw curtains of light."""
    height = max(2, round(horizon))
    low, high = rng.choice(AURORA)
    for _ in range(2):
        columns, rows = 44, 10
        curtain = Image.new("L", (columns, rows))
        crest = rng.uniform(2, 4)
        pixels = []
        phase, pace = rng.uniform(0, 6), rng.uniform(0.2, 0.5)
        rays = [rng.random() for _ in range(columns + 2)]
        lights = [sum(rays[i : i + 3]) / 3 * rays[i + 1] for i in range(columns)]
        for row in range(rows):
            for column in range(columns):
                wave = crest + 2.2 * _wave(column * pace + phase)
                distance = row - wave
                body = max(0.0, 1 - distance / 5) if distance >= 0 else max(0.0, 1 + distance / 1.6)
                pixels.append(min(255, round(420 * body * lights[column])))
        curtain.putdata(pixels)
        mask = curtain.resize((image.width, height), Image.Resampling.BICUBIC)
        light = gradient(mask.size, [high, low, low, mix(low, (0, 0, 0), 0.4)])
        sky = image.crop((0, 0, *mask.size))
        lit = ImageChops.screen(sky, light)
        image.paste(lit, (0, 0), mask)


def _wave(turn: float) -> float:
    """Return a smooth wave (-1..1); a polynomial approximation of a sine."""
    turn = turn % 4.0
    return 1 - (turn - 1) ** 2 if turn < 2 else (turn - 3) ** 2 - 1  # noqa: PLR2004
