"""Recognise video and audio files and read their properties, with FFmpeg (the package ``av``)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from genonaut.core.errors import GenonautError
from genonaut.storage.pillow import Image

if TYPE_CHECKING:
    from av.container import InputContainer

START_BYTES = 64
"""Bytes from the beginning of a file that `sniff_media` needs."""
_SIDEWAYS = {90, 270}


class MediaFormat(msgspec.Struct, frozen=True):
    """A container format: FFmpeg's name of its reader, and the media types with and without video."""

    demuxer: str
    extension: str
    video_mime: str
    audio_mime: str


class MediaFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Properties of a video or audio file; edges in pixels as displayed, null for audio."""

    has_video: bool
    mime: str
    extension: str
    width: int | None
    height: int | None
    duration_seconds: float | None
    frame_rate: float | None
    poster: Image.Image | None
    """The first frame in RGB."""
    texts: Mapping[str, str]
    """The container's tags."""


class BadMediaError(GenonautError):
    """The bytes are not an accepted video or audio file."""

    code = "bad_media"


class MediaUnsupportedError(GenonautError):
    """Video and audio cannot be read here: the package ``av`` is not installed."""

    code = "media_unsupported"


_MP4 = MediaFormat("mov", "mp4", "video/mp4", "audio/mp4")
_QUICKTIME = MediaFormat("mov", "mov", "video/quicktime", "audio/mp4")
_WEBM = MediaFormat("matroska", "webm", "video/webm", "audio/webm")
_MATROSKA = MediaFormat("matroska", "mkv", "video/x-matroska", "audio/x-matroska")
_OGG = MediaFormat("ogg", "ogg", "video/ogg", "audio/ogg")
_FLAC = MediaFormat("flac", "flac", "", "audio/flac")
_WAV = MediaFormat("wav", "wav", "", "audio/wav")
_MP3 = MediaFormat("mp3", "mp3", "", "audio/mpeg")
# Brands of ISO base media files that hold still images. Source: the AVIF and HEIF registrations.
_STILL_BRANDS = {b"avif", b"avis", b"heic", b"heix", b"mif1", b"msf1"}
_EBML = b"\x1a\x45\xdf\xa3"


def sniff_media(start: bytes) -> MediaFormat | None:
    """Return the format of a video or audio file by its first bytes; None for every other file."""
    if start[4:8] == b"ftyp":
        brand = start[8:12]
        if brand in _STILL_BRANDS:
            return None
        return _QUICKTIME if brand == b"qt  " else _MP4
    if start.startswith(_EBML):
        return _WEBM if b"webm" in start else _MATROSKA
    if start.startswith(b"RIFF") and start[8:12] == b"WAVE":
        return _WAV
    for signature, found in ((b"OggS", _OGG), (b"fLaC", _FLAC), (b"ID3", _MP3)):
        if start.startswith(signature):
            return found
    # An MPEG audio frame begins with eleven set bits; layer III. Source: ISO/IEC 11172-3, 2.4.1.3.
    is_mp3 = len(start) > 1 and start[0] == 0xFF and start[1] & 0xE6 == 0xE2  # noqa: PLR2004
    return _MP3 if is_mp3 else None


def probe_media(path: Path, found: MediaFormat, *, max_pixels: int) -> MediaFacts:
    """Read the properties of a file and decode its first frame; blocks for some milliseconds.

    Only the reader of the recognised format is used, and it gets the open file, so that a crafted file
    cannot make FFmpeg open other files or addresses.

    Raises:
        BadMediaError: it is damaged, has neither video nor sound, or its frames are too large.
        MediaUnsupportedError: the package ``av`` is not installed.
        OSError: the file cannot be read.
    """
    try:
        import av  # noqa: PLC0415 - optional, and slow to import
    except ImportError as error:
        raise MediaUnsupportedError(
            "video and audio cannot be read here: install genonaut[media] (the package av)"
        ) from error
    with path.open("rb") as file:
        try:
            with av.open(file, "r", format=found.demuxer, metadata_errors="replace") as container:
                return _facts(container, found, max_pixels)
        except (av.FFmpegError, ValueError, MemoryError) as error:
            raise BadMediaError(
                f"the {found.extension} file does not decode: {reason_of(error)}"
            ) from error


def reason_of(error: Exception) -> str:
    """Return what FFmpeg says about a file, without the path that its errors contain."""
    return str(getattr(error, "strerror", None) or error)


def _facts(container: InputContainer, found: MediaFormat, max_pixels: int) -> MediaFacts:
    videos = [one for one in container.streams.video if found.video_mime]
    video = next((one for one in videos if not _is_cover(one)), None)
    if video is None and not container.streams.audio:
        raise BadMediaError("the file has neither video nor sound")
    poster, rate = None, None
    if video is not None:
        if video.width * video.height > max_pixels:
            raise BadMediaError(f"frames of {video.width}x{video.height} pixels are too large")
        poster = _first_frame(container, video)
        rate = None if video.average_rate is None else float(video.average_rate)
    else:
        next(container.decode(audio=0), None)
    return MediaFacts(
        has_video=video is not None,
        mime=found.audio_mime if video is None else found.video_mime,
        extension=found.extension,
        width=None if poster is None else poster.width,
        height=None if poster is None else poster.height,
        duration_seconds=_duration(container, video),
        frame_rate=rate,
        poster=poster,
        texts=dict(container.metadata),
    )


def _is_cover(stream: Any) -> bool:  # noqa: ANN401  # av names it VideoStream only in stubs
    """Return whether a video stream is the cover of a recording."""
    return "attached_pic" in str(stream.disposition).lower()


def _first_frame(container: InputContainer, video: Any) -> Image.Image:  # noqa: ANN401  # see above
    frame = next(container.decode(video), None)
    if frame is None:
        raise BadMediaError("the video has no frame")
    image: Image.Image = frame.to_image()
    turn = int(getattr(frame, "rotation", 0)) % 360
    if turn in _SIDEWAYS or turn == 180:  # noqa: PLR2004 - degrees
        return image.rotate(turn, expand=True)
    return image


def _duration(container: InputContainer, video: Any) -> float | None:  # noqa: ANN401  # see above
    if container.duration is not None:
        return round(container.duration / 1_000_000, 3)  # AV_TIME_BASE
    stream = video or container.streams.audio[0]
    if stream.duration is None or stream.time_base is None:
        return None
    return round(float(stream.duration * Fraction(stream.time_base)), 3)
