"""Files of the store: their properties, and open ranges of them."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any

import msgspec


class FileHead(msgspec.Struct, frozen=True):
    """Properties of a file; ``etag`` is quoted, as in HTTP."""

    key: str
    size_bytes: int
    last_modified: datetime
    etag: str | None


class FileRange(msgspec.Struct, frozen=True):
    """An open file: bytes ``start`` (inclusive) to ``end`` (exclusive), to be read once."""

    head: FileHead
    start: int
    end: int
    chunks: AsyncIterator[bytes]


def head_of(meta: Mapping[str, Any]) -> FileHead:
    """Return the properties of a file from obstore's description of it."""
    return FileHead(meta["path"], meta["size"], meta["last_modified"], meta["e_tag"])
