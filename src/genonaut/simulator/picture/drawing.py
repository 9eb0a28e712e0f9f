"""Draws the picture of a request."""

import msgspec
from PIL import Image

from genonaut.simulator.picture import land, sky
from genonaut.simulator.picture.color import Color, mix
from genonaut.simulator.picture.mark import put_mark
from genonaut.simulator.picture.mood import Mood, mood_of
from genonaut.simulator.picture.request import PictureRequest
from genonaut.simulator.picture.scene import Landform, Scene, scene_of
from genonaut.simulator.picture.shapes import Point, disc, glow, vignette
from genonaut.simulator.picture.style import apply_style
from genonaut.simulator.picture.subjects import SUBJECTS

# Larger pictures are drawn at this long side and enlarged: soft shapes lose nothing by it.
MAX_DRAWN_EDGE = 1536

_RIDGES = {  # how many, how high (of the picture's height), how rough
    Landform.SEA: (1, 0.07, 0.5),
    Landform.MOUNTAINS: (5, 0.34, 0.62),
    Landform.HILLS: (4, 0.15, 0.42),
    Landform.FOREST: (4, 0.2, 0.48),
    Landform.TOWN: (2, 0.02, 0.42),
    Landform.DUNES: (4, 0.17, 0.36),
}


class _View(msgspec.Struct, frozen=True):
    """One picture in the making; places in pixels from the upper left corner."""

    request: PictureRequest
    mood: Mood
    scene: Scene
    size: tuple[int, int]
    horizon: float
    light: Point


def draw(request: PictureRequest) -> Image.Image:
    """Return the finished RGB picture, (width, height) in pixels as requested."""
    size = (request.width, request.height)
    scale = min(1.0, MAX_DRAWN_EDGE / max(size))
    drawn = (max(1, round(size[0] * scale)), max(1, round(size[1] * scale)))
    scene, mood = scene_of(request), mood_of(request)
    if scene.landform is Landform.SPACE:
        picture = _space(request, drawn, mood)
    else:
        picture = _landscape(request, drawn, mood, scene)
    picture = apply_style(picture, request)
    if drawn != size:
        picture = picture.resize(size, Image.Resampling.BICUBIC)
    put_mark(picture)
    return picture


def _landscape(
    request: PictureRequest, size: tuple[int, int], mood: Mood, scene: Scene
) -> Image.Image:
    dice = request.layout_dice("view")
    horizon = size[1] * dice.uniform(0.52, 0.66)
    height_of_light = 0.3 if scene.aurora else dice.uniform(0.28, 0.88)
    light = (size[0] * dice.uniform(0.18, 0.82), horizon * height_of_light)
    view = _View(request, mood, scene, size, horizon, light)
    picture = _soft_sky(view)
    if mood.dark:
        sky.paint_stars(picture, request.layout_dice("stars"), horizon)
    sky.paint_light(picture, mood, light, min(size) * dice.uniform(0.028, 0.06))
    ground = _ground(picture, view)
    for name in scene.subjects:
        SUBJECTS[name](picture, mood, request.layout_dice(name), ground)
    return picture


def _soft_sky(view: _View) -> Image.Image:
    """Paint what has no edges at half the size, which is four times as fast and looks the same."""
    size, mood, request = view.size, view.mood, view.request
    half = (max(1, size[0] // 2), max(1, size[1] // 2))
    horizon = view.horizon * half[1] / size[1]
    center = (view.light[0] * half[0] / size[0], view.light[1] * half[1] / size[1])
    picture = sky.paint_sky(half, mood, horizon)
    if view.scene.aurora:
        sky.paint_aurora(picture, request.layout_dice("aurora"), horizon)
    sky.paint_halo(picture, mood, center)
    if not view.scene.aurora:
        sky.paint_clouds(picture, mood, request.layout_dice("clouds"), horizon)
    return vignette(picture, 0.3).resize(size, Image.Resampling.BILINEAR)


def _ground(picture: Image.Image, view: _View) -> float:
    """Paint everything below the sky; return where things stand, in pixels from the top."""
    mood, height, landform = view.mood, view.size[1], view.scene.landform
    dice = view.request.layout_dice("land")
    shore = height * 0.82 if view.scene.water else float(height)
    middle = _ridges(picture, view, shore)
    if landform is Landform.SEA:
        land.paint_water(picture, mood, dice, view.horizon, view.light[0])
        return view.horizon + height * 0.06
    if view.scene.water:
        land.paint_water(picture, mood, dice, shore, view.light[0])
        return shore
    return min(height * 0.93, middle + height * 0.02)


def _ridges(picture: Image.Image, view: _View, shore: float) -> float:
    """Paint one skyline behind the other; return the middle height of the closest."""
    landform, mood, height = view.scene.landform, view.mood, view.size[1]
    count, rise, roughness = _RIDGES[landform]
    dice = view.request.layout_dice("ridges")
    line: list[Point] = []
    for index in range(count):
        part = (index + 1) / count
        closeness = 0.16 + 0.8 * part**0.9
        base = view.horizon + (shore - view.horizon) * part**1.25 * 0.82 - height * 0.02
        if landform is Landform.SEA:  # a far coast
            closeness, base = 0.32, view.horizon
        drop = height * rise * (1 - 0.45 * part)
        line = land.ridge_line(picture.width, dice, base=base, height=drop, roughness=roughness)
        color = mix(mood.horizon, mood.near, closeness)
        misty = mix(color, mood.horizon, 0.42 * (1 - 0.7 * part))
        if landform is Landform.TOWN:
            land.paint_town(picture, mood, dice, base=base, shade=color)
        land.paint_ridge(picture, line, color, misty)
        if landform is Landform.FOREST and index >= count - 2:
            land.paint_trees(picture, line, color, dice)
    return line[len(line) // 2][1]


def _space(request: PictureRequest, size: tuple[int, int], mood: Mood) -> Image.Image:
    dice = request.layout_dice("space")
    width, height = size
    deep = mix(mood.sky[0], (3, 4, 12), 0.6)
    picture = Image.new("RGB", size, deep)
    for _ in range(9):
        center = (dice.random() * width, dice.random() * height)
        shade = mix(dice.choice(mood.sky[1:]), (200, 60, 140), dice.uniform(0, 0.4))
        glow(picture, center, max(size) * dice.uniform(0.2, 0.55), shade, dice.uniform(0.2, 0.5))
    sky.paint_stars(picture, dice, height)
    sky.paint_stars(picture, dice, height)
    radius = min(size) * dice.uniform(0.12, 0.26)
    center = (width * dice.uniform(0.25, 0.75), height * dice.uniform(0.35, 0.65))
    glow(picture, center, radius * 2.4, mood.light, 0.55)
    _planet(picture, mood, center, radius, deep)
    return vignette(picture, 0.3)


def _planet(picture: Image.Image, mood: Mood, center: Point, radius: float, deep: Color) -> None:
    """Draw a globe, lit from the upper left."""
    globe = Image.new("RGB", picture.size, mix(mood.sky[1], deep, 0.72))
    lit_side = (center[0] - radius * 0.5, center[1] - radius * 0.45)
    glow(globe, lit_side, radius * 2.3, mix(mood.sky[-1], mood.sky[-2], 0.4), 1.0)
    mask = Image.new("RGB", picture.size)
    disc(mask, center, radius, (255, 255, 255))
    picture.paste(globe, (0, 0), mask.getchannel("R"))
