"""JPEG as a stream of segments, checked from SOI to EOI without decoding.

Source: ITU-T T.81, annex B (markers and segments); T.871 (JFIF); ICC.1:2022 annex B.4 (APP2).
"""

import re
import struct
from collections.abc import Iterator

import msgspec

from genonaut.storage.errors import BadImageError, BadImageReason

START = b"\xff\xd8"
_END_OF_IMAGE = 0xD9
_START_OF_SCAN = 0xDA
_COMMENT = 0xFE
_APP0, _APP1, _APP2, _APP14, _APP15 = 0xE0, 0xE1, 0xE2, 0xEE, 0xEF
# SOF0 to SOF15 without DHT, JPG and DAC, which share the range.
_FRAME_HEADERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_FRAME_HEADER_BYTES = 6
# In coded data FF00 is a plain FF, FFD0 to FFD7 are restarts, FFFF is filling.
_MARKER_IN_SCAN = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")


class Segment(msgspec.Struct, frozen=True):
    """One segment: marker, payload without length, all bytes; a scan includes its coded data."""

    marker: int
    data: memoryview
    whole: memoryview

    @property
    def is_exif(self) -> bool:
        """Whether this is the EXIF block, orientation included."""
        return self.marker == _APP1 and bytes(self.data[:6]) == b"Exif\0\0"

    @property
    def affects_pixels(self) -> bool:
        """Whether pixels or colours depend on it; false for EXIF, XMP, comments and previews."""
        if self.marker == _APP0:
            return bytes(self.data[:5]) == b"JFIF\0"
        if self.marker == _APP2:
            return bytes(self.data[:12]) == b"ICC_PROFILE\0"
        if self.marker == _APP14:  # Adobe: says whether the channels are YCCK, CMYK or RGB
            return bytes(self.data[:5]) == b"Adobe"
        return self.marker != _COMMENT and not _APP1 <= self.marker <= _APP15


def read_segments(jpeg: bytes) -> Iterator[Segment]:
    """Yield the segments from SOI to EOI, as views without copies.

    Bytes after EOI are ignored, as viewers do.

    Raises:
        BadImageError: not a JPEG, truncated or damaged; raised when that segment is reached.
    """
    if not jpeg.startswith(START):
        raise BadImageError("not a JPEG", reason=BadImageReason.UNKNOWN_FORMAT)
    view = memoryview(jpeg)
    offset = len(START)
    while True:
        while jpeg.startswith(b"\xff\xff", offset):  # filling before a marker, B.1.1.2
            offset += 1
        segment = _segment_at(jpeg, view, offset)
        yield segment
        if segment.marker == _END_OF_IMAGE:
            return
        offset += len(segment.whole)


def read_size(jpeg: bytes) -> tuple[int, int]:
    """Check every segment and return (width, height) in pixels, before any rotation.

    Raises:
        BadImageError: see `read_segments`; also for an image without pixels.
    """
    size = None
    scans = 0
    for segment in read_segments(jpeg):
        if segment.marker in _FRAME_HEADERS:
            if size is not None or len(segment.data) < _FRAME_HEADER_BYTES:
                raise _corrupt("not exactly one frame header")
            height, width = struct.unpack_from(">HH", segment.data, 1)
            size = (width, height)
        scans += segment.marker == _START_OF_SCAN
    if size is None or not (size[0] and size[1] and scans):
        raise _corrupt("no pixels")
    return size


def make_segment(marker: int, data: bytes) -> bytes:
    """Return a whole segment; at most 65,533 bytes of data fit."""
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def make_exif(tiff: bytes) -> bytes:
    """Return the EXIF segment around a TIFF structure."""
    return make_segment(_APP1, b"Exif\0\0" + tiff)


def _segment_at(jpeg: bytes, view: memoryview, offset: int) -> Segment:
    if offset + 2 > len(view):
        raise _truncated()
    lead, marker = view[offset], view[offset + 1]
    if lead != 0xFF or marker < 0xC0 or 0xD0 <= marker <= 0xD8:  # noqa: PLR2004 - T.81 table B.1
        raise _corrupt(f"no marker at byte {offset}")
    if marker == _END_OF_IMAGE:
        return Segment(marker, view[:0], view[offset : offset + 2])
    end = _end_of_payload(view, offset + 2)
    data = view[offset + 4 : end]
    if marker == _START_OF_SCAN:
        following = _MARKER_IN_SCAN.search(jpeg, end)
        if following is None:
            raise _truncated()
        end = following.start()
    return Segment(marker, data, view[offset:end])


def _end_of_payload(view: memoryview, offset: int) -> int:
    if offset + 2 > len(view):
        raise _truncated()
    (length,) = struct.unpack_from(">H", view, offset)
    if length < 2:  # noqa: PLR2004 - the length counts itself
        raise _corrupt(f"impossible segment at byte {offset}")
    if offset + length > len(view):
        raise _truncated()
    return offset + int(length)


def _truncated() -> BadImageError:
    return BadImageError("the JPEG ends before EOI", reason=BadImageReason.TRUNCATED)


def _corrupt(what: str) -> BadImageError:
    return BadImageError(f"damaged JPEG: {what}", reason=BadImageReason.CORRUPT)
