"""Boxes of ISO base media files (MP4, AVIF). Source: ISO/IEC 14496-12."""

import struct
from collections.abc import Iterator

import msgspec

_HEADER = 8


class Box(msgspec.Struct, frozen=True):
    """One box: its type, where its content starts, and its content."""

    kind: bytes
    start: int
    body: bytes


def box(kind: bytes, *parts: bytes) -> bytes:
    """Return a box."""
    body = b"".join(parts)
    return struct.pack(">I4s", _HEADER + len(body), kind) + body


def full_box(kind: bytes, *parts: bytes, version: int = 0, flags: int = 0) -> bytes:
    """Return a box with version and flags."""
    return box(kind, struct.pack(">I", version << 24 | flags), *parts)


def boxes(data: bytes, offset: int = 0) -> Iterator[Box]:
    """Yield the boxes of some bytes; ``offset`` is where they start in the file."""
    at = 0
    while at + _HEADER <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        header = _HEADER
        if size == 1 and at + 16 <= len(data):  # a 64-bit size follows
            (size,) = struct.unpack_from(">Q", data, at + _HEADER)
            header = 16
        end = len(data) if size == 0 else at + size
        if end < at + header or end > len(data):
            raise ValueError(f"the box {kind!r} at {offset + at} has the impossible size {size}")
        yield Box(kind, offset + at + header, data[at + header : end])
        at = end


def find(data: bytes, *path: bytes) -> Box | None:
    """Return the first box at a path such as ``moov``, ``trak``."""
    found: Box | None = None
    inner, offset = data, 0
    for kind in path:
        found = next((one for one in boxes(inner, offset) if one.kind == kind), None)
        if found is None:
            return None
        inner, offset = found.body, found.start
    return found
