"""Identify and fully decode image files, within limits."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from contextlib import suppress
from enum import StrEnum
from functools import cache
from pathlib import Path

import msgspec
from PIL import UnidentifiedImageError

from genonaut.core.sizes import format_bytes
from genonaut.storage import avif, jpeg, png, webp
from genonaut.storage.errors import BadImageError, BadImageReason
from genonaut.storage.pillow import Image, ImageOps
from genonaut.storage.png_pixels import with_stored_pixels


@cache
def decoding_errors() -> tuple[type[Exception], ...]:
    """Return what Pillow raises for damaged data.

    The bytes are in memory: an OSError is not the disk's.
    Source: Pillow, ImageFile.load and the PNG, JPEG, WebP and AVIF plugins.
    """
    return (
        OSError,
        SyntaxError,
        ValueError,
        TypeError,
        EOFError,
        LookupError,
        OverflowError,
        struct.error,
        zlib.error,
        RuntimeError,  # of libavif
        Image.DecompressionBombError,
        Warning,  # where warnings are errors
    )


def making_errors() -> tuple[type[Exception], ...]:
    """Return what Pillow raises for pixels that it cannot resize or encode, and a full memory."""
    return (*decoding_errors(), MemoryError, ArithmeticError)


class ImageFormat(StrEnum):
    """The accepted formats; the value is also the file extension."""

    PNG = "png"
    JPEG = "jpg"
    WEBP = "webp"
    AVIF = "avif"

    @property
    def mime(self) -> str:
        """The media type, for Content-Type."""
        return "image/jpeg" if self is ImageFormat.JPEG else f"image/{self.value}"


class ImageLimits(msgspec.Struct, frozen=True, kw_only=True):
    """Limits of an image, checked from its header before a pixel is decoded.

    The defaults allow the largest supported render. Decoding takes up to 4 bytes per pixel: 256 MiB
    at the default limit.
    """

    max_bytes: int = 64 * 1024 * 1024
    max_pixels: int = 8192 * 8192
    # All frames of an animation together; each one is decoded, about 25 ms per megapixel.
    max_animation_pixels: int = 4 * 8192 * 8192


class ImageFacts(msgspec.Struct, frozen=True):
    """Properties of an image file; sizes in pixels as displayed, after EXIF rotation."""

    width: int
    height: int
    mime: str
    format: ImageFormat
    size_bytes: int
    sha256: str
    frames: int


class Decoded(msgspec.Struct, frozen=True):
    """The decoded first frame, as displayed, in the mode of the file."""

    format: ImageFormat
    frames: int
    pixels: Image.Image

    def facts(self, data: bytes) -> ImageFacts:
        """Return the properties of the file with the bytes ``data``."""
        return ImageFacts(
            width=self.pixels.width,
            height=self.pixels.height,
            mime=self.format.mime,
            format=self.format,
            size_bytes=len(data),
            sha256=hashlib.sha256(data).hexdigest(),
            frames=self.frames,
        )


def inspect_image(path: Path, limits: ImageLimits) -> ImageFacts:
    """Read and fully decode an image file; its name and extension are ignored.

    Blocks for about 7 ms at 512x512 pixels.

    Raises:
        BadImageError: not PNG, JPEG, WebP or AVIF, truncated, damaged, or beyond the limits.
        OSError: the file cannot be read.
    """
    data = read_limited(path, limits)
    return decode_image(data, limits).facts(data)


def read_limited(path: Path, limits: ImageLimits) -> bytes:
    """Read a whole file, at most one byte more than the limit.

    Raises:
        BadImageError: the file has more than ``max_bytes``.
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        data = file.read(limits.max_bytes + 1)
    if len(data) > limits.max_bytes:
        raise BadImageError(
            f"more than {format_bytes(limits.max_bytes)}", reason=BadImageReason.TOO_MANY_BYTES
        )
    return data


def decode_image(data: bytes, limits: ImageLimits) -> Decoded:
    """Decode every pixel of every frame and return the first frame, rotated as EXIF says.

    Damage of a PNG is always found by its checksums. The others have none: a truncated file is
    found, damage that still decodes is not.

    Raises:
        BadImageError: see `inspect_image`.
    """
    image_format = sniff_format(data)
    if image_format is ImageFormat.AVIF:
        # As for WebP in `pillow`; loaded at the first AVIF, because few installations see one.
        from PIL import AvifImagePlugin  # noqa: F401, PLC0415
    frames = _check_header(data, image_format, limits)
    source = with_stored_pixels(data) if image_format is ImageFormat.PNG else data
    try:
        with Image.open(io.BytesIO(source), formats=[image_format.name]) as image:
            image.load()
            pixels = image.copy() if frames > 1 else image
            for frame in range(1, frames):
                image.seek(frame)
                image.load()
    except decoding_errors() as error:
        raise _undecodable(image_format, error) from error
    with suppress(*decoding_errors()):  # damaged EXIF does not affect the pixels
        ImageOps.exif_transpose(pixels, in_place=True)
    return Decoded(image_format, frames, pixels)


def sniff_format(data: bytes) -> ImageFormat:
    """Return the format, recognised by the first bytes.

    Raises:
        BadImageError: the format is not accepted; the message quotes the first bytes.
    """
    if data.startswith(png.SIGNATURE):
        return ImageFormat.PNG
    if data.startswith(jpeg.START):
        return ImageFormat.JPEG
    if webp.is_webp(data):
        return ImageFormat.WEBP
    if avif.is_avif(data):
        return ImageFormat.AVIF
    if any(start.startswith(data) for start in (png.SIGNATURE, jpeg.START, b"RIFF")):
        raise BadImageError("the file ends at once", reason=BadImageReason.TRUNCATED)
    raise BadImageError(
        f"not PNG, JPEG, WebP or AVIF: it starts with {data[:16]!r}",
        reason=BadImageReason.UNKNOWN_FORMAT,
    )


def _check_header(data: bytes, image_format: ImageFormat, limits: ImageLimits) -> int:
    """Check the container and its declared size against the limits; return the frames."""
    frames = 1
    match image_format:
        case ImageFormat.PNG:
            header = png.read_header(data)
            width, height, frames = header.width, header.height, header.frames
        case ImageFormat.JPEG:
            width, height = jpeg.read_size(data)
        case ImageFormat.WEBP:
            canvas = webp.read_header(data)
            width, height, frames = canvas.width, canvas.height, canvas.frames
        case ImageFormat.AVIF:
            width, height, frames = _avif_size(data)
    limit = limits.max_pixels if frames == 1 else limits.max_animation_pixels
    if width * height > limits.max_pixels or width * height * frames > limit:
        what = f"{width:,} x {height:,} pixels"
        what += f" in {frames:,} frames" if frames > 1 else ""
        raise BadImageError(
            f"{what} are too many; at most {limit:,} pixels are allowed",
            reason=BadImageReason.TOO_MANY_PIXELS,
        )
    return frames


def _avif_size(data: bytes) -> tuple[int, int, int]:
    """Return width, height and frames; reads the tables of the file, no pixel."""
    try:
        with Image.open(io.BytesIO(data), formats=["AVIF"]) as image:
            return image.width, image.height, getattr(image, "n_frames", 1)
    except UnidentifiedImageError as error:
        raise BadImageError(
            "the AVIF does not decode: its tables are damaged", reason=BadImageReason.CORRUPT
        ) from error
    except decoding_errors() as error:
        raise _undecodable(ImageFormat.AVIF, error) from error


def _undecodable(image_format: ImageFormat, error: BaseException) -> BadImageError:
    cut_off = "truncated" in str(error).lower()
    return BadImageError(
        f"the {image_format.name} does not decode: {error}",
        reason=BadImageReason.TRUNCATED if cut_off else BadImageReason.CORRUPT,
    )
