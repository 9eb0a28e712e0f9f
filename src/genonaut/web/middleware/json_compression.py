"""Compress JSON responses with gzip.

Litestar's own compression also re-encodes images and files that are compressed already.
"""

import gzip

_MIN_BYTES = 1024
"""Smaller bodies fit into one packet anyway."""
_LEVEL = 4
"""Measured: a list of 20 jobs shrinks from 36 to 4.4 KB in 0.19 ms; level 9: 4.1 KB in 0.46 ms."""
RawHeaders = list[tuple[bytes, bytes]]


def is_plain_json(headers: RawHeaders) -> bool:
    """Return whether a response with these headers is JSON that is not encoded yet."""
    is_json = False
    for name, value in headers:
        lower = name.lower()
        if lower == b"content-type":
            is_json = value.partition(b";")[0].endswith((b"/json", b"+json"))
        elif lower == b"content-encoding":
            return False
    return is_json


def compressed(body: bytes, headers: RawHeaders) -> bytes:
    """Return a complete JSON body, compressed if that is worth it; changes ``headers`` to match."""
    if len(body) < _MIN_BYTES:
        return body
    body = gzip.compress(body, _LEVEL, mtime=0)
    headers[:] = [header for header in headers if header[0].lower() != b"content-length"]
    headers += [
        (b"content-encoding", b"gzip"),
        (b"content-length", str(len(body)).encode()),
    ]
    return body
