"""The font of a label: Pillow's own, or one of the system that has more of its characters."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from genonaut.storage.pillow import ImageFont

if TYPE_CHECKING:
    Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

# Pillow searches the folders of the system for these names.
_FILES = (
    "DejaVuSans.ttf",
    "NotoSans-Regular.ttf",
    "NotoSansCJK-Regular.ttc",
    "NotoSansCJKjp-Regular.otf",
    "DroidSansFallbackFull.ttf",
    "wqy-microhei.ttc",
    "NotoSansArabic-Regular.ttf",
    "NotoSansDevanagari-Regular.ttf",
    "NotoSansThai-Regular.ttf",
    "Arial Unicode.ttf",
    "msyh.ttc",
)
_NO_CHARACTER = "\U0010ffff"


def font_for(text: str, size_px: int) -> Font:
    """Return the first font that has all characters of a text, else the one that has most."""
    own = _own(size_px)
    wanted = {character for character in text if not character.isspace()}
    if all(ord(character) < _LATIN_END for character in wanted):
        return own
    fonts = [own, *_of_system(size_px)]
    return max(fonts, key=lambda font: sum(_has(font, character) for character in wanted))


_LATIN_END = 0x180
"""Pillow's own font, Aileron, has all letters of Latin-1 and Latin Extended-A."""


def _has(font: Font, character: str) -> bool:
    """Return whether a font has a glyph; for others it draws the same box."""
    return bytes(font.getmask(character)) != bytes(font.getmask(_NO_CHARACTER))


@lru_cache(maxsize=32)
def _own(size_px: int) -> Font:
    return ImageFont.load_default(size_px)


@lru_cache(maxsize=32)
def _of_system(size_px: int) -> tuple[Font, ...]:
    found = []
    for name in _FILES:
        try:
            found.append(ImageFont.truetype(name, size_px))
        except OSError:
            continue
    return tuple(found)
