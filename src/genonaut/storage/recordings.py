"""Images that stand for videos and sounds: the first frame, and the waveform."""

from __future__ import annotations

import array
import math
from pathlib import Path

import msgspec

from genonaut.storage.errors import BadImageError, BadImageReason
from genonaut.storage.images import ImageLimits
from genonaut.storage.media import (
    START_BYTES,
    BadMediaError,
    MediaFormat,
    MediaUnsupportedError,
    probe_media,
    reason_of,
    sniff_media,
)
from genonaut.storage.pillow import Image, ImageDraw

WAVEFORM_PX = (1024, 256)
_BACKGROUND, _FOREGROUND = (22, 27, 34), (110, 168, 254)
_MAX_SAMPLES = 200_000_000
"""Samples beyond this are not drawn: more than an hour at 48 kHz."""
_BLOCK = 2048
"""Samples from which one peak is taken, before the peaks are drawn."""


class Recording(msgspec.Struct, frozen=True):
    """What is shown of a video or a sound; ``picture`` is None if it cannot be read here."""

    mime: str
    duration_seconds: float | None
    frame_rate: float | None
    picture: Image.Image | None


def read_recording(path: Path, limits: ImageLimits) -> Recording | None:
    """Return properties and image of a video or sound; None if its format is not known here.

    A sound is decoded to its end.

    Raises:
        BadImageError: the file is damaged, or its frames are too large.
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        found = sniff_media(file.read(START_BYTES))
    if found is None:
        return None
    try:
        facts = probe_media(path, found, max_pixels=limits.max_pixels)
        picture = facts.poster if facts.has_video else waveform(_peaks(path, found))
    except MediaUnsupportedError:  # the package av is not installed
        return None
    except BadMediaError as error:
        raise BadImageError(str(error), reason=BadImageReason.CORRUPT) from error
    return Recording(facts.mime, facts.duration_seconds, facts.frame_rate, picture)


def waveform(peaks: list[float]) -> Image.Image:
    """Return the loudness over time as an image; ``peaks`` are 0..1, from the beginning to the end."""
    width, height = WAVEFORM_PX
    image = Image.new("RGB", WAVEFORM_PX, _BACKGROUND)
    draw = ImageDraw.Draw(image)
    middle = height // 2
    for x in range(width):
        first = x * len(peaks) // width
        last = max((x + 1) * len(peaks) // width, first + 1)
        peak = max(peaks[first:last], default=0.0)
        half = max(round(min(peak, 1.0) * (middle - 4)), 1)
        draw.line([(x, middle - half), (x, middle + half)], fill=_FOREGROUND)
    return image


def _peaks(path: Path, found: MediaFormat) -> list[float]:
    """Return the largest value of each block of samples, 0..1."""
    import av  # noqa: PLC0415 - optional, and slow to import

    peaks: list[float] = []
    count = 0
    with path.open("rb") as file:
        try:
            with av.open(file, "r", format=found.demuxer, metadata_errors="replace") as container:
                resampler = av.AudioResampler(format="s16", layout="mono")
                for frame in container.decode(audio=0):
                    for plain in resampler.resample(frame):
                        samples = array.array("h", bytes(plain.planes[0])[: 2 * plain.samples])
                        count += len(samples)
                        peaks += _block_peaks(samples)
                    if count > _MAX_SAMPLES:
                        break
        except (av.FFmpegError, ValueError, MemoryError) as error:
            raise BadMediaError(
                f"the {found.extension} file does not decode: {reason_of(error)}"
            ) from error
    return peaks


def _block_peaks(samples: array.array[int]) -> list[float]:
    blocks = math.ceil(len(samples) / _BLOCK)
    return [
        max(map(abs, samples[index * _BLOCK : (index + 1) * _BLOCK])) / 32_768
        for index in range(blocks)
    ]
