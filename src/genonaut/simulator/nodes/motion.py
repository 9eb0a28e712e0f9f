"""Turns one drawn image into the frames of a video."""

import math

from PIL import Image

from genonaut.simulator.nodes.pixels import resized, rgb
from genonaut.simulator.nodes.values import Images

_MARGIN = 0.08  # share of the image that the camera moves


def moving(
    image: Image.Image,
    frames: int,
    seed: int,
    first: Image.Image | None = None,
    last: Image.Image | None = None,
) -> Images:
    """Return the frames of a slow camera movement; a single frame is the image itself.

    ``first`` and ``last`` are frames that the video starts and ends with; it fades from and to them.
    """
    if frames == 1 and first is None:
        return (image,)
    return tuple(
        _frame(image, index / max(1, frames - 1), seed, first, last) for index in range(frames)
    )


def _frame(
    image: Image.Image,
    position: float,
    seed: int,
    first: Image.Image | None,
    last: Image.Image | None,
) -> Image.Image:
    frame = _panned(image, position, seed)
    if first is not None:
        start = resized(rgb(first), image.size, "bicubic")
        frame = Image.blend(start, frame, min(1.0, position * (2 if last is None else 1)))
    if last is not None:
        end = resized(rgb(last), image.size, "bicubic")
        frame = Image.blend(frame, end, max(0.0, 2 * position - 1))
    return frame


def _panned(image: Image.Image, position: float, seed: int) -> Image.Image:
    width, height = image.size
    angle = seed % 8 * math.pi / 4
    x = (1 + math.cos(angle) * (2 * position - 1)) / 2 * width * _MARGIN
    y = (1 + math.sin(angle) * (2 * position - 1)) / 2 * height * _MARGIN
    box = (x, y, x + width * (1 - _MARGIN), y + height * (1 - _MARGIN))
    return image.resize(image.size, Image.Resampling.BILINEAR, box)
