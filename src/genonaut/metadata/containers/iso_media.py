"""Tags of MP4 and MOV files, and texts of AVIF files (ISO base media file format, ISO/IEC 14496-12)."""

import io
import struct
from collections.abc import Iterator

from genonaut.metadata.containers.exif import EXIF_ERRORS, exif_entries
from genonaut.metadata.containers.xmp import xmp_entries
from genonaut.metadata.entries import MAX_TEXT_BYTES, Entry, decode_text

_PARENTS = {b"moov", b"udta", b"meta", b"ilst"}
_FULL_BOXES = {b"meta"}
_MAX_BOXES = 10_000
_ITUNES_NAMES = {
    b"\xa9cmt": "comment",
    b"\xa9nam": "title",
    b"desc": "description",
    b"\xa9too": "encoder",
}


def is_iso_media(data: bytes) -> bool:
    """Return whether the file starts as MP4, MOV and AVIF do."""
    return data[4:8] == b"ftyp"


def iso_media_entries(data: bytes) -> Iterator[Entry]:
    """Return the tags of a video, or the texts of an AVIF image."""
    if data[8:12] in {b"avif", b"avis", b"mif1"}:
        yield from _avif_entries(data)
        return
    keys: list[str] = []
    for path, kind, content in _boxes(data, 0, len(data), ()):
        if kind == b"keys":
            keys = list(_keys(content))
        elif path[-1:] == (b"ilst",):
            yield from _tag(kind, content, keys)


def _boxes(
    data: bytes, start: int, end: int, path: tuple[bytes, ...]
) -> Iterator[tuple[tuple[bytes, ...], bytes, bytes]]:
    """Return all boxes that can hold tags, with the boxes around them."""
    stack = [(start, end, path)]
    count = 0
    while stack:
        position, end, path = stack.pop()
        while position + 8 <= end and count < _MAX_BOXES:
            count += 1
            size, kind = struct.unpack_from(">I4s", data, position)
            head = 8
            if size == 1 and position + 16 <= end:
                (size,) = struct.unpack_from(">Q", data, position + 8)
                head = 16
            stop = end if size == 0 else position + size
            if (size and size < head) or stop > end:
                break
            body = position + head
            if kind in _PARENTS and len(path) < 8:  # noqa: PLR2004 - depth
                skip = 4 if kind in _FULL_BOXES and data[body : body + 4] == bytes(4) else 0
                stack.append((stop, end, path))
                stack.append((body + skip, stop, (*path, kind)))
                break
            if stop - body <= MAX_TEXT_BYTES and (kind == b"keys" or path[-1:] == (b"ilst",)):
                yield path, kind, data[body:stop]
            position = stop


def _keys(content: bytes) -> Iterator[str]:
    """Return the names of the box ``keys``, which the tags refer to by their position."""
    position = 8
    while position + 8 <= len(content):
        (size,) = struct.unpack_from(">I", content, position)
        if size < 8 or position + size > len(content):  # noqa: PLR2004 - size and namespace
            return
        yield decode_text(content[position + 8 : position + size])
        position += size


def _tag(kind: bytes, content: bytes, keys: list[str]) -> Iterator[Entry]:
    """Return the value of a tag, whose name is in ``keys`` or is its own kind."""
    if len(content) < 16 or content[4:8] != b"data":  # noqa: PLR2004 - box, type and locale
        return
    (size,) = struct.unpack_from(">I", content, 0)
    (index,) = struct.unpack(">I", kind)
    name = keys[index - 1] if 0 < index <= len(keys) else _ITUNES_NAMES.get(kind)
    if name:
        yield Entry("mp4:tag", name, decode_text(content[16 : max(16, size)]))


def _avif_entries(data: bytes) -> Iterator[Entry]:
    """Return the texts of EXIF and XMP.

    In a file that does not decode, EXIF is searched by its head: items are located by offset tables.
    """
    # Few processes read images, and few files are AVIF.
    from PIL import AvifImagePlugin, Image  # noqa: F401, PLC0415

    try:
        with Image.open(io.BytesIO(data), formats=["AVIF"]) as image:
            exif, xmp = image.info.get("exif", b""), image.info.get("xmp", b"")
    except (*EXIF_ERRORS, RuntimeError, Image.DecompressionBombError):
        at = data.find(b"Exif\0\0")
        exif, xmp = data[at : at + MAX_TEXT_BYTES // 16] if at >= 0 else b"", b""
    if exif:
        yield from exif_entries(exif)
    if xmp:
        yield from xmp_entries(xmp)
