"""Pixels that an image must have: those of its source outside of a mask."""

from __future__ import annotations

import io

import structlog

from genonaut.storage import png
from genonaut.storage.images import Decoded, ImageFormat
from genonaut.storage.pillow import Image, ImageChops

log = structlog.get_logger()
_TEXT_KINDS = frozenset({b"tEXt", b"zTXt", b"iTXt"})


class KeptPixels:
    """The source of an image and its mask; where the mask is 0, the image must equal the source."""

    def __init__(self, source: Image.Image, mask: Image.Image) -> None:
        """Take an RGB image and an 8-bit greyscale mask of the same size."""
        self._source = source
        self._outside = mask.point(lambda value: 0 if value else 255)

    def restored(self, data: bytes, decoded: Decoded) -> tuple[bytes, Decoded]:
        """Return the image with the pixels of the source outside of the mask.

        An image that has them, as ComfyUI makes it, is returned unchanged. Otherwise it is encoded
        again as PNG, with its texts. An image of another size is returned unchanged.
        """
        pixels = decoded.pixels.convert("RGB")
        if pixels.size != self._source.size:
            return data, decoded
        difference = ImageChops.difference(pixels, self._source)
        difference.paste(0, mask=ImageChops.invert(self._outside))
        if difference.getbbox() is None:
            return data, decoded
        largest = max(band[1] for band in difference.getextrema())  # type: ignore[index]
        log.warning("image.outside_of_mask_changed", largest_difference=largest)
        fixed = Image.composite(self._source, pixels, self._outside)
        return _encoded(fixed, data, decoded), Decoded(ImageFormat.PNG, 1, fixed)


def _encoded(fixed: Image.Image, data: bytes, decoded: Decoded) -> bytes:
    file = io.BytesIO()
    fixed.save(file, "PNG", compress_level=4)
    if decoded.format is not ImageFormat.PNG:
        return file.getvalue()
    texts = [chunk.whole for chunk in png.read_chunks(data) if chunk.kind in _TEXT_KINDS]
    parts: list[bytes | memoryview] = []
    for chunk in png.read_chunks(file.getvalue()):
        parts.append(chunk.whole)
        if chunk.kind == b"IHDR":
            parts += texts
    return png.join(parts)
