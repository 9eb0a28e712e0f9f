"""Describe a pickle file without unpickling it: the members of its archive, the shape of an embedding."""

from typing import BinaryIO

from genonaut.catalog.identification.header import HeaderProblem, PickleArchive, UnreadableHeader
from genonaut.catalog.identification.pickle_shapes import embedding_shape

# End of central directory record: APPNOTE.TXT 4.3.16, followed by at most 65,535 bytes of comment.
_EOCD = b"PK\x05\x06"
_EOCD_BYTES = 22
_TAIL_BYTES = 65_535 + _EOCD_BYTES


def read_pickle(file: BinaryIO, file_bytes: int) -> PickleArchive | UnreadableHeader:
    """Describe a file of a pickle format from its first bytes and the end of its archive."""
    if file_bytes == 0:
        return UnreadableHeader(HeaderProblem.EMPTY_FILE, "the file has zero bytes")
    start = file.read(4)
    if start != b"PK\x03\x04":
        layout = "a bare pickle" if start[:1] == b"\x80" else "not a layout that PyTorch writes"
        return PickleArchive(None, layout, embedding_shape(file, file_bytes))
    file.seek(max(0, file_bytes - _TAIL_BYTES))
    tail = file.read(_TAIL_BYTES)
    found = tail.rfind(_EOCD)
    if found < 0 or len(tail) - found < _EOCD_BYTES:
        return UnreadableHeader(
            HeaderProblem.HEADER_BEYOND_FILE,
            "the archive's directory is missing: the file is truncated",
        )
    entries = int.from_bytes(tail[found + 10 : found + 12], "little")
    detail = f"a PyTorch archive of {entries} members"
    return PickleArchive(entries, detail, embedding_shape(file, file_bytes))
