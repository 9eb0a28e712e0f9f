"""Texts embedded in a file, before any program's layout is applied."""

import json
from collections.abc import Iterable
from typing import Any

import msgspec

Json = Any

MAX_TEXT_BYTES = 16 * 1024 * 1024
"""Larger texts are ignored; a large ComfyUI workflow has about 500 KiB."""
MAX_ENTRIES = 500


class Entry(msgspec.Struct, frozen=True):
    """One text: where in the file it is, its key, and its content."""

    place: str
    """For example ``png:tEXt``, ``exif:UserComment``, ``xmp``, ``mp4:tag`` or ``pixels``."""
    key: str
    text: str


class Entries:
    """The texts of a file by key; of equal keys the last one counts."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.all = tuple(entries)
        self._texts = {entry.key: entry.text for entry in self.all}

    def text(self, *keys: str) -> str | None:
        """Return the first text that one of the keys has."""
        for key in keys:
            if key in self._texts:
                return self._texts[key]
        return None

    def mapping(self, *keys: str) -> dict[str, Json] | None:
        """Return the first text with one of the keys that is a JSON object."""
        for key in keys:
            value = parse_object(self._texts.get(key))
            if value is not None:
                return value
        return None


def parse_json(text: str | None) -> Json:
    """Return the value of a JSON text; None when it is not JSON. NaN and Infinity become None."""
    if not text:
        return None
    try:
        return json.loads(text.rstrip("\0 \r\n\t"), parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return None


def parse_object(text: str | None) -> dict[str, Json] | None:
    """Return the object of a JSON text, also one that was encoded twice; None for everything else."""
    if not text or not text.lstrip().startswith(("{", '"{')):
        return None
    value = parse_json(text)
    if isinstance(value, str):
        value = parse_json(value)
    return value if isinstance(value, dict) else None


def decode_text(data: bytes) -> str:
    """Return bytes as UTF-8 when they are, else as Latin-1; without NULs at the end."""
    data = data.rstrip(b"\0")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def repaired(text: str) -> str:
    """Return a text whose UTF-8 was read as Latin-1 as it was meant."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text
