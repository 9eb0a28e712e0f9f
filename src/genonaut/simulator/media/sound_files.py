"""Reads the duration of sound files: WAV, FLAC, MP3 and Ogg Opus."""

import hashlib
import io
import struct
import wave

from genonaut.simulator.media import opus
from genonaut.simulator.media.sound import Sound

_MP3_RATES = (44_100, 48_000, 32_000)
_MP3_KBITS = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_SYNC = 0xFFE00000
_STREAM_INFO = 8  # where STREAMINFO starts
_PITCHES = 8


def read_sound(data: bytes) -> Sound:
    """Return a sound of the same duration whose notes depend on the content.

    Raises:
        ValueError: The file is none of the known kinds, or damaged.
    """
    for marker, reader in ((b"RIFF", _wav), (b"fLaC", _flac), (b"OggS", _ogg)):
        if data.startswith(marker):
            return _with_notes(reader(data), data)
    return _with_notes(_mp3(data), data)


def _with_notes(sound: Sound, data: bytes) -> Sound:
    digest = hashlib.sha256(data).digest()[:_PITCHES]
    pitches = tuple(220.0 + byte for byte in digest)
    return Sound(sound.seconds, sound.rate, sound.channels, pitches)


def _wav(data: bytes) -> Sound:
    try:
        with wave.open(io.BytesIO(data)) as file:
            rate = file.getframerate()
            return Sound(file.getnframes() / rate, rate, file.getnchannels())
    except (wave.Error, EOFError, ZeroDivisionError) as error:
        raise ValueError(f"invalid WAV file: {error}") from error


def _flac(data: bytes) -> Sound:
    if len(data) < _STREAM_INFO + 18:
        raise ValueError("invalid FLAC file")
    (packed,) = struct.unpack_from(">Q", data, _STREAM_INFO + 10)
    rate, samples = packed >> 44, packed & ((1 << 36) - 1)
    if rate == 0:
        raise ValueError("invalid FLAC file")
    return Sound(samples / rate, rate, (packed >> 41 & 7) + 1)


def _ogg(data: bytes) -> Sound:
    at = data.rfind(b"OggS")
    if at < 0 or at + 14 > len(data) or b"OpusHead" not in data[:100]:
        raise ValueError("not an Opus file")
    (position,) = struct.unpack_from("<q", data, at + 6)
    return Sound(max(0, position - opus.PRE_SKIP) / opus.RATE, opus.RATE, data[37])


def _mp3(data: bytes) -> Sound:
    at = 0
    if data.startswith(b"ID3") and len(data) > 10:  # noqa: PLR2004  # the tag's header
        size = 0
        for byte in data[6:10]:
            size = size << 7 | byte & 0x7F
        at = 10 + size
    samples = rate = 0
    while at + 4 <= len(data):
        (header,) = struct.unpack_from(">I", data, at)
        kbits, index = header >> 12 & 15, header >> 10 & 3
        if header & _SYNC != _SYNC or kbits in {0, 15} or index > 2:  # noqa: PLR2004  # reserved
            break
        rate = _MP3_RATES[index]
        at += 144_000 * _MP3_KBITS[kbits] // rate + (header >> 9 & 1)
        samples += 1152
    if not samples:
        raise ValueError("not a sound file that the simulator knows: WAV, FLAC, MP3 or Opus")
    return Sound(samples / rate, rate)
