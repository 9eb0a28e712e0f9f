"""Texts in EXIF data, wherever a program put them."""

import struct
from collections.abc import Iterator

from genonaut.metadata.entries import MAX_TEXT_BYTES, Entry, decode_text, repaired

# Exif 2.32, table 4 and 7.
_NAMES = {
    0x010D: "DocumentName",
    0x010E: "ImageDescription",
    0x010F: "Make",
    0x0110: "Model",
    0x0131: "Software",
    0x013B: "Artist",
    0x8298: "Copyright",
    0x9286: "UserComment",
    0x927C: "MakerNote",
    0x9C9C: "XPComment",
    0x9C9B: "XPTitle",
}
_FURTHER_KEYS = range(0x0100, 0x010F)
"""ComfyUI counts down from 0x010F for each further key."""
_EXIF_IFD = 0x8769
_HEAD = b"Exif\0\0"
_CODES = {b"UNICODE\0": "utf-16", b"ASCII\0\0\0": "ascii", b"JIS\0\0\0\0\0": "jis", bytes(8): ""}
_CODE_LENGTH = 8
# What Pillow raises for malformed tags; Warning where warnings are errors.
EXIF_ERRORS = (
    ArithmeticError,
    EOFError,
    LookupError,
    OSError,
    SyntaxError,
    TypeError,
    ValueError,
    Warning,
    struct.error,
)


def exif_entries(data: bytes) -> Iterator[Entry]:
    """Return the texts; ``data`` is the TIFF structure, with or without its head ``Exif``.

    A text of the form ``key:{…}`` also gives an entry with that key: ComfyUI writes prompt and
    workflow so.
    """
    if len(data) > MAX_TEXT_BYTES:
        return
    from PIL.Image import Exif  # noqa: PLC0415 - few processes read images

    exif = Exif()
    try:
        exif.load(data if data.startswith(_HEAD) else _HEAD + data)
        tags = dict(exif) | dict(exif.get_ifd(_EXIF_IFD))
    except EXIF_ERRORS:
        return
    for tag, value in tags.items():
        if tag not in _NAMES and tag not in _FURTHER_KEYS:
            continue
        text = _text(tag, value)
        if text:
            name = _NAMES.get(tag, f"0x{tag:04x}")
            yield Entry("exif", name, text)
            yield from _keyed(name, text)


def _keyed(name: str, text: str) -> Iterator[Entry]:
    key, colon, rest = text.partition(":")
    if colon and rest.lstrip().startswith(("{", "[")) and 0 < len(key) <= 64 and "{" not in key:  # noqa: PLR2004
        yield Entry(f"exif:{name}", key.strip().lower(), rest.strip())


def _text(tag: int, value: object) -> str:
    if isinstance(value, str):
        return repaired(value).rstrip("\0")
    if isinstance(value, tuple):
        value = _bytes_of(value)
    if not isinstance(value, bytes):
        return ""
    if _NAMES.get(tag, "").startswith("XP"):
        return value.decode("utf-16-le", "replace").rstrip("\0")
    return user_comment(value)


def _bytes_of(value: tuple[object, ...]) -> bytes:
    """Return a list of byte values as bytes; empty for anything else."""
    numbers = [item for item in value if isinstance(item, int)]
    try:
        return bytes(numbers) if len(numbers) == len(value) else b""
    except ValueError:
        return b""


def user_comment(value: bytes) -> str:
    """Return the text of a UserComment; its code may be missing or wrong about the byte order."""
    code = _CODES.get(value[:_CODE_LENGTH])
    if code is None:
        return decode_text(value)
    content = value[_CODE_LENGTH:]
    if code == "utf-16":
        return _utf16(content)
    return decode_text(content)


def _utf16(content: bytes) -> str:
    """Decode in the byte order that gives more ASCII characters."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace").rstrip("\0")
    if len(content) % 2:
        content = content[:-1]
    big = content[:4096:2].count(0)
    little = content[1:4096:2].count(0)
    if not big and not little and all(byte < 128 for byte in content[:4096]):  # noqa: PLR2004 - ASCII after all
        return decode_text(content)
    order = "utf-16-be" if big >= little else "utf-16-le"
    return content.decode(order, "replace").rstrip("\0")
