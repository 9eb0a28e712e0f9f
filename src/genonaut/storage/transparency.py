"""Whether an image has transparent pixels."""

from __future__ import annotations

from genonaut.storage import png, webp
from genonaut.storage.pillow import Image

HEADER_BYTES = 65_536
"""Enough for the chunks before the pixels, unless texts are larger."""
# Source: PNG, third edition, table 3: greyscale with alpha, truecolour with alpha.
_PNG_WITH_ALPHA = {4, 6}
_OPAQUE = 255


def may_be_transparent(start: bytes) -> bool:
    """Return whether the file that begins with these bytes has an alpha channel; JPEG has none.

    A PNG with a transparent colour or palette is found if its ``tRNS`` chunk is within the bytes.
    """
    if start.startswith(png.SIGNATURE):
        # The colour type is the tenth byte of IHDR, whose data begin at 16.
        has_channel = len(start) > 25 and start[25] in _PNG_WITH_ALPHA  # noqa: PLR2004
        return has_channel or b"tRNS" in start.partition(b"IDAT")[0]
    if webp.is_webp(start):
        return _webp_alpha(start)
    return False


def _webp_alpha(start: bytes) -> bool:
    """Return the alpha flag. Source: RFC 9649, sections 2.7 (VP8X) and 3.4 (VP8L header)."""
    kind, flags = start[12:16], start[20:25]
    if kind == b"VP8X":
        return bool(flags[:1]) and bool(flags[0] & 0x10)
    return kind == b"VP8L" and len(flags) > 4 and bool(flags[4] & 0x10)  # noqa: PLR2004


def is_transparent(image: Image.Image) -> bool:
    """Return whether a pixel of a decoded image is not opaque."""
    if image.mode in {"RGBA", "LA", "PA", "La", "RGBa"}:
        return bool(image.getchannel(image.getbands()[-1]).getextrema()[0] != _OPAQUE)
    if "transparency" not in image.info:
        return False
    return bool(image.convert("RGBA").getchannel("A").getextrema()[0] != _OPAQUE)
