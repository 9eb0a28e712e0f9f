"""PNG as a stream of chunks: check, read and rearrange them without decoding pixels.

Source: PNG Specification, Third Edition (W3C, 2025), sections 5 (datastream) and 11 (chunks).
"""

import struct
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce

import msgspec

from genonaut.core.inflate import crc32
from genonaut.storage.errors import BadImageError, BadImageReason

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_LARGEST_LENGTH = 2**31 - 1  # section 5.3
# Encoders split pixels into chunks of at least 8 KiB; 64 MiB of such chunks are below this limit.
_MAX_CHUNKS = 65_536
_CRC_AND_HEADER_BYTES = 12
_HEADER_BYTES = 8

# Chunks that affect the pixels; all others are metadata. Section 11.
_PIXEL_KINDS = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"acTL", b"fcTL", b"fdAT"}
    | {b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"mDCV", b"cLLI", b"bKGD", b"pHYs"}
)


class Chunk(msgspec.Struct, frozen=True):
    """One chunk: its four-letter kind, its data, and all its bytes with length and CRC."""

    kind: bytes
    data: memoryview
    whole: memoryview


class Header(msgspec.Struct, frozen=True):
    """The declarations of IHDR and acTL: size in pixels, frames of an animation (else 1)."""

    width: int
    height: int
    frames: int


def read_chunks(png: bytes, *, has_good_crcs: bool = False) -> Iterator[Chunk]:
    """Yield the chunks from IHDR to IEND, as views; check order, lengths and CRCs.

    Bytes after IEND are ignored, as viewers do. With ``has_good_crcs`` the CRCs were checked before.

    Raises:
        BadImageError: not a PNG, truncated or damaged; raised when that chunk is reached.
    """
    if not png.startswith(SIGNATURE):
        raise BadImageError("not a PNG", reason=BadImageReason.UNKNOWN_FORMAT)
    view = memoryview(png)
    offset = len(SIGNATURE)
    for number in range(_MAX_CHUNKS):
        chunk = _chunk_at(view, offset, checks_crc=not has_good_crcs)
        if (chunk.kind == b"IHDR") != (number == 0):
            raise _corrupt("IHDR is not the first chunk")
        yield chunk
        if chunk.kind == b"IEND":
            return
        offset += len(chunk.whole)
    raise _corrupt(f"more than {_MAX_CHUNKS} chunks")


def read_header(png: bytes) -> Header:
    """Check every chunk and return the declared size.

    Raises:
        BadImageError: see `read_chunks`; also for an image without pixels.
    """
    width = height = pixels = 0
    frames = 1
    for chunk in read_chunks(png):
        match chunk.kind:
            case b"IHDR":
                width, height = _integers(chunk, at_least=13)
            case b"acTL":
                frames, _ = _integers(chunk, at_least=8)
            case b"IDAT":
                pixels += len(chunk.data)
    if not (width and height and pixels):
        raise _corrupt("no pixels")
    return Header(width, height, max(frames, 1))


def make_chunk(kind: bytes, data: bytes) -> bytes:
    """Return a whole chunk: length, kind, data and CRC."""
    return b"".join(chunk_parts(kind, [data]))


def chunk_parts(kind: bytes, data: Sequence[bytes | memoryview]) -> list[bytes | memoryview]:
    """Return a whole chunk whose data is in parts, without copying them."""
    crc = reduce(lambda before, part: crc32(part, before), data, crc32(kind))
    length = sum(len(part) for part in data)
    return [struct.pack(">I4s", length, kind), *data, struct.pack(">I", crc)]


def join(chunks: Iterable[bytes | memoryview]) -> bytes:
    """Return the PNG that consists of the chunks."""
    return b"".join((SIGNATURE, *chunks))


def affects_pixels(chunk: Chunk) -> bool:
    """Return whether pixels or colours depend on this chunk."""
    return chunk.kind in _PIXEL_KINDS


def _chunk_at(view: memoryview, offset: int, *, checks_crc: bool) -> Chunk:
    if len(view) - offset < _CRC_AND_HEADER_BYTES:
        raise _truncated()
    length, kind = struct.unpack_from(">I4s", view, offset)
    if length > _LARGEST_LENGTH or not kind.isalpha():
        raise _corrupt(f"impossible chunk at byte {offset}")
    end = offset + _CRC_AND_HEADER_BYTES + length
    if end > len(view):
        raise _truncated()
    data = view[offset + _HEADER_BYTES : end - 4]
    (crc,) = struct.unpack_from(">I", view, end - 4)
    if checks_crc and crc32(data, crc32(kind)) != crc:
        raise _corrupt(f"wrong CRC in {kind.decode('ascii')} at byte {offset}")
    return Chunk(kind, data, view[offset:end])


def _integers(chunk: Chunk, *, at_least: int) -> tuple[int, int]:
    if len(chunk.data) < at_least:
        raise _corrupt(f"{chunk.kind.decode('ascii')} is too short")
    first, second = struct.unpack_from(">II", chunk.data)
    return first, second


def _truncated() -> BadImageError:
    return BadImageError("the PNG ends before IEND", reason=BadImageReason.TRUNCATED)


def _corrupt(what: str) -> BadImageError:
    return BadImageError(f"damaged PNG: {what}", reason=BadImageReason.CORRUPT)
