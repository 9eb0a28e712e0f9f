"""FLAC files of sines: each frame holds two samples and a predictor that continues the sine.

A sine obeys ``x[n] = 2 cos(w) x[n-1] - x[n-2]``, so a linear predictor of order 2 has residuals of 0,
which FLAC stores in no bits. Source: RFC 9639, 8 (metadata), 9 (frames).
"""

import math
import struct

from genonaut.simulator.media.bits import BitWriter, crc8, crc16
from genonaut.simulator.media.sound import Sound

_FRAMES_PER_SECOND = 10
_PRECISION, _SHIFT = 15, 13
_PEAK = 12_000
_MARKER = b"fLaC"
PITCH_STEP_HZ = 10  # pitches are rounded to full periods per frame


def block_size(sound: Sound) -> int:
    """Return the samples per frame: a tenth of a second."""
    return sound.rate // _FRAMES_PER_SECOND


def frames(sound: Sound) -> list[bytes]:
    """Return the frames of a sound."""
    count = max(1, math.ceil(sound.seconds * _FRAMES_PER_SECOND))
    return [_frame(sound, index, _pitch(sound, index, count)) for index in range(count)]


def _pitch(sound: Sound, index: int, count: int) -> int:
    if not sound.pitches:
        return 0
    pitch = sound.pitches[index * len(sound.pitches) // count]
    return max(PITCH_STEP_HZ, round(pitch / PITCH_STEP_HZ) * PITCH_STEP_HZ)


def stream_info(sound: Sound) -> bytes:
    """Return the STREAMINFO block without its header; the MD5 is unknown, that is 0."""
    block = block_size(sound)
    total = max(1, math.ceil(sound.seconds * _FRAMES_PER_SECOND)) * block
    packed = sound.rate << 44 | (sound.channels - 1) << 41 | 15 << 36 | total
    return struct.pack(">HH", block, block) + bytes(6) + struct.pack(">Q", packed) + bytes(16)


def flac(sound: Sound, tags: dict[str, str]) -> bytes:
    """Return a FLAC file with Vorbis comments."""
    comments = vorbis_comment(tags)
    head = [
        _MARKER,
        struct.pack(">I", 34),
        stream_info(sound),
        struct.pack(">I", 0x84 << 24 | len(comments)),
        comments,
    ]
    return b"".join([*head, *frames(sound)])


def vorbis_comment(tags: dict[str, str]) -> bytes:
    """Return a Vorbis comment block, as FLAC and Opus store tags."""
    vendor = b"genonaut simulator"
    parts = [struct.pack("<I", len(vendor)), vendor, struct.pack("<I", len(tags))]
    for name, value in tags.items():
        text = f"{name}={value}".encode("utf-8", "replace")
        parts += [struct.pack("<I", len(text)), text]
    return b"".join(parts)


def _frame(sound: Sound, index: int, pitch: int) -> bytes:
    header = BitWriter()
    header.write(0b11111111111110 << 2, 16)  # synchronisation, fixed block size
    header.write(0b0111, 4)  # the block size follows in 16 bits
    header.write(0, 4)  # the sample rate is that of STREAMINFO
    header.write(sound.channels - 1, 4)
    header.write(0b100 << 1, 4)  # 16 bits per sample
    header.write_bytes(_coded_number(index))
    header.write(block_size(sound) - 1, 16)
    header.write(crc8(header.data()), 8)
    for _ in range(sound.channels):
        _subframe(header, sound, pitch)
    data = header.data()
    return data + struct.pack(">H", crc16(data))


def _subframe(out: BitWriter, sound: Sound, pitch: int) -> None:
    if pitch == 0 or sound.volume <= 0:
        out.write(0, 8)  # a constant subframe
        out.write(0, 16)
        return
    angle = 2 * math.pi * pitch / sound.rate
    peak = _PEAK * min(2.0, sound.volume)
    out.write(0b100001 << 1, 8)  # a linear predictor of order 2
    for index in (0, 1):
        out.write(round(peak * math.sin(angle * index)) & 0xFFFF, 16)
    out.write(_PRECISION - 1, 4)
    out.write(_SHIFT, 5)
    for factor in (2 * math.cos(angle), -1.0):
        limit = (1 << (_PRECISION - 1)) - 1
        out.write(max(-limit, min(limit, round(factor * (1 << _SHIFT)))) & 0x7FFF, _PRECISION)
    out.write(0, 2)  # Rice parameters of 4 bits
    out.write(0, 4)  # one partition
    out.write(0b1111, 4)  # unencoded residuals
    out.write(0, 5)  # of 0 bits


def _coded_number(number: int) -> bytes:
    """Return a frame number in FLAC's extension of UTF-8."""
    return chr(number).encode("utf-8", "surrogatepass")
