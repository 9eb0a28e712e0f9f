"""Bits and checksums of audio formats."""

from functools import cache


class BitWriter:
    """Collects bits, most significant first."""

    def __init__(self) -> None:
        self._value = 0
        self._count = 0

    def write(self, value: int, bits: int) -> None:
        """Append the lowest bits of a value."""
        self._value = self._value << bits | value & ((1 << bits) - 1)
        self._count += bits

    def write_bytes(self, data: bytes) -> None:
        """Append bytes."""
        self.write(int.from_bytes(data), len(data) * 8)

    def data(self) -> bytes:
        """Return the bits, filled up with zeros to full bytes."""
        padding = -self._count % 8
        return (self._value << padding).to_bytes((self._count + padding) // 8)


@cache
def _table(polynomial: int, bits: int) -> tuple[int, ...]:
    entries = []
    for byte in range(256):
        value = byte << (bits - 8)
        for _ in range(8):
            value = value << 1 ^ (polynomial if value >> (bits - 1) & 1 else 0)
        entries.append(value & ((1 << bits) - 1))
    return tuple(entries)


def _crc(data: bytes, polynomial: int, bits: int) -> int:
    table, value = _table(polynomial, bits), 0
    for byte in data:
        value = (value << 8 ^ table[value >> (bits - 8) ^ byte]) & ((1 << bits) - 1)
    return value


def crc8(data: bytes) -> int:
    """Return the checksum of a FLAC frame header."""
    return _crc(data, 0x07, 8)


def crc16(data: bytes) -> int:
    """Return the checksum of a FLAC frame."""
    return _crc(data, 0x8005, 16)


def crc32(data: bytes) -> int:
    """Return the checksum of an Ogg page."""
    return _crc(data, 0x04C11DB7, 32)
