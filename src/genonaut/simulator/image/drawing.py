"""Draws the image of a request."""

import msgspec
from PIL import Image

from genonaut.simulator.image import sky, terrain
from genonaut.simulator.image.color import Color, mix
from genonaut.simulator.image.palette import Palette, palette_of
from genonaut.simulator.image.request import ImageRequest
from genonaut.simulator.image.scene import Landform, Scene, scene_of
from genonaut.simulator.image.shapes import Point, disc, glow, vignette
from genonaut.simulator.image.style import apply_style
from genonaut.simulator.image.subjects import SUBJECTS
from genonaut.simulator.image.watermark import add_watermark

# Larger images are drawn with this long side and enlarged; soft shapes lose no detail.
MAX_DRAWN_EDGE = 1536

_RIDGES = {  # number, height relative to the image, roughness
    Landform.SEA: (1, 0.07, 0.5),
    Landform.MOUNTAINS: (5, 0.34, 0.62),
    Landform.HILLS: (4, 0.15, 0.42),
    Landform.FOREST: (4, 0.2, 0.48),
    Landform.TOWN: (2, 0.02, 0.42),
    Landform.DUNES: (4, 0.17, 0.36),
}


class _View(msgspec.Struct, frozen=True):
    """State of one drawing; positions in pixels from the upper left corner."""

    request: ImageRequest
    palette: Palette
    scene: Scene
    size: tuple[int, int]
    horizon: float
    light: Point


def draw_image(request: ImageRequest) -> Image.Image:
    """Return the RGB image in the requested size."""
    size = (request.width, request.height)
    scale = min(1.0, MAX_DRAWN_EDGE / max(size))
    drawn = (max(1, round(size[0] * scale)), max(1, round(size[1] * scale)))
    scene, palette = scene_of(request), palette_of(request)
    if scene.landform is Landform.SPACE:
        image = _space(request, drawn, palette)
    else:
        image = _landscape(request, drawn, palette, scene)
    image = apply_style(image, request)
    if drawn != size:
        image = image.resize(size, Image.Resampling.BICUBIC)
    add_watermark(image)
    return image


def _landscape(
    request: ImageRequest, size: tuple[int, int], palette: Palette, scene: Scene
) -> Image.Image:
    rng = request.layout_random("view")
    horizon = size[1] * rng.uniform(0.52, 0.66)
    height_of_light = 0.3 if scene.aurora else rng.uniform(0.28, 0.88)
    light = (size[0] * rng.uniform(0.18, 0.82), horizon * height_of_light)
    view = _View(request, palette, scene, size, horizon, light)
    image = _soft_sky(view)
    if palette.dark:
        sky.paint_stars(image, request.layout_random("stars"), horizon)
    sky.paint_light(image, palette, light, min(size) * rng.uniform(0.028, 0.06))
    ground = _ground(image, view)
    for name in scene.subjects:
        SUBJECTS[name](image, palette, request.layout_random(name), ground)
    return image


def _soft_sky(view: _View) -> Image.Image:
    """Paint the parts without edges at half size, which is four times as fast and looks the same."""
    size, palette, request = view.size, view.palette, view.request
    half = (max(1, size[0] // 2), max(1, size[1] // 2))
    horizon = view.horizon * half[1] / size[1]
    center = (view.light[0] * half[0] / size[0], view.light[1] * half[1] / size[1])
    image = sky.paint_sky(half, palette, horizon)
    if view.scene.aurora:
        sky.paint_aurora(image, request.layout_random("aurora"), horizon)
    sky.paint_halo(image, palette, center)
    if not view.scene.aurora:
        sky.paint_clouds(image, palette, request.layout_random("clouds"), horizon)
    return vignette(image, 0.3).resize(size, Image.Resampling.BILINEAR)


def _ground(image: Image.Image, view: _View) -> float:
    """Paint everything below the sky; return the ground level in pixels from the top."""
    palette, height, landform = view.palette, view.size[1], view.scene.landform
    rng = view.request.layout_random("land")
    shore = height * 0.82 if view.scene.water else float(height)
    middle = _ridges(image, view, shore)
    if landform is Landform.SEA:
        terrain.paint_water(image, palette, rng, view.horizon, view.light[0])
        return view.horizon + height * 0.06
    if view.scene.water:
        terrain.paint_water(image, palette, rng, shore, view.light[0])
        return shore
    return min(height * 0.93, middle + height * 0.02)


def _ridges(image: Image.Image, view: _View, shore: float) -> float:
    """Paint several skylines, far to near; return the middle height of the nearest."""
    landform, palette, height = view.scene.landform, view.palette, view.size[1]
    count, rise, roughness = _RIDGES[landform]
    rng = view.request.layout_random("ridges")
    line: list[Point] = []
    for index in range(count):
        part = (index + 1) / count
        closeness = 0.16 + 0.8 * part**0.9
        base = view.horizon + (shore - view.horizon) * part**1.25 * 0.82 - height * 0.02
        if landform is Landform.SEA:  # a far coast
            closeness, base = 0.32, view.horizon
        drop = height * rise * (1 - 0.45 * part)
        line = terrain.ridge_line(image.width, rng, base=base, height=drop, roughness=roughness)
        color = mix(palette.horizon, palette.near, closeness)
        misty = mix(color, palette.horizon, 0.42 * (1 - 0.7 * part))
        if landform is Landform.TOWN:
            terrain.paint_town(image, palette, rng, base=base, shade=color)
        terrain.paint_ridge(image, line, color, misty)
        if landform is Landform.FOREST and index >= count - 2:
            terrain.paint_trees(image, line, color, rng)
    return line[len(line) // 2][1]


def _space(request: ImageRequest, size: tuple[int, int], palette: Palette) -> Image.Image:
    rng = request.layout_random("space")
    width, height = size
    deep = mix(palette.sky[0], (3, 4, 12), 0.6)
    image = Image.new("RGB", size, deep)
    for _ in range(9):
        center = (rng.random() * width, rng.random() * height)
        shade = mix(rng.choice(palette.sky[1:]), (200, 60, 140), rng.uniform(0, 0.4))
        glow(image, center, max(size) * rng.uniform(0.2, 0.55), shade, rng.uniform(0.2, 0.5))
    sky.paint_stars(image, rng, height)
    sky.paint_stars(image, rng, height)
    radius = min(size) * rng.uniform(0.12, 0.26)
    center = (width * rng.uniform(0.25, 0.75), height * rng.uniform(0.35, 0.65))
    glow(image, center, radius * 2.4, palette.light, 0.55)
    _planet(image, palette, center, radius, deep)
    return vignette(image, 0.3)


def _planet(
    image: Image.Image, palette: Palette, center: Point, radius: float, deep: Color
) -> None:
    """Draw a globe, lit from the upper left."""
    globe = Image.new("RGB", image.size, mix(palette.sky[1], deep, 0.72))
    lit_side = (center[0] - radius * 0.5, center[1] - radius * 0.45)
    glow(globe, lit_side, radius * 2.3, mix(palette.sky[-1], palette.sky[-2], 0.4), 1.0)
    mask = Image.new("RGB", image.size)
    disc(mask, center, radius, (255, 255, 255))
    image.paste(globe, (0, 0), mask.getchannel("R"))
