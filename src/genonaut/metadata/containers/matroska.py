"""Tags of Matroska and WebM files (RFC 8794 EBML, RFC 9559 Matroska)."""

from collections.abc import Iterator

from genonaut.metadata.entries import MAX_TEXT_BYTES, Entry, decode_text

START = b"\x1a\x45\xdf\xa3"
_SEGMENT, _TAGS, _TAG, _SIMPLE_TAG = 0x18538067, 0x1254C367, 0x7373, 0x67C8
_NAME, _TEXT = 0x45A3, 0x4487
_PARENTS = {_SEGMENT, _TAGS, _TAG}
_MAX_ELEMENTS = 100_000


def matroska_entries(data: bytes) -> Iterator[Entry]:
    """Return the tags of all tracks."""
    stack = [(0, len(data))]
    count = 0
    while stack:
        position, end = stack.pop()
        while position < end and count < _MAX_ELEMENTS:
            count += 1
            element = _element(data, position, end)
            if element is None:
                break
            kind, body, stop = element
            if kind in _PARENTS:
                stack.append((stop, end))
                stack.append((body, stop))
                break
            if kind == _SIMPLE_TAG:
                yield from _simple_tag(data, body, stop)
            position = stop


def _simple_tag(data: bytes, position: int, end: int) -> Iterator[Entry]:
    name = text = None
    while position < end:
        element = _element(data, position, end)
        if element is None:
            break
        kind, body, position = element
        if position - body > MAX_TEXT_BYTES:
            continue
        if kind == _NAME:
            name = decode_text(data[body:position])
        elif kind == _TEXT:
            text = decode_text(data[body:position])
    if name and text:
        yield Entry("matroska:tag", name.lower(), text)


def _element(data: bytes, position: int, end: int) -> tuple[int, int, int] | None:
    """Return kind, begin and end of the content of the element at ``position``."""
    kind, body = _variable(data, position, keep_marker=True)
    size, body = _variable(data, body, keep_marker=False)
    if kind is None or size is None or body > end:
        return None
    is_unknown = size == (1 << (7 * (body - position - _length(data[position])))) - 1
    stop = end if is_unknown else body + size
    return (kind, body, stop) if stop <= end else None


def _length(first: int) -> int:
    return 9 - first.bit_length() if first else 9


def _variable(data: bytes, position: int, *, keep_marker: bool) -> tuple[int | None, int]:
    """Return a number of variable length and the position behind it."""
    if position >= len(data):
        return None, position
    length = _length(data[position])
    raw = data[position : position + length]
    if length > 8 or len(raw) < length:  # noqa: PLR2004 - longest number
        return None, position
    value = int.from_bytes(raw, "big")
    return (value if keep_marker else value & ~(1 << (7 * length))), position + length
