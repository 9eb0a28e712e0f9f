"""Tags of FLAC, Ogg and MP3 files (Vorbis comments; ID3v2 TXXX and COMM frames)."""

import struct
from collections.abc import Iterator

from genonaut.metadata.entries import MAX_ENTRIES, MAX_TEXT_BYTES, Entry, decode_text

FLAC = b"fLaC"
OGG = b"OggS"
ID3 = b"ID3"
_COMMENT_BLOCK = 4
_OPUS_TAGS = b"OpusTags"
_VORBIS_TAGS = b"\x03vorbis"
_ENCODINGS = {0: "latin-1", 1: "utf-16", 2: "utf-16-be", 3: "utf-8"}


def flac_entries(data: bytes) -> Iterator[Entry]:
    """Return the Vorbis comments of a FLAC file."""
    position = len(FLAC)
    while position + 4 <= len(data):
        kind = data[position]
        length = int.from_bytes(data[position + 1 : position + 4], "big")
        position += 4
        if kind & 0x7F == _COMMENT_BLOCK:
            yield from _comments(data[position : position + length])
        if kind & 0x80:
            return
        position += length


def ogg_entries(data: bytes) -> Iterator[Entry]:
    """Return the Vorbis comments of an Ogg file: the pages of its second packet are joined first."""
    packets = _ogg_payload(data)
    for head in (_OPUS_TAGS, _VORBIS_TAGS):
        at = packets.find(head)
        if at >= 0:
            yield from _comments(packets[at + len(head) :])
            return


def mp3_entries(data: bytes) -> Iterator[Entry]:
    """Return the user-defined texts and comments of an ID3v2 tag."""
    if len(data) < 10:  # noqa: PLR2004 - head of the tag
        return
    is_newer = data[3] >= 4  # noqa: PLR2004 - ID3v2.4 writes sizes with 7 bits a byte
    end = min(10 + _synchsafe(data[6:10]), len(data))
    position = 10
    while position + 10 <= end:
        kind = data[position : position + 4]
        raw = data[position + 4 : position + 8]
        size = _synchsafe(raw) if is_newer else int.from_bytes(raw, "big")
        if not kind.strip(b"\0") or size <= 0 or size > MAX_TEXT_BYTES:
            return
        content = data[position + 10 : position + 10 + size]
        position += 10 + size
        if kind == b"TXXX":
            yield from _id3_text(content, skip=0)
        elif kind == b"COMM":
            yield from _id3_text(content, skip=3)


def _id3_text(content: bytes, *, skip: int) -> Iterator[Entry]:
    """Return description and text of a frame: both in the encoding that its first byte names."""
    encoding = _ENCODINGS.get(content[0] if content else 0, "latin-1")
    try:
        text = content[1 + skip :].decode(encoding)
    except UnicodeDecodeError:
        text = decode_text(content[1 + skip :])
    name, separator, value = text.partition("\0")
    if separator:
        yield Entry("id3", (name or "comment").lower(), value.lstrip("\ufeff").rstrip("\0"))


def _synchsafe(raw: bytes) -> int:
    value = 0
    for byte in raw:
        value = value << 7 | byte & 0x7F
    return value


def _comments(data: bytes) -> Iterator[Entry]:
    """Return a Vorbis comment block: vendor, count, then ``KEY=value`` texts with their lengths."""
    try:
        (vendor,) = struct.unpack_from("<I", data, 0)
        (count,) = struct.unpack_from("<I", data, 4 + vendor)
        position = 8 + vendor
        for _ in range(min(count, MAX_ENTRIES)):
            (length,) = struct.unpack_from("<I", data, position)
            key, _, text = data[position + 4 : position + 4 + length].partition(b"=")
            position += 4 + length
            if length <= MAX_TEXT_BYTES:
                yield Entry("vorbis", decode_text(key).lower(), decode_text(text))
    except struct.error:
        return


def _ogg_payload(data: bytes) -> bytes:
    """Return the contents of the first pages, without their heads."""
    parts: list[bytes] = []
    position = 0
    while data[position : position + 4] == OGG and len(parts) < MAX_ENTRIES:
        if position + 27 > len(data):
            break
        count = data[position + 26]
        table = data[position + 27 : position + 27 + count]
        body = position + 27 + count
        parts.append(data[body : body + sum(table)])
        position = body + sum(table)
    return b"".join(parts)
