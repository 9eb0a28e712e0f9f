"""Inflate and checksums by ISA-L, where its wheel exists, else by zlib.

For the pixels of a PNG, ISA-L takes a third of the time of zlib 1.2.13, and half of it for CRCs.
"""

import zlib
from importlib.util import find_spec

IS_FAST = find_spec("isal") is not None
"""Whether ISA-L is installed: on CPython for x86-64 and 64-bit ARM."""

if IS_FAST:
    from isal.isal_zlib import adler32, crc32, decompressobj
    from isal.isal_zlib import error as _error

    _errors: tuple[type[Exception], ...] = (_error,)  # type: ignore[assignment]
else:
    from zlib import adler32, crc32, decompressobj  # type: ignore[assignment]

    _errors = (zlib.error,)

__all__ = ["IS_FAST", "adler32", "crc32", "inflate"]


def inflate(data: bytes, size: int) -> bytes | None:
    """Return the contents of a zlib stream; None unless the stream is intact and has ``size`` bytes.

    At most ``size`` + 1 bytes are uncompressed.
    """
    decoder = decompressobj()
    try:
        contents = decoder.decompress(data, size + 1)
    except _errors:
        return None
    return contents if decoder.eof and len(contents) == size else None
