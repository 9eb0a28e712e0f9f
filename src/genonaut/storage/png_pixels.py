"""Uncompress the pixels of a PNG before Pillow decodes it.

Pillow inflates with the zlib of the system. ISA-L takes a third of its time; see
docs/decisions/image-pipeline.md. Its wheel exists for CPython on x86-64 and 64-bit ARM; elsewhere Pillow
decodes the file as it is.

Source: PNG Specification, Third Edition (W3C, 2025), sections 7.2 (scanlines), 9 (filters) and 10
(compression); RFC 1950 and 1951.
"""

import struct

from genonaut.core import inflate
from genonaut.storage import png

# Twice this is needed beside the pixels of Pillow. An image of 3,300 x 3,300 pixels in RGB is below it.
_MAX_RAW_BYTES = 32 * 1024 * 1024
_HEADER = struct.Struct(">IIBBBBB")  # section 11.2.1
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by colour type
_STORED_BLOCK_BYTES = 65_535  # RFC 1951, section 3.2.4
_STORED_STREAM = b"\x78\x01"  # RFC 1950, section 2.2


def with_stored_pixels(data: bytes) -> bytes:
    """Return the same PNG with uncompressed pixels, which decodes faster.

    The PNG itself is returned where that is not possible: an animation, an interlaced, very large or
    damaged image, or a machine without ISA-L. The CRCs of the chunks must have been checked.

    Raises:
        BadImageError: the order of the chunks is not that of a PNG.
    """
    if not inflate.IS_FAST:
        return data
    chunks = list(png.read_chunks(data, has_good_crcs=True))
    size = _raw_size(chunks)
    if size is None:
        return data
    raw = inflate.inflate(b"".join(chunk.data for chunk in chunks if chunk.kind == b"IDAT"), size)
    if raw is None:
        return data
    first = next(place for place, chunk in enumerate(chunks) if chunk.kind == b"IDAT")
    others = [chunk.whole for chunk in chunks if chunk.kind != b"IDAT"]
    return png.join([*others[:first], *_stored_chunk(raw), *others[first:]])


def _raw_size(chunks: list[png.Chunk]) -> int | None:
    """Return the number of bytes of all scanlines with their filter types; None: leave the file as it is."""
    header = chunks[0].data
    if len(header) != _HEADER.size or any(chunk.kind == b"acTL" for chunk in chunks):
        return None
    width, height, depth, colour, _, _, interlace = _HEADER.unpack(header)
    if interlace or colour not in _CHANNELS:
        return None
    row_bytes: int = (width * depth * _CHANNELS[colour] + 7) // 8
    size = (row_bytes + 1) * height
    return size if size <= _MAX_RAW_BYTES else None


def _stored_chunk(raw: bytes) -> list[bytes | memoryview]:
    """Return an IDAT chunk that holds the scanlines uncompressed, in parts that are joined once."""
    view = memoryview(raw)
    parts: list[bytes | memoryview] = [_STORED_STREAM]
    for start in range(0, len(raw), _STORED_BLOCK_BYTES):
        block = view[start : start + _STORED_BLOCK_BYTES]
        is_last = start + len(block) == len(raw)
        parts += (struct.pack("<BHH", is_last, len(block), len(block) ^ 0xFFFF), block)
    parts.append(struct.pack(">I", inflate.adler32(raw)))
    return png.chunk_parts(b"IDAT", parts)
