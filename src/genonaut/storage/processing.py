"""From a downloaded file to everything a content item needs, the pixels decoded once."""

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
    """A checked image: its bytes as they are to be stored, and what was derived from them.

    ``facts`` describe ``data`` (size and sha256 include the added parameters); ``thumbnails`` are
    small, medium, large; ``placeholder`` is a ThumbHash in base64.
    """

    data: bytes
    facts: ImageFacts
    thumbnails: tuple[Thumbnail, ...]
    placeholder: str


def process_image(source: Path, *, a1111: str | None, limits: ImageLimits) -> ProcessedImage:
    """Check an image and derive everything from it; blocks for about 14 ms at 512x512 pixels.

    Args:
        source: The downloaded file, which stays as it is.
        a1111: Text for ``parameters`` of a PNG; None adds nothing, other formats never get it.
        limits: What the image may cost.

    Raises:
        BadImageError: no image we accept; see `inspect_image`.
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
