"""Text hidden in the lowest bits of pixels, as NovelAI and an extension of AUTOMATIC1111 write it."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from genonaut.metadata.entries import MAX_TEXT_BYTES, decode_text

if TYPE_CHECKING:
    from PIL.Image import Image

_MARK_BYTES = 15
_LENGTH_BYTES = 4
_MAX_PIXELS = 40_000_000
_MARKS = {
    b"stealth_pngcomp": True,
    b"stealth_pnginfo": False,
    b"stealth_rgbcomp": True,
    b"stealth_rgbinfo": False,
}
_ERRORS = (OSError, ValueError, SyntaxError, EOFError, Warning)


def hidden_text(data: bytes) -> str | None:
    """Return the text hidden in a PNG or lossless WebP; None when there is none.

    The bits run down each column. The length in the image is not trusted: at most 16 MiB are read.
    """
    # Few processes read images; without the plugin, a WebP would load all plugins of Pillow.
    from PIL import Image, WebPImagePlugin  # noqa: F401, PLC0415

    try:
        with Image.open(io.BytesIO(data), formats=["PNG", "WEBP"]) as image:
            if image.width * image.height > _MAX_PIXELS:
                return None
            if image.mode == "RGBA":
                found = _text(_bits(image.getchannel("A")))
                if found is not None:
                    return found
            if image.mode in {"RGB", "RGBA"}:
                return _text(_colour_bits(image.convert("RGB")))
    except (*_ERRORS, Image.DecompressionBombError):
        return None
    return None


def _bits(channel: Image) -> bytes:
    """Return the lowest bit of each pixel, column by column."""
    from PIL.Image import Transpose  # noqa: PLC0415 - as above

    columns = channel.transpose(Transpose.TRANSPOSE)
    return columns.point([value & 1 for value in range(256)]).tobytes()


def _colour_bits(image: Image) -> bytes:
    from PIL.Image import Transpose  # noqa: PLC0415 - as above

    columns = image.transpose(Transpose.TRANSPOSE)
    return columns.point([value & 1 for value in range(256)] * 3).tobytes()


def _text(bits: bytes) -> str | None:
    is_packed = _MARKS.get(_packed(bits[: _MARK_BYTES * 8]))
    if is_packed is None:
        return None
    start = _MARK_BYTES * 8
    length_end = start + _LENGTH_BYTES * 8
    length = int.from_bytes(_packed(bits[start:length_end]), "big")
    if length > min(len(bits) - length_end, MAX_TEXT_BYTES * 8):
        return None
    content = _packed(bits[length_end : length_end + length // 8 * 8])
    if not is_packed:
        return decode_text(content)
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
            plain = file.read(MAX_TEXT_BYTES + 1)
    except (OSError, EOFError, zlib.error):
        return None
    return decode_text(plain) if len(plain) <= MAX_TEXT_BYTES else None


def _packed(bits: bytes) -> bytes:
    """Return bytes from bits, the most significant one first."""
    if not bits:
        return b""
    return int("".join(map(str, _digits(bits))), 2).to_bytes(len(bits) // 8, "big")


def _digits(bits: Iterable[int]) -> Iterable[int]:
    return (bit & 1 for bit in bits)
