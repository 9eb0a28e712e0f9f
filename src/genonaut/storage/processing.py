"""Derive the data of a content item from a downloaded file; pixels are decoded once."""

from pathlib import Path

import msgspec

from genonaut.storage.images import (
    ImageFacts,
    ImageFormat,
    ImageLimits,
    decode_image,
    read_limited,
)
from genonaut.storage.metadata import with_parameters
from genonaut.storage.placeholder import make_placeholder
from genonaut.storage.thumbnails import Thumbnail, make_thumbnails


class ProcessedImage(msgspec.Struct, frozen=True):
    """A checked image: the bytes to store, and the data derived from them.

    ``facts`` describe ``data`` (size and sha256 include the added parameters); ``thumbnails`` are
    small, medium, large; ``placeholder`` is a ThumbHash in base64.
    """

    data: bytes
    facts: ImageFacts
    thumbnails: tuple[Thumbnail, ...]
    placeholder: str


def process_image(source: Path, *, a1111: str | None, limits: ImageLimits) -> ProcessedImage:
    """Check an image, make thumbnails and placeholder; blocks for about 14 ms at 512x512 pixels.

    Args:
        source: The downloaded file; it is not changed.
        a1111: Text for ``parameters`` of a PNG; None adds nothing, other formats ignore it.
        limits: Limits of the image.

    Raises:
        BadImageError: not an accepted image; see `decode_image`.
        OSError: the file cannot be read.
    """
    data = read_limited(source, limits)
    decoded = decode_image(data, limits)
    thumbnails = make_thumbnails(decoded.pixels)
    if a1111 is not None and decoded.format is ImageFormat.PNG:
        data = with_parameters(data, a1111)
    return ProcessedImage(
        data=data,
        facts=decoded.facts(data),
        thumbnails=thumbnails.encoded,
        placeholder=make_placeholder(thumbnails.smallest),
    )
