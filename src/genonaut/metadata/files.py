"""All texts embedded in a file, whatever its format; the first bytes decide, not the name."""

from collections.abc import Callable, Iterator
from itertools import islice

from genonaut.metadata.containers import audio, gif, jpeg, png, webp
from genonaut.metadata.containers.iso_media import is_iso_media, iso_media_entries
from genonaut.metadata.containers.matroska import START, matroska_entries
from genonaut.metadata.entries import MAX_ENTRIES, MAX_TEXT_BYTES, Entry

_STARTS: tuple[tuple[bytes, Callable[[bytes], Iterator[Entry]]], ...] = (
    (png.SIGNATURE, png.png_entries),
    (jpeg.START, jpeg.jpeg_entries),
    *((start, gif.gif_entries) for start in gif.STARTS),
    (START, matroska_entries),
    (audio.FLAC, audio.flac_entries),
    (audio.OGG, audio.ogg_entries),
    (audio.ID3, audio.mp3_entries),
)


def read_entries(data: bytes) -> tuple[Entry, ...]:
    """Return the texts of PNG, JPEG, WebP, AVIF, GIF, MP4, MOV, Matroska, WebM, FLAC, Ogg and MP3 files.

    At most 500 are returned, each of at most 16 MiB. Other formats have none. Malformed parts are left out.
    """
    found = islice(_entries(data), MAX_ENTRIES)
    return tuple(entry for entry in found if len(entry.text) <= MAX_TEXT_BYTES)


def _entries(data: bytes) -> Iterator[Entry]:
    for start, read in _STARTS:
        if data.startswith(start):
            return read(data)
    if webp.is_webp(data):
        return webp.webp_entries(data)
    return iso_media_entries(data) if is_iso_media(data) else iter(())
