"""MP4 files with AV1 video and FLAC audio, and their frames.

Sources: ISO/IEC 14496-12 and -14; AV1 Codec ISO Media File Format Binding; Encapsulation of FLAC in ISO
Base Media File Format; QuickTime File Format, metadata.
"""

import io
import struct

from PIL import Image, ImageSequence

from genonaut.simulator.media import flac
from genonaut.simulator.media.av1 import Av1Video
from genonaut.simulator.media.boxes import box, boxes, find, full_box
from genonaut.simulator.media.sound import Sound

_FILE_TYPE = box(b"ftyp", b"isom", bytes(4), b"isom", b"iso6", b"av01", b"mp41")
# The same size, so that a video turns into an image sequence in place.
_SEQUENCE_TYPE = box(b"ftyp", b"avis", bytes(4), b"avis", b"msf1", b"iso8", b"MA1B")
_MOVIE_SCALE = 1000
_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_ENGLISH = 0x55C4  # "und"


def mp4(video: Av1Video, sound: Sound | None, tags: dict[str, str], *, moov_first: bool) -> bytes:
    """Return a file; ``moov_first`` is the order of 0.33, "fast start"."""
    frames = [] if sound is None else flac.frames(sound)
    video_bytes = sum(len(sample) for sample in video.samples)

    def moov(start: int) -> bytes:
        tracks = [_video_track(video, start)]
        if sound is not None:
            tracks.append(_audio_track(sound, frames, start + video_bytes))
        return box(b"moov", _movie_header(video, len(tracks)), *tracks, _metadata(tags))

    mdat = box(b"mdat", *video.samples, *frames)
    first = len(_FILE_TYPE) + 8
    if not moov_first:
        return _FILE_TYPE + mdat + moov(first)
    return _FILE_TYPE + moov(first + len(moov(0))) + mdat


def _movie_header(video: Av1Video, tracks: int) -> bytes:
    duration = round(video.seconds * _MOVIE_SCALE)
    return full_box(
        b"mvhd",
        struct.pack(">4I", 0, 0, _MOVIE_SCALE, duration),
        struct.pack(">IH10x", 0x10000, 0x100),
        _MATRIX,
        bytes(24),
        struct.pack(">I", tracks + 1),
    )


def _track(
    number: int, size: tuple[int, int], seconds: float, media: bytes, *, volume: int = 0
) -> bytes:
    header = full_box(
        b"tkhd",
        struct.pack(">5I8x", 0, 0, number, 0, round(seconds * _MOVIE_SCALE)),
        struct.pack(">4H", 0, 0, volume, 0),
        _MATRIX,
        struct.pack(">2I", size[0] << 16, size[1] << 16),
        flags=3,
    )
    return box(b"trak", header, media)


def _media(scale: int, duration: int, handler: bytes, header: bytes, table: bytes) -> bytes:
    data = full_box(b"dref", struct.pack(">I", 1), full_box(b"url ", flags=1))
    return box(
        b"mdia",
        full_box(b"mdhd", struct.pack(">4I2H", 0, 0, scale, duration, _ENGLISH, 0)),
        full_box(b"hdlr", bytes(4), handler, bytes(12), b"Handler\x00"),
        box(b"minf", header, box(b"dinf", data), table),
    )


def _table(entry: bytes, sizes: list[int], delta: int, start: int, *more: bytes) -> bytes:
    count = len(sizes)
    return box(
        b"stbl",
        full_box(b"stsd", struct.pack(">I", 1), entry),
        full_box(b"stts", struct.pack(">3I", 1, count, delta)),
        full_box(b"stsc", struct.pack(">4I", 1, 1, count, 1)),
        full_box(b"stsz", struct.pack(f">2I{count}I", 0, count, *sizes)),
        full_box(b"stco", struct.pack(">2I", 1, start)),
        *more,
    )


def _video_track(video: Av1Video, start: int) -> bytes:
    scale, delta = max(1, round(video.fps * 1000)), 1000
    sizes = [len(sample) for sample in video.samples]
    keys = struct.pack(f">I{len(video.keys)}I", len(video.keys), *(key + 1 for key in video.keys))
    table = _table(video.entry, sizes, delta, start, full_box(b"stss", keys))
    header = full_box(b"vmhd", bytes(8), flags=1)
    media = _media(scale, delta * len(sizes), b"vide", header, table)
    return _track(1, video.size, video.seconds, media)


def _audio_track(sound: Sound, frames: list[bytes], start: int) -> bytes:
    block = flac.block_size(sound)
    info = struct.pack(">I", 0x80 << 24 | 34) + flac.stream_info(sound)
    entry = box(
        b"fLaC",
        struct.pack(">6xH8x", 1),
        struct.pack(">2HI", sound.channels, 16, 0),
        struct.pack(">I", sound.rate << 16),
        full_box(b"dfLa", info),
    )
    table = _table(entry, [len(frame) for frame in frames], block, start)
    media = _media(sound.rate, block * len(frames), b"soun", full_box(b"smhd", bytes(4)), table)
    return _track(2, (0, 0), sound.seconds, media, volume=0x100)


def _metadata(tags: dict[str, str]) -> bytes:
    """Return named texts as FFmpeg stores them."""
    keys = [struct.pack(">I4s", 8 + len(name), b"mdta") + name.encode() for name in tags]
    items = [
        box(
            struct.pack(">I", number),
            box(b"data", struct.pack(">2I", 1, 0), value.encode("utf-8", "replace")),
        )
        for number, value in enumerate(tags.values(), 1)
    ]
    return box(
        b"udta",
        full_box(
            b"meta",
            full_box(b"hdlr", bytes(4), b"mdta", bytes(13)),
            full_box(b"keys", struct.pack(">I", len(keys)), *keys),
            box(b"ilst", *items),
        ),
    )


def read_frames(data: bytes) -> tuple[Image.Image, ...]:
    """Return the frames of a video that ``mp4`` wrote.

    Raises:
        ValueError: It is another file.
        OSError: It is damaged.
    """
    if not data.startswith(_FILE_TYPE):
        raise ValueError("not a video of the simulator")
    changed = _SEQUENCE_TYPE + data[len(_SEQUENCE_TYPE) :].replace(b"vide", b"pict", 1)
    with Image.open(io.BytesIO(changed)) as sequence:
        return tuple(frame.convert("RGB") for frame in ImageSequence.Iterator(sequence))


def video_facts(data: bytes) -> tuple[tuple[int, int], float, int]:
    """Return size in pixels, frames per second and number of frames of any MP4 or QuickTime file.

    Raises:
        ValueError: It has no video track.
    """
    moov = find(data, b"moov")
    for track in boxes(moov.body) if moov is not None else ():
        handler = find(track.body, b"mdia", b"hdlr") if track.kind == b"trak" else None
        if handler is not None and handler.body[8:12] == b"vide":
            return _track_facts(track.body)
    raise ValueError("no video track")


def _track_facts(track: bytes) -> tuple[tuple[int, int], float, int]:
    def body(*path: bytes) -> bytes:
        found = find(track, *path)
        if found is None:
            raise ValueError(f"no {path[-1]!r}")
        return found.body

    header = body(b"mdia", b"mdhd")
    scale = struct.unpack_from(">I", header, 20 if header[0] else 12)[0]
    duration = struct.unpack_from(">Q" if header[0] else ">I", header, 24 if header[0] else 16)[0]
    count = struct.unpack_from(">I", body(b"mdia", b"minf", b"stbl", b"stsz"), 8)[0]
    width, height = struct.unpack_from(">2I", body(b"tkhd")[-8:])
    fps = count * scale / duration if duration else 25.0
    return (width >> 16, height >> 16), fps, count
