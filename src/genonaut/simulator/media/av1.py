"""AV1 video from images: Pillow encodes an AVIF sequence, whose frames are those of a video.

Source: AV1 Image File Format 1.1, 6.2 (image sequences); AV1 Codec ISO Media File Format Binding 1.2.
"""

import io
import struct

import msgspec
from PIL import Image

from genonaut.simulator.media.boxes import find

_TEMPORAL_DELIMITER = b"\x12\x00"  # not stored in MP4 and Matroska
_SPEED, _QUALITY = 10, 55
_STSD_ENTRIES = 8  # bytes before the first sample entry


class Av1Video(msgspec.Struct, frozen=True):
    """An encoded video.

    Attributes:
        size: Width and height in pixels.
        samples: The encoded frames.
        keys: Indices of the frames that need no other frame.
        entry: The ``av01`` sample entry of MP4.
        config: The ``av1C`` record, as Matroska stores it.
        fps: Frames per second.
    """

    size: tuple[int, int]
    samples: tuple[bytes, ...]
    keys: tuple[int, ...]
    entry: bytes
    config: bytes
    fps: float

    @property
    def seconds(self) -> float:
        """Duration."""
        return len(self.samples) / self.fps


def encode(images: tuple[Image.Image, ...], fps: float) -> Av1Video:
    """Encode images of equal size; a single image becomes a video of two equal frames."""
    frames = images if len(images) > 1 else images * 2
    out = io.BytesIO()
    frames[0].save(
        out, "AVIF", save_all=True, append_images=frames[1:], speed=_SPEED, quality=_QUALITY
    )
    data = out.getvalue()
    table = (b"moov", b"trak", b"mdia", b"minf", b"stbl")
    entry = _body(data, *table, b"stsd")[_STSD_ENTRIES:]
    return Av1Video(
        images[0].size,
        _samples(data, table),
        _key_frames(_body(data, *table, b"stss")),
        entry,
        _config(entry),
        fps,
    )


def _body(data: bytes, *path: bytes) -> bytes:
    found = find(data, *path)
    if found is None:
        raise ValueError(f"the encoder wrote no {path[-1]!r}")
    return found.body


def _samples(data: bytes, table: tuple[bytes, ...]) -> tuple[bytes, ...]:
    sizes = _body(data, *table, b"stsz")
    count = struct.unpack_from(">I", sizes, 8)[0]
    lengths = struct.unpack_from(f">{count}I", sizes, 12)
    # libavif writes all frames of a track in one chunk.
    at = struct.unpack_from(">I", _body(data, *table, b"stco"), 8)[0]
    samples = []
    for length in lengths:
        samples.append(data[at : at + length].removeprefix(_TEMPORAL_DELIMITER))
        at += length
    return tuple(samples)


def _key_frames(table: bytes) -> tuple[int, ...]:
    count = struct.unpack_from(">I", table, 4)[0]
    return tuple(number - 1 for number in struct.unpack_from(f">{count}I", table, 8))


def _config(entry: bytes) -> bytes:
    at = entry.index(b"av1C")
    size = struct.unpack_from(">I", entry, at - 4)[0]
    return entry[at + 4 : at - 4 + size]
