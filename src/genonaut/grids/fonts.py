"""The font of a label: Pillow's own, or the one of the system that has most of its characters.

Characters that no font has are written in Latin letters, or as their code points: Pillow would draw
the same empty box for each.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import structlog

from genonaut.grids.transliteration import in_latin
from genonaut.storage.pillow import ImageFont

if TYPE_CHECKING:
    Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

log = structlog.get_logger()

_PREFERRED = (
    "dejavusans.",
    "notosans-regular",
    "notosanscjk-regular",
    "notosanscjk",
    "droidsansfallback",
    "wqy-",
    "notosans",
    "arialunicode",
    "arial unicode",
    "msyh",
    "unifont",
)
"""Beginnings of the names of files, the best first; other fonts follow by name."""
_UNWANTED = ("bold", "italic", "oblique", "mono", "serif", "condensed", "light", "black", "emoji")
_MOST_FONTS = 200
"""Most fonts of the system that are tried."""
_NO_CHARACTER = "\U0010ffff"
_LATIN_END = 0x180
"""Pillow's own font, Aileron, has all letters of Latin-1 and Latin Extended-A."""


class Label(NamedTuple):
    """A text as it is drawn, its font, and the characters that no font has."""

    text: str
    font: Font
    missing: frozenset[str]


class LabelFonts:
    """Chooses fonts: Pillow's own, a given file, and those of the system, which are searched once."""

    def __init__(self, font_file: str = "") -> None:
        """Take the path of a font that is tried before those of the system; empty: none."""
        self._font_file = font_file

    def label(self, text: str, size_px: int) -> Label:
        """Return the text with the first font that has all characters, else the one that has most."""
        own = _own(size_px)
        wanted = {character for character in text if not character.isspace()}
        best, missing = own, {one for one in wanted if ord(one) >= _LATIN_END and not _has_own(one)}
        for file in self._files() if missing else ():
            font = _opened(file, size_px)
            lacking = wanted if font is None else {one for one in wanted if not _has(file, one)}
            if font is not None and len(lacking) < len(missing):
                best, missing = font, lacking
            if not missing:
                break
        shown = "".join(in_latin(one) if one in missing else one for one in text)
        return Label(shown, best, frozenset(missing))

    def _files(self) -> Sequence[str]:
        return (self._font_file, *system_fonts()) if self._font_file else system_fonts()


def log_missing(missing: frozenset[str]) -> str:
    """Log which characters no font has, if there are any; return that as ASCII text, else nothing."""
    if not missing:
        return ""
    codes = sorted(f"U+{ord(one):04X}" for one in missing)
    shown = ", ".join(codes[:10]) + (" and more" if len(codes) > 10 else "")  # noqa: PLR2004
    warning = (
        f"no font has {shown}: the labels show Latin letters or code points instead;"
        " install a font on the server, or set grids.font_file"
    )
    log.warning("grids.labels_without_font", characters=len(codes), detail=warning)
    return warning


@lru_cache(maxsize=1)
def system_fonts() -> tuple[str, ...]:
    """Return the font files of the system, the most suitable ones first; they are searched once."""
    found: dict[str, str] = {}
    for folder in _folders():
        for root, _, names in os.walk(folder):
            for name in names:
                if name.lower().endswith((".ttf", ".otf", ".ttc")):
                    found.setdefault(name.lower(), str(Path(root, name)))
    return tuple(found[name] for name in sorted(found, key=_rank)[:_MOST_FONTS])


def _rank(name: str) -> tuple[int, int, str]:
    place = next((i for i, one in enumerate(_PREFERRED) if name.startswith(one)), len(_PREFERRED))
    return sum(one in name for one in _UNWANTED), place, name


def _folders() -> list[Path]:
    home = Path("~").expanduser()
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"]
    if sys.platform == "win32":
        return [Path(os.environ.get("WINDIR", "C:/Windows"), "Fonts")]
    return [home / ".local/share/fonts", Path("/usr/local/share/fonts"), Path("/usr/share/fonts")]


@lru_cache(maxsize=32)
def _own(size_px: int) -> Font:
    return ImageFont.load_default(size_px)


@lru_cache(maxsize=64)
def _opened(file: str, size_px: int) -> Font | None:
    try:
        return ImageFont.truetype(file, size_px)
    except OSError as error:
        log.warning("grids.font_unreadable", file=file, error=str(error))
        return None


_PROBE_PX = 20


@lru_cache(maxsize=8_192)
def _has(file: str, character: str) -> bool:
    """Return whether a font has a glyph; for others it draws the same box."""
    font = _opened(file, _PROBE_PX)
    return font is not None and _draws(font, character)


@lru_cache(maxsize=1_024)
def _has_own(character: str) -> bool:
    return _draws(_own(_PROBE_PX), character)


def _draws(font: Font, character: str) -> bool:
    return bytes(font.getmask(character)) != bytes(font.getmask(_NO_CHARACTER))
