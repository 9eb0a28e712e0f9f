"""The blurred image that a page shows while a thumbnail loads: a ThumbHash of about 25 bytes.

Source of the format: https://evanw.github.io/thumbhash/ (luminance and two colour differences,
each a few cosine coefficients of four bits). The encoder is our own: the `thumbhash` package takes
30 ms at its 100 pixels an edge and fails on transparency (docs/decisions/image-pipeline.md).
"""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence
from functools import lru_cache
from operator import add, mul, sub

import msgspec

from genonaut.storage.pillow import Image

# The finest detail has 7 half-waves: 16 samples per edge are more than two for each. The format allows 100.
_EDGE_PX = 16
_LONGEST_USED_PX = 24
"""Smaller images are not reduced."""
_FULL = 255
"""Value of a full channel."""


class _Channel(msgspec.Struct, frozen=True):
    """Cosine coefficients: the mean, the others scaled to -1..1, and that scale."""

    mean: float
    details: Sequence[float]
    scale: float


def make_placeholder(image: Image.Image) -> str:
    """Return the ThumbHash of an RGB or RGBA image of any size, in base64 (28 to 36 characters).

    Takes about 0.3 ms for a 256-pixel thumbnail.
    """
    width, height = image.size
    small = _shrink(image).convert("RGBA")
    *colours, alpha = (band.tobytes() for band in small.split())
    has_alpha = min(alpha) < _FULL
    red, green, blue = (_over_average(band, alpha) if has_alpha else band for band in colours)
    detail = 5 if has_alpha else 7
    nx = max(1, round(detail * width / max(width, height)))
    ny = max(1, round(detail * height / max(width, height)))
    # Sums of whole values, divided at the end: half the time of one expression per pixel.
    both = list(map(add, red, green))
    sums = list(map(add, both, blue))
    light = _transform(sums, 3 * _FULL, small.size, max(3, nx), max(3, ny))
    yellow = _transform(list(map(sub, both, map(add, blue, blue))), 2 * _FULL, small.size, 3, 3)
    redness = _transform(list(map(sub, red, green)), _FULL, small.size, 3, 3)
    opacity = _transform(alpha, _FULL, small.size, 5, 5) if has_alpha else None
    shorter = ny if width > height else nx
    packed = _pack(light, yellow, redness, opacity, landscape=width > height, shorter=shorter)
    return base64.b64encode(packed).decode("ascii")


def _shrink(image: Image.Image) -> Image.Image:
    longest = max(image.size)
    if longest <= _LONGEST_USED_PX:
        return image
    size = tuple(max(1, round(edge * _EDGE_PX / longest)) for edge in image.size)
    return image.resize((size[0], size[1]), Image.Resampling.BOX, reducing_gap=1)


def _over_average(channel: bytes, alpha: bytes) -> Sequence[float]:
    """Blend the colour over its average, so that transparent pixels do not tint the rest."""
    covered = sum(alpha)
    average = sum(map(mul, channel, alpha)) / covered if covered else 0.0
    return [
        (average * (_FULL - a) + value * a) / _FULL for value, a in zip(channel, alpha, strict=True)
    ]


@lru_cache(maxsize=1024)
def _cosines(length: int, frequency: int) -> tuple[float, ...]:
    return tuple(math.cos(math.pi / length * frequency * (i + 0.5)) for i in range(length))


def _transform(
    values: Sequence[float], full: int, size: tuple[int, int], nx: int, ny: int
) -> _Channel:
    """Return the coefficients of the lower triangle of nx by ny frequencies, row by row.

    ``full`` is the value that counts as 1.
    """
    width, height = size
    rows = [values[start : start + width] for start in range(0, width * height, width)]
    by_frequency = [[sum(map(mul, row, _cosines(width, cx))) for row in rows] for cx in range(nx)]
    coefficients = [
        sum(map(mul, by_frequency[cx], _cosines(height, cy))) / (width * height * full)
        for cy in range(ny)
        for cx in range(nx)
        if cx * ny < nx * (ny - cy)
    ]
    mean, *details = coefficients
    scale = max(map(abs, details))
    # A flat area leaves rounding noise only; scaling that up would draw patterns.
    if scale < 1e-9:  # noqa: PLR2004
        return _Channel(mean, [0.0] * len(details), 0.0)
    return _Channel(mean, [detail / scale for detail in details], scale)


def _pack(
    light: _Channel,
    yellow: _Channel,
    redness: _Channel,
    opacity: _Channel | None,
    *,
    landscape: bool,
    shorter: int,
) -> bytes:
    head = (
        _level(light.mean, 63)
        | _level((yellow.mean + 1) / 2, 63) << 6
        | _level((redness.mean + 1) / 2, 63) << 12
        | _level(light.scale, 31) << 18
        | (opacity is not None) << 23
    )
    tail = (
        shorter | _level(yellow.scale, 63) << 3 | _level(redness.scale, 63) << 9 | landscape << 15
    )
    packed = head.to_bytes(3, "little") + tail.to_bytes(2, "little")
    channels = [light, yellow, redness]
    if opacity is not None:
        packed += bytes([_level(opacity.mean, 15) | _level(opacity.scale, 15) << 4])
        channels.append(opacity)
    levels = [_level((detail + 1) / 2, 15) for channel in channels for detail in channel.details]
    levels += [0] * (len(levels) % 2)
    pairs = zip(levels[::2], levels[1::2], strict=True)
    return packed + bytes(low | high << 4 for low, high in pairs)


def _level(value: float, steps: int) -> int:
    """Return ``value`` of 0..1 as one of ``steps`` + 1 levels."""
    return min(steps, max(0, round(value * steps)))
