"""MP3 files of tones: each frame sets one line of the spectrum.

The quantised lines are -1, 0 or 1, for which Huffman table B of the "count1" region needs four plain
bits per four lines. Source: ISO/IEC 11172-3, 2.4.1 (bit stream), 2.4.2.7 (side information).
"""

import struct

from genonaut.simulator.media.bits import BitWriter
from genonaut.simulator.media.sound import Sound

RATE = 48_000
_BITRATE = 32_000
FRAME_SAMPLES = 1152
_FRAME_BYTES = FRAME_SAMPLES // 8 * _BITRATE // RATE
_GRANULE_LINES = 576
_SIDE_INFO_BITS = 17 * 8
_GAIN = 204  # loudness of one line: about a third of full scale
# A steady tone between two lines turns by a quarter per granule.
_SIGNS = (1, -1, -1, 1)


def mp3(sound: Sound, tags: dict[str, str]) -> bytes:
    """Return an MP3 file (mono, 48 kHz, 32 kbit/s) with ID3v2.4 texts."""
    count = max(1, -(-round(sound.seconds * RATE) // FRAME_SAMPLES))
    return _id3(tags) + b"".join(_frame(sound, index, count) for index in range(count))


def _id3(tags: dict[str, str]) -> bytes:
    frames = b"".join(
        _id3_frame(b"\x03" + name.encode() + b"\x00" + value.encode("utf-8", "replace"))
        for name, value in tags.items()
    )
    return b"ID3\x04\x00\x00" + _synchsafe(len(frames)) + frames


def _id3_frame(body: bytes) -> bytes:
    return b"TXXX" + _synchsafe(len(body)) + b"\x00\x00" + body


def _synchsafe(number: int) -> bytes:
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


def _frame(sound: Sound, index: int, count: int) -> bytes:
    line = -1
    if sound.pitches and sound.volume > 0:
        pitch = sound.pitches[index * len(sound.pitches) // count]
        line = min(_GRANULE_LINES - 1, round(pitch * 2 * _GRANULE_LINES / RATE))
    granules = [_spectrum(line, _SIGNS[(index * 2 + number) % 4]) for number in (0, 1)]
    # MPEG 1, layer III, no checksum; 32 kbit/s, 48 kHz; one channel
    header = struct.pack(">I", 0xFFFB << 16 | 0b0001_01_0_0 << 8 | 0b11_00_0_0_00)
    out = BitWriter()
    out.write(0, 9 + 5 + 4)  # main data starts in this frame; private bits; scale factors
    for spectrum in granules:
        _side_info(out, len(spectrum))
    main = BitWriter()
    for spectrum in granules:
        for bit in spectrum:
            main.write(bit, 1)
    body = header + out.data() + main.data()
    return body + bytes(_FRAME_BYTES - len(body))


def _side_info(out: BitWriter, bits: int) -> None:
    out.write(bits, 12)  # length of scale factors and Huffman codes
    out.write(0, 9)  # no pairs of large values
    out.write(_GAIN, 8)
    out.write(0, 4)  # no scale factors
    out.write(0, 1)  # long blocks
    out.write(0, 15 + 4 + 3)  # tables and regions of large values
    out.write(0, 2)  # no pre-emphasis
    out.write(1, 1)  # table B


def _spectrum(line: int, sign: int) -> list[int]:
    """Return the Huffman codes of the lines up to ``line``: table B inverts the bits of values."""
    bits: list[int] = []
    for quad in range(line // 4 + 1 if line >= 0 else 0):
        is_set = quad == line // 4
        bits += [0 if is_set and position == line % 4 else 1 for position in range(4)]
        if is_set:
            bits.append(0 if sign > 0 else 1)
    return bits
