"""WebP as a stream of RIFF chunks, checked without decoding.

Source: RFC 9649 (WebP container; VP8L header in 3.4), RFC 6386 section 9.1 (VP8 frame header).
"""

import struct
from collections.abc import Iterable, Iterator

import msgspec

from genonaut.storage.errors import BadImageError, BadImageReason

_RIFF_HEADER_BYTES = 12
_CHUNK_HEADER_BYTES = 8
_MAX_CHUNKS = 65_536
_FLAG_EXIF, _FLAG_XMP = 0x08, 0x04  # in the first byte of VP8X
_PIXEL_KINDS = frozenset({b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ICCP", b"ANIM", b"ANMF"})


class Chunk(msgspec.Struct, frozen=True):
    """One chunk: its four characters, its data, and all its bytes with size and padding."""

    kind: bytes
    data: memoryview
    whole: memoryview


class Header(msgspec.Struct, frozen=True):
    """The canvas in pixels and the frames of an animation (else 1)."""

    width: int
    height: int
    frames: int


def is_webp(data: bytes) -> bool:
    """Return whether the file has the header of WebP."""
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"


def read_chunks(webp: bytes) -> Iterator[Chunk]:
    """Yield the chunks inside the RIFF frame, as views without copies.

    Bytes after the frame are ignored, as section 2.4 requires.

    Raises:
        BadImageError: not a WebP, truncated or damaged; raised when that chunk is reached.
    """
    if not is_webp(webp):
        raise BadImageError("not a WebP", reason=BadImageReason.UNKNOWN_FORMAT)
    (riff_size,) = struct.unpack_from("<I", webp, 4)
    end = _CHUNK_HEADER_BYTES + riff_size
    if end > len(webp):
        raise BadImageError("the WebP is truncated", reason=BadImageReason.TRUNCATED)
    view = memoryview(webp)[:end]
    offset = _RIFF_HEADER_BYTES
    for _ in range(_MAX_CHUNKS):
        if offset >= end:
            return
        chunk = _chunk_at(view, offset)
        yield chunk
        offset += len(chunk.whole)
    raise _corrupt(f"more than {_MAX_CHUNKS} chunks")


def read_header(webp: bytes) -> Header:
    """Check every chunk and return the declared size.

    Raises:
        BadImageError: see `read_chunks`; also for an image without pixels.
    """
    size = None
    frames = 0
    for chunk in read_chunks(webp):
        match chunk.kind:
            case b"VP8X" | b"VP8 " | b"VP8L" if size is None:
                size = _size_in(chunk)
            case b"ANMF":
                frames += 1
    if size is None or not (size[0] and size[1]):
        raise _corrupt("no pixels")
    return Header(*size, max(frames, 1))


def without_metadata(webp: bytes, *, exif: bytes) -> Iterator[bytes | memoryview]:
    """Yield the chunks that affect the pixels, with EXIF replaced by ``exif`` unless it is empty.

    Viewers ignore EXIF that VP8X does not announce, so it is not replaced then.

    Raises:
        BadImageError: see `read_chunks`.
    """
    announced = 0
    for chunk in read_chunks(webp):
        if chunk.kind == b"VP8X" and len(chunk.data):
            announced = chunk.data[0] & _FLAG_EXIF if exif else 0
            flags = chunk.data[0] & ~(_FLAG_EXIF | _FLAG_XMP) | announced
            yield make_chunk(b"VP8X", bytes([flags]) + bytes(chunk.data[1:]))
        elif chunk.kind in _PIXEL_KINDS:
            yield chunk.whole
    if announced:
        yield make_chunk(b"EXIF", exif)


def make_chunk(kind: bytes, data: bytes) -> bytes:
    """Return a whole chunk, padded to an even size."""
    return kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def join(chunks: Iterable[bytes | memoryview]) -> bytes:
    """Return the file made of whole chunks."""
    body = b"".join((b"WEBP", *chunks))
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _chunk_at(view: memoryview, offset: int) -> Chunk:
    if len(view) - offset < _CHUNK_HEADER_BYTES:
        raise _corrupt(f"half a chunk at byte {offset}")
    kind, size = struct.unpack_from("<4sI", view, offset)
    start = offset + _CHUNK_HEADER_BYTES
    if start + size > len(view):
        raise _corrupt(f"a chunk at byte {offset} is larger than the file")
    end = min(start + size + size % 2, len(view))  # some writers omit the last padding
    return Chunk(kind, view[start : start + size], view[offset:end])


def _size_in(chunk: Chunk) -> tuple[int, int]:
    data = bytes(chunk.data[:10])
    if chunk.kind == b"VP8X" and len(data) == 10:  # noqa: PLR2004 - RFC 9649 figure 7
        return 1 + int.from_bytes(data[4:7], "little"), 1 + int.from_bytes(data[7:10], "little")
    if chunk.kind == b"VP8 " and data[3:6] == b"\x9d\x01\x2a" and len(data) == 10:  # noqa: PLR2004
        width, height = struct.unpack_from("<HH", data, 6)
        return width & 0x3FFF, height & 0x3FFF  # the upper two bits ask for upscaling
    if chunk.kind == b"VP8L" and data[:1] == b"\x2f" and len(data) >= 5:  # noqa: PLR2004
        bits = int.from_bytes(data[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    raise _corrupt("no size in the header")


def _corrupt(what: str) -> BadImageError:
    return BadImageError(f"damaged WebP: {what}", reason=BadImageReason.CORRUPT)
