"""Texts of WebP files: EXIF and XMP."""

import struct
from collections.abc import Iterator

from genonaut.metadata.containers.exif import exif_entries
from genonaut.metadata.containers.xmp import xmp_entries
from genonaut.metadata.entries import Entry

_HEAD_BYTES = 12


def is_webp(data: bytes) -> bool:
    """Return whether the file starts as WebP does."""
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"


def webp_entries(data: bytes) -> Iterator[Entry]:
    """Return the texts; malformed ones are left out."""
    position = _HEAD_BYTES
    while position + 8 <= len(data):
        kind = data[position : position + 4]
        (length,) = struct.unpack_from("<I", data, position + 4)
        content = data[position + 8 : position + 8 + length]
        position += 8 + length + length % 2
        if kind == b"EXIF":
            yield from exif_entries(content)
        elif kind == b"XMP ":
            yield from xmp_entries(content)
