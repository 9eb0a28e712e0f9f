"""Comments of GIF files (GIF89a, section 24)."""

from collections.abc import Iterator

from genonaut.metadata.entries import MAX_ENTRIES, Entry, decode_text

STARTS = (b"GIF87a", b"GIF89a")
_EXTENSION, _IMAGE, _COMMENT = 0x21, 0x2C, 0xFE
_HEAD_BYTES = 13
_IMAGE_BYTES = 10
_HAS_COLOURS = 0x80


def gif_entries(data: bytes) -> Iterator[Entry]:
    """Return the comments; a damaged file ends the search."""
    if len(data) < _HEAD_BYTES:
        return
    position = _HEAD_BYTES + _colours(data[10])
    count = 0
    while position + 2 <= len(data) and count < MAX_ENTRIES:
        if data[position] == _EXTENSION:
            content, end = _blocks(data, position + 2)
            if data[position + 1] == _COMMENT:
                count += 1
                yield Entry("gif:comment", "Comment", decode_text(content))
            position = end
        elif data[position] == _IMAGE and position + _IMAGE_BYTES < len(data):
            # After its colours comes one byte, the size of codes, before the pixels.
            start = position + _IMAGE_BYTES + _colours(data[position + 9]) + 1
            position = _blocks(data, start)[1]
        else:
            return


def _colours(flags: int) -> int:
    """Return the length of a table of colours."""
    return 3 * 2 ** ((flags & 7) + 1) if flags & _HAS_COLOURS else 0


def _blocks(data: bytes, position: int) -> tuple[bytes, int]:
    """Return the content of blocks of up to 255 bytes, and the position behind them."""
    parts: list[bytes] = []
    while position < len(data) and data[position]:
        parts.append(data[position + 1 : position + 1 + data[position]])
        position += 1 + data[position]
    return b"".join(parts), position + 1
