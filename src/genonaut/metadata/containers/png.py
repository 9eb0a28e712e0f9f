"""Texts of PNG files: tEXt, zTXt, iTXt, EXIF and ComfyUI's chunk of animated images.

Damaged checksums and texts after the pixels are accepted: such files exist.
"""

import struct
import zlib
from collections.abc import Iterator

from genonaut.metadata.containers.exif import exif_entries
from genonaut.metadata.containers.xmp import HEAD, KEYWORD, xmp_entries
from genonaut.metadata.entries import MAX_TEXT_BYTES, Entry, decode_text

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PROFILE = "Raw profile type "
_LENGTH = struct.Struct(">I")


def png_entries(data: bytes) -> Iterator[Entry]:
    """Return the texts in the order of the file; malformed ones are left out."""
    for kind, content in _chunks(data):
        if kind == b"tEXt":
            key, _, text = content.partition(b"\0")
            yield from _text_or_profile("png:tEXt", decode_text(key), text)
        elif kind == b"zTXt":
            key, _, packed = content.partition(b"\0")
            plain = _inflated(packed[1:])
            if plain is not None:
                yield from _text_or_profile("png:zTXt", decode_text(key), plain)
        elif kind == b"iTXt":
            yield from _international(content)
        elif kind == b"eXIf":
            yield from exif_entries(content)
        elif kind == b"comf":
            key, _, text = content.partition(b"\0")
            yield Entry("png:comf", decode_text(key), decode_text(text))


def _text_or_profile(place: str, key: str, text: bytes) -> Iterator[Entry]:
    """Return a text, or the texts of EXIF or XMP that ImageMagick and ExifTool write as hexadecimal digits."""
    kind = key.removeprefix(_PROFILE).strip().lower() if key.startswith(_PROFILE) else ""
    if kind not in {"exif", "app1", "xmp"}:
        yield Entry(place, key, decode_text(text))
        return
    # The name of the profile and its length are before the digits.
    digits = b"".join(text.split()[2:])
    try:
        profile = bytes.fromhex(digits.decode("ascii"))
    except ValueError:
        return
    if kind == "xmp" or profile.startswith(HEAD):
        yield from xmp_entries(profile.removeprefix(HEAD))
    else:
        yield from exif_entries(profile)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    position = len(SIGNATURE)
    while position + 12 <= len(data):
        (length,) = _LENGTH.unpack_from(data, position)
        kind = data[position + 4 : position + 8]
        content = data[position + 8 : position + 8 + length]
        if length <= MAX_TEXT_BYTES:
            yield kind, content
        if kind == b"IEND":
            return
        position += length + 12


def _international(content: bytes) -> Iterator[Entry]:
    key, _, rest = content.partition(b"\0")
    if len(rest) < 2:  # noqa: PLR2004 - flag and method
        return
    is_packed, rest = rest[0] == 1, rest[2:]
    _, _, rest = rest.partition(b"\0")
    _, _, text = rest.partition(b"\0")
    plain = _inflated(text) if is_packed else text
    if plain is None:
        return
    if decode_text(key) == KEYWORD:
        yield from xmp_entries(plain)
    else:
        yield Entry("png:iTXt", decode_text(key), decode_text(plain))


def _inflated(packed: bytes) -> bytes | None:
    """Return the text of compressed bytes; None when it is damaged or too large."""
    inflater = zlib.decompressobj()
    try:
        text = inflater.decompress(packed, MAX_TEXT_BYTES)
    except zlib.error:
        return None
    return None if inflater.unconsumed_tail else text
