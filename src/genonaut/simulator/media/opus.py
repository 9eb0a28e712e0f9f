"""Ogg Opus files of silence with the right duration.

Source: RFC 7845 (Ogg encapsulation), RFC 3533 (Ogg pages), RFC 6716, 3.1 (packets).
"""

import struct

from genonaut.simulator.media.bits import crc32
from genonaut.simulator.media.flac import vorbis_comment
from genonaut.simulator.media.sound import Sound

RATE = 48_000
PACKET_SAMPLES = 960  # 20 ms
SILENCE = b"\xf8\xff\xfe"  # what libopus writes for 20 ms of digital silence
PRE_SKIP = 312
_SERIAL = 0x67656E6F
_PACKETS_PER_PAGE = 250
_FIRST, _LAST = 2, 4


def packets(sound: Sound) -> int:
    """Return the number of packets of 20 ms."""
    return max(1, -(-round(sound.seconds * RATE) // PACKET_SAMPLES))


def head() -> bytes:
    """Return the identification header (stereo, 48 kHz)."""
    return b"OpusHead" + struct.pack("<BBHIhB", 1, 2, PRE_SKIP, RATE, 0, 0)


def opus(sound: Sound, tags: dict[str, str]) -> bytes:
    """Return an Opus file with its tags on the stream."""
    pages = [_page([head()], 0, 0, _FIRST)]
    pages += _tag_pages(b"OpusTags" + vorbis_comment(tags))
    total = packets(sound)
    for start in range(0, total, _PACKETS_PER_PAGE):
        count = min(_PACKETS_PER_PAGE, total - start)
        position = (start + count) * PACKET_SAMPLES
        flags = _LAST if start + count == total else 0
        pages.append(_page([SILENCE] * count, len(pages), position, flags))
    return b"".join(pages)


def _tag_pages(packet: bytes) -> list[bytes]:
    """Return the pages of one packet, which may be longer than a page."""
    lacing = [255] * (len(packet) // 255) + [len(packet) % 255]
    pages: list[bytes] = []
    for start in range(0, len(lacing), 255):
        part = lacing[start : start + 255]
        body = packet[start * 255 : start * 255 + sum(part)]
        is_last = start + 255 >= len(lacing)
        pages.append(
            _raw_page(part, body, len(pages) + 1, 0 if is_last else -1, 0 if start == 0 else 1)
        )
    return pages


def _page(content: list[bytes], number: int, position: int, flags: int) -> bytes:
    return _raw_page([len(one) for one in content], b"".join(content), number, position, flags)


def _raw_page(lacing: list[int], body: bytes, number: int, position: int, flags: int) -> bytes:
    def page(checksum: int) -> bytes:
        header = struct.pack(
            "<4sBBqIIIB", b"OggS", 0, flags, position, _SERIAL, number, checksum, len(lacing)
        )
        return header + bytes(lacing) + body

    return page(crc32(page(0)))
