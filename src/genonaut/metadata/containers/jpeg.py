"""Texts of JPEG files: EXIF, XMP and comments."""

import struct
from collections.abc import Iterator

from genonaut.metadata.containers.exif import exif_entries
from genonaut.metadata.containers.xmp import HEAD, xmp_entries
from genonaut.metadata.entries import Entry, decode_text

START = b"\xff\xd8\xff"
_EXIF_HEAD = b"Exif\0\0"
_COMMENT, _APP1, _SCAN, _END = 0xFE, 0xE1, 0xDA, 0xD9
_WITHOUT_LENGTH = {0x01, *range(0xD0, 0xD9)}


def jpeg_entries(data: bytes) -> Iterator[Entry]:
    """Return the texts before the pixels; malformed ones are left out."""
    position = 2
    while position + 4 <= len(data) and data[position] == 0xFF:  # noqa: PLR2004 - start of a marker
        marker = data[position + 1]
        if marker in {_SCAN, _END}:
            return
        if marker == 0xFF or marker in _WITHOUT_LENGTH:  # noqa: PLR2004 - fill byte
            position += 1 if marker == 0xFF else 2  # noqa: PLR2004
            continue
        (length,) = struct.unpack_from(">H", data, position + 2)
        content = data[position + 4 : position + 2 + length]
        position += 2 + length
        if marker == _COMMENT:
            yield Entry("jpeg:comment", "Comment", decode_text(content))
        elif marker == _APP1 and content.startswith(_EXIF_HEAD):
            yield from exif_entries(content)
        elif marker == _APP1 and content.startswith(HEAD):
            yield from xmp_entries(content[len(HEAD) :])
