"""Derive the data of a content item from a downloaded file; pixels are decoded once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from pathlib import Path

import msgspec
import structlog

from genonaut.storage.errors import BadImageError, BadImageReason
from genonaut.storage.images import (
    ImageFacts,
    ImageFormat,
    ImageLimits,
    decode_image,
    making_errors,
    read_limited,
)
from genonaut.storage.kept_pixels import KeptPixels
from genonaut.storage.metadata import with_parameters
from genonaut.storage.pillow import Image
from genonaut.storage.placeholder import make_placeholder
from genonaut.storage.thumbnails import (
    Thumbnail,
    ThumbnailsInMaking,
    begin_thumbnails,
    make_thumbnails,
)

log = structlog.get_logger()
UNKNOWN_PLACEHOLDER = "IAhCBwAI9wiIh4hwj3CI+AiIgIiIiIgI"
"""The ThumbHash of one grey pixel, for an image from which none could be made."""


class ProcessedImage(msgspec.Struct, frozen=True):
    """A checked image: the bytes to store, and the data derived from them.

    ``facts`` describe ``data`` (size and sha256 include the added parameters); ``thumbnails`` are
    small, medium, large, or none when they could not be made; ``placeholder`` is a ThumbHash in base64.
    """

    data: bytes
    facts: ImageFacts
    thumbnails: tuple[Thumbnail, ...]
    placeholder: str


def process_image(
    source: Path | bytes,
    *,
    a1111: str | None,
    limits: ImageLimits,
    kept: KeptPixels | None = None,
    encoder: Executor | None = None,
    write: Callable[[bytes, ImageFacts], None] | None = None,
) -> ProcessedImage:
    """Check an image, make thumbnails and placeholder; blocks for about 14 ms at 512x512 pixels.

    An image is accepted without thumbnails when they cannot be made: they can be made later.

    Args:
        source: The downloaded file, which is not changed, or its bytes.
        a1111: Text for ``parameters`` of a PNG; None adds nothing, other formats ignore it.
        limits: Limits of the image.
        kept: Pixels that the image must have; they are restored where it differs.
        encoder: Threads for the largest thumbnail, which is encoded beside the other work.
        write: Stores the bytes of the image, before its thumbnails are finished; what it raises is raised.

    Raises:
        BadImageError: not an accepted image; see `decode_image`.
        OSError: the file cannot be read.
    """
    data = source if isinstance(source, bytes) else read_limited(source, limits)
    decoded = decode_image(data, limits)
    if kept is not None:
        data, decoded = kept.restored(data, decoded)
    making = _begun(decoded.pixels, encoder)
    if a1111 is not None and decoded.format is ImageFormat.PNG:
        data = with_parameters(data, a1111, has_good_crcs=True)
    facts = decoded.facts(data)
    if write is not None:
        write(data, facts)
    thumbnails, placeholder = _finished(making)
    return ProcessedImage(
        data=data,
        facts=facts,
        thumbnails=thumbnails,
        placeholder=placeholder,
    )


def thumbnails_of(data: bytes, limits: ImageLimits) -> tuple[Thumbnail, ...]:
    """Return the thumbnails of an image file: small, medium, large.

    Raises:
        BadImageError: not an accepted image, or thumbnails cannot be made from it.
    """
    pixels = decode_image(data, limits).pixels
    try:
        return make_thumbnails(pixels).encoded
    except making_errors() as error:
        raise BadImageError(
            f"no thumbnails can be made: {type(error).__name__}: {error}",
            reason=BadImageReason.CORRUPT,
        ) from error


def _begun(pixels: Image.Image, encoder: Executor | None) -> ThumbnailsInMaking | None:
    """Begin to make the thumbnails; None if the pixels cannot be resized."""
    try:
        return begin_thumbnails(pixels, encoder)
    except making_errors() as error:
        _log(error)
        return None


def _finished(making: ThumbnailsInMaking | None) -> tuple[tuple[Thumbnail, ...], str]:
    """Return thumbnails and placeholder, as far as they can be made."""
    thumbnails: tuple[Thumbnail, ...] = ()
    placeholder = UNKNOWN_PLACEHOLDER
    if making is None:
        return thumbnails, placeholder
    try:
        placeholder = make_placeholder(making.smallest)
    except making_errors() as error:
        _log(error)
    try:
        thumbnails = making.finish()
    except making_errors() as error:
        _log(error)
    return thumbnails, placeholder


def _log(error: BaseException) -> None:
    log.warning("image.thumbnails_failed", error=f"{type(error).__name__}: {error}"[:200])
