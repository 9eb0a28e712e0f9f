"""Thumbnails: WebP, and JPEG for clients that do not accept WebP."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from concurrent.futures import Executor
from enum import StrEnum

import msgspec

from genonaut.storage.colours import displayable, resizable
from genonaut.storage.errors import BadImageError, BadImageReason
from genonaut.storage.images import decoding_errors
from genonaut.storage.pillow import Image

THUMBNAIL_MIME = "image/webp"
# Measured in docs/decisions/image-pipeline.md: method 0 takes a fifth of the default's time, and its
# files are at most a fifth larger.
_WEBP_QUALITY, _WEBP_METHOD = 80, 0
_JPEG_QUALITY = 85
# Without them Pillow may write those of the source.
_NO_METADATA = {"exif": b"", "xmp": b"", "icc_profile": b""}
# Average whole blocks where possible: at half the size this takes a fifth of the time of a filter.
_REDUCING_GAP = 1.0


class ThumbnailSize(StrEnum):
    """The thumbnail sizes of the API."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"

    @property
    def longest_edge_px(self) -> int:
        """The longest edge in pixels; smaller images are not enlarged to it."""
        return _LONGEST_EDGE_PX[self]


_LONGEST_EDGE_PX = {
    ThumbnailSize.SMALL: 256,
    ThumbnailSize.MEDIUM: 512,
    ThumbnailSize.LARGE: 1024,
}


class Thumbnail(msgspec.Struct, frozen=True):
    """One WebP thumbnail; size in pixels. Equal thumbnails share their ``data``."""

    size: ThumbnailSize
    width: int
    height: int
    data: bytes
    sha256: str

    @property
    def longest_edge_px(self) -> int:
        """The actual longest edge in pixels."""
        return max(self.width, self.height)


class ThumbnailSet(msgspec.Struct, frozen=True):
    """The three thumbnails, small first, and the pixels of the small one in RGB or RGBA."""

    encoded: tuple[Thumbnail, ...]
    smallest: Image.Image


class ThumbnailsInMaking:
    """Thumbnails whose encoding has begun."""

    def __init__(
        self, images: Mapping[ThumbnailSize, Image.Image], encoder: Executor | None
    ) -> None:
        """Encode the largest one in a thread of ``encoder``; without it, ``finish`` does everything."""
        self._images = images
        self.smallest = images[ThumbnailSize.SMALL]
        self._largest = images[ThumbnailSize.LARGE]
        self._pending = None if encoder is None else encoder.submit(_encode_webp, self._largest)

    def finish(self) -> tuple[Thumbnail, ...]:
        """Return the thumbnails, small first; sizes with the same pixels share their bytes."""
        encoded: dict[int, tuple[bytes, str]] = {}
        for image in self._images.values():
            if id(image) not in encoded and (image is not self._largest or self._pending is None):
                encoded[id(image)] = _with_hash(_encode_webp(image))
        if self._pending is not None:
            encoded[id(self._largest)] = _with_hash(self._pending.result())
        return tuple(
            Thumbnail(size, *image.size, *encoded[id(image)])
            for size, image in self._images.items()
        )


def begin_thumbnails(pixels: Image.Image, encoder: Executor | None) -> ThumbnailsInMaking:
    """Begin to make the thumbnails of a decoded image in any mode.

    Colours are converted to sRGB; transparency is kept. Each size is made from the next larger one.
    """
    profile = pixels.info.get("icc_profile")
    image = _fit(resizable(pixels), ThumbnailSize.LARGE.longest_edge_px)
    image = displayable(image, profile)
    images = {}
    for size in sorted(ThumbnailSize, key=lambda size: -size.longest_edge_px):
        images[size] = image = _fit(image, size.longest_edge_px)
    return ThumbnailsInMaking({size: images[size] for size in ThumbnailSize}, encoder)


def make_thumbnails(pixels: Image.Image) -> ThumbnailSet:
    """Return the thumbnails of a decoded image in any mode; see ``begin_thumbnails``."""
    making = begin_thumbnails(pixels, None)
    return ThumbnailSet(making.finish(), making.smallest)


def size_of(webp: bytes) -> tuple[int, int]:
    """Decode a WebP thumbnail and return its width and height in pixels.

    Raises:
        BadImageError: the bytes are not a WebP image.
    """
    with _opened(webp) as image:
        return image.size


def as_jpeg(webp: bytes) -> bytes:
    """Return a WebP thumbnail as JPEG, blended over white; about 2 ms at 512x512 pixels.

    Raises:
        BadImageError: the bytes are not a WebP image.
    """
    with _opened(webp) as image:
        flat = flatten(image)
        flat.info = {}
        return _encode(flat, "JPEG", quality=_JPEG_QUALITY, optimize=False)


def flatten(image: Image.Image) -> Image.Image:
    """Return the image as RGB, blended over white."""
    if image.mode != "RGBA":
        return image.convert("RGB")
    background = Image.new("RGB", image.size, "white")
    background.paste(image, mask=image.getchannel("A"))
    return background


def _opened(webp: bytes) -> Image.Image:
    """Return the decoded image."""
    try:
        image = Image.open(io.BytesIO(webp), formats=["WEBP"])
        image.load()
    except decoding_errors() as error:
        raise BadImageError(
            f"the thumbnail does not decode: {error}", reason=BadImageReason.CORRUPT
        ) from error
    return image


def _fit(image: Image.Image, longest_edge_px: int) -> Image.Image:
    longest = max(image.size)
    if longest <= longest_edge_px:
        return image
    width, height = (max(1, round(edge * longest_edge_px / longest)) for edge in image.size)
    return image.resize((width, height), Image.Resampling.HAMMING, reducing_gap=_REDUCING_GAP)


def _encode_webp(image: Image.Image) -> bytes:
    options = {"quality": _WEBP_QUALITY, "method": _WEBP_METHOD}
    return _encode(image, "WEBP", **options, **_NO_METADATA)


def _with_hash(data: bytes) -> tuple[bytes, str]:
    return data, hashlib.sha256(data).hexdigest()


def _encode(image: Image.Image, image_format: str, **options: int | bytes) -> bytes:
    file = io.BytesIO()
    image.save(file, image_format, **options)
    return file.getvalue()
