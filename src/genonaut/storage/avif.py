"""AVIF files: recognise them, and remove their metadata without another encoding.

Sources: ISO/IEC 14496-12, 8.11 (``meta``, ``iinf``, ``iloc``); ISO/IEC 23008-12, annex A (Exif items);
the AV1 Image File Format.
"""

import struct
from collections.abc import Iterator

import msgspec

from genonaut.storage.errors import BadImageError, BadImageReason

_BRANDS = frozenset({b"avif", b"avis"})
_MOST_BRANDS = 64
_METADATA_KINDS = frozenset({b"Exif", b"mime", b"uri "})
"""Kinds of items that hold texts: EXIF, XMP and JSON, and what a URI names."""
_PIXEL_BOXES = frozenset({b"ftyp", b"styp", b"meta", b"moov", b"mdat", b"moof", b"sidx"})
_MOVIE_PARENTS = frozenset({b"moov", b"trak", b"mdia", b"minf"})
_TEXT_BOXES = frozenset({b"udta", b"meta", b"uuid"})
_MAX_BOXES = 10_000
_MAX_DEPTH = 16
_HEAD_BYTES = 8
# The place of the header, which follows at once; a TIFF structure without a tag.
_EMPTY_EXIF = bytes(4) + struct.pack(">2sHIHI", b"MM", 42, 8, 0, 0)


class _Box(msgspec.Struct, frozen=True):
    """A box: its kind, and where it, its content and its end are."""

    kind: bytes
    start: int
    body: int
    end: int


def is_avif(start: bytes) -> bool:
    """Return whether the first bytes of a file are those of an AVIF image or image sequence."""
    if start[4:8] != b"ftyp":
        return False
    end = min(int.from_bytes(start[:4], "big"), len(start), 16 + 4 * _MOST_BRANDS)
    brands = {start[8:12], *(start[place : place + 4] for place in range(16, end, 4))}
    return not _BRANDS.isdisjoint(brands)


def without_metadata(data: bytes) -> bytes:
    """Return the file with blank EXIF, XMP and other texts, and without what follows its last box.

    All other bytes stay in their places, to which tables in the file refer. Orientation is no metadata
    but a property of the image, which is kept.

    Raises:
        BadImageError: the file is malformed.
    """
    try:
        return _blanked(data)
    except (struct.error, IndexError) as error:
        raise _corrupt("a table ends early") from error


def _blanked(data: bytes) -> bytes:
    made = bytearray(data)
    end = 0
    for box in _boxes(data, 0, len(data)):
        end = box.end
        if box.kind == b"meta":
            _blank_items(made, data, box)
        elif box.kind == b"moov":
            _blank_movie(made, data, box)
        elif box.kind not in _PIXEL_BOXES:
            made[box.body : box.end] = bytes(box.end - box.body)
    return bytes(made[:end])


def _boxes(data: bytes, start: int, end: int) -> Iterator[_Box]:
    """Yield the boxes of a range.

    Raises:
        BadImageError: a box is larger than the range, or there are too many.
    """
    for _ in range(_MAX_BOXES):
        if end - start < _HEAD_BYTES:
            return
        size, kind = struct.unpack_from(">I4s", data, start)
        body = start + _HEAD_BYTES
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, body)
            body += 8
        stop = end if size == 0 else start + size
        if stop > end or stop < body:
            raise _corrupt(f"the box at byte {start} does not fit")
        yield _Box(kind, start, body, stop)
        start = stop
    raise _corrupt("it has too many boxes")


def _blank_movie(made: bytearray, data: bytes, movie: _Box, depth: int = 0) -> None:
    """Blank the tags of an image sequence and of its tracks.

    Raises:
        BadImageError: boxes are nested too deeply.
    """
    if depth > _MAX_DEPTH:
        raise _corrupt("its boxes are nested too deeply")
    for box in _boxes(data, movie.body, movie.end):
        if box.kind in _TEXT_BOXES:
            made[box.start + 4 : box.start + 8] = b"free"
            made[box.body : box.end] = bytes(box.end - box.body)
        elif box.kind in _MOVIE_PARENTS:
            _blank_movie(made, data, box, depth + 1)


def _blank_items(made: bytearray, data: bytes, meta: _Box) -> None:
    inner = {box.kind: box for box in _boxes(data, meta.body + 4, meta.end)}
    if b"iinf" not in inner or b"iloc" not in inner:
        return
    kinds = dict(_item_kinds(data, inner[b"iinf"]))
    stored = inner.get(b"idat")
    for item_id, extents in _item_places(data, inner[b"iloc"], stored):
        kind = kinds.get(item_id)
        if kind not in _METADATA_KINDS:
            continue
        size = sum(end - start for start, end in extents)
        is_exif = kind == b"Exif"
        if is_exif and size <= len(_EMPTY_EXIF):
            continue  # has no room for a text; decoders refuse one that is no TIFF structure
        blank = (_EMPTY_EXIF if is_exif else b"").ljust(size, b"\0" if is_exif else b" ")
        for start, end in extents:
            made[start:end], blank = blank[: end - start], blank[end - start :]


def _item_kinds(data: bytes, box: _Box) -> Iterator[tuple[int, bytes]]:
    """Yield the id and the kind of each item."""
    start = box.body + (6 if data[box.body] == 0 else 8)
    for entry in _boxes(data, start, box.end):
        version = data[entry.body]
        place = entry.body + 4
        if version == 2:  # noqa: PLR2004 - 16-bit ids
            yield struct.unpack_from(">H", data, place)[0], data[place + 4 : place + 8]
        elif version == 3:  # noqa: PLR2004 - 32-bit ids
            yield struct.unpack_from(">I", data, place)[0], data[place + 6 : place + 10]


def _item_places(
    data: bytes, box: _Box, stored: _Box | None
) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    """Yield the id of each item, and the ranges of the file that hold it.

    Raises:
        BadImageError: a range is not in the file.
    """
    reader = _Reader(data, box.body, box.end)
    version = reader.number(1)
    reader.number(3)
    sizes = reader.number(2)
    offset_size, length_size, base_size, index_size = (
        sizes >> shift & 15 for shift in (12, 8, 4, 0)
    )
    for _ in range(reader.number(2 if version < 2 else 4)):  # noqa: PLR2004 - of the format
        item_id = reader.number(2 if version < 2 else 4)  # noqa: PLR2004 - as above
        is_stored = bool(version) and reader.number(2) & 15 == 1
        reader.number(2)
        base = reader.number(base_size)
        if is_stored:
            base += len(data) if stored is None else stored.body
        extents = []
        for _ in range(reader.number(2)):
            reader.number(index_size if version else 0)
            start = base + reader.number(offset_size)
            length = reader.number(length_size)
            end = start + length if length else len(data)
            if end > len(data):
                raise _corrupt(f"item {item_id} is not in the file")
            extents.append((start, end))
        yield item_id, extents


class _Reader:
    """Reads numbers of a table one after the other."""

    def __init__(self, data: bytes, place: int, end: int) -> None:
        self._data = data
        self._place = place
        self._end = end

    def number(self, size: int) -> int:
        """Return the next number of ``size`` bytes; 0 for a size of 0.

        Raises:
            BadImageError: the table ends before it.
        """
        start, self._place = self._place, self._place + size
        if self._place > self._end:
            raise _corrupt("the table of items ends early")
        return int.from_bytes(self._data[start : self._place], "big")


def _corrupt(what: str) -> BadImageError:
    return BadImageError(f"damaged AVIF: {what}", reason=BadImageReason.CORRUPT)
