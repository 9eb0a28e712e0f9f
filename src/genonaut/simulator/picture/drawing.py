"""Draws the picture of a request."""

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


def draw(request: PictureRequest) -> Image.Image:
    """Return the finished RGB picture, (width, height) in pixels as requested."""
    size = (request.width, request.height)
    scale = min(1.0, MAX_DRAWN_EDGE / max(size))
    drawn = (max(1, round(size[0] * scale)), max(1, round(size[1] * scale)))
    mood, scene = mood_of(request), scene_of(request)
    picture = (
        _space(request, drawn, mood)
        if scene.landform is Landform.SPACE
        else _landscape(request, drawn, mood, scene)
    )
    picture = vignette(apply_style(picture, request), 0.3)
    if drawn != size:
        picture = picture.resize(size, Image.Resampling.BICUBIC)
    put_mark(picture)
    return picture


def _landscape(
    request: PictureRequest, size: tuple[int, int], mood: Mood, scene: Scene
) -> Image.Image:
    dice = request.layout_dice("view")
    width, height = size
    horizon = height * dice.uniform(0.52, 0.66)
    height_of_light = 0.3 if scene.aurora else dice.uniform(0.28, 0.88)
    light: Point = (width * dice.uniform(0.18, 0.82), horizon * height_of_light)
    picture = _soft_sky(request, size, mood, scene, horizon, light)
    if mood.dark:
        sky.paint_stars(picture, request.layout_dice("stars"), horizon)
    sky.paint_light(picture, mood, light, min(size) * dice.uniform(0.028, 0.06))
    ground = _land(picture, request, mood, scene, horizon, light[0])
    for name in scene.subjects:
        SUBJECTS[name](picture, mood, request.layout_dice(name), ground)
    return picture


def _soft_sky(
    request: PictureRequest,
    size: tuple[int, int],
    mood: Mood,
    scene: Scene,
    horizon: float,
    light: Point,
) -> Image.Image:
    """Paint what has no edges at half the size, which is four times as fast and looks the same."""
    half = (max(1, size[0] // 2), max(1, size[1] // 2))
    horizon = horizon * half[1] / size[1]
    center = (light[0] * half[0] / size[0], light[1] * half[1] / size[1])
    picture = sky.paint_sky(half, mood, horizon)
    if scene.aurora:
        sky.paint_aurora(picture, request.layout_dice("aurora"), horizon)
    sky.paint_halo(picture, mood, center)
    if not scene.aurora:
        sky.paint_clouds(picture, mood, request.layout_dice("clouds"), horizon)
    return picture.resize(size, Image.Resampling.BILINEAR)


def _land(
    picture: Image.Image,
    request: PictureRequest,
    mood: Mood,
    scene: Scene,
    horizon: float,
    light_x: float,
) -> float:
    """Paint everything below the sky; return where things stand, in pixels from the top."""
    count, rise, roughness = _RIDGES[scene.landform]
    dice = request.layout_dice("land")
    height = picture.height
    sea = scene.landform is Landform.SEA
    shore = height * 0.82 if scene.water else float(height)
    line: list[Point] = []
    for index in range(count):
        part = (index + 1) / count
        base = horizon if sea else horizon + (shore - horizon) * (part**1.25) * 0.82 - height * 0.02
        line = land.ridge_line(
            picture.width,
            dice,
            base=base,
            height=height * rise * (1 - 0.45 * part),
            roughness=roughness,
        )
        color = mix(mood.horizon, mood.near, 0.32 if sea else 0.16 + 0.8 * part**0.9)
        misty = mix(color, mood.horizon, 0.42 * (1 - 0.7 * part))
        if scene.landform is Landform.TOWN:
            land.paint_town(picture, mood, dice, base, color)
        land.paint_ridge(picture, line, color, misty)
        if scene.landform is Landform.FOREST and index >= count - 2:
            land.paint_trees(picture, line, color, dice)
    if sea:
        land.paint_water(picture, mood, dice, horizon, light_x)
        return horizon + height * 0.06
    if scene.water:
        land.paint_water(picture, mood, dice, shore, light_x)
        return shore
    middle = line[len(line) // 2][1] if line else horizon
    return min(height * 0.93, middle + height * 0.02)


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
    return picture


def _planet(picture: Image.Image, mood: Mood, center: Point, radius: float, deep: Color) -> None:
    """Draw a globe, lit from the upper left."""
    globe = Image.new("RGB", picture.size, mix(mood.sky[1], deep, 0.72))
    lit_side = (center[0] - radius * 0.5, center[1] - radius * 0.45)
    glow(globe, lit_side, radius * 2.3, mix(mood.sky[-1], mood.sky[-2], 0.4), 1.0)
    mask = Image.new("RGB", picture.size)
    disc(mask, center, radius, (255, 255, 255))
    picture.paste(globe, (0, 0), mask.getchannel("R"))
