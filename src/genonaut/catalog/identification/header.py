"""The header of a model file: types that all readers share."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from genonaut.catalog.vocabulary import FileFormat


class HeaderProblem(StrEnum):
    """Why a header cannot be used."""

    EMPTY_FILE = "empty_file"
    TOO_SHORT = "too_short"
    HEADER_EMPTY = "header_empty"
    HEADER_TOO_LARGE = "header_too_large"
    HEADER_BEYOND_FILE = "header_beyond_file"
    NOT_JSON = "not_json"
    MALFORMED = "malformed"
    DUPLICATE_NAMES = "duplicate_names"
    BAD_OFFSETS = "bad_offsets"
    OTHER_FORMAT = "other_format"
    PICKLE_IN_DISGUISE = "pickle_in_disguise"
    NOT_A_FILE = "not_a_file"
    UNREADABLE = "unreadable"


class Tensor(msgspec.Struct, frozen=True, gc=False):
    """One tensor as the header declares it; ``data_offsets`` are bytes from the end of the header."""

    dtype: str = ""
    shape: tuple[int, ...] = ()
    data_offsets: tuple[int, int] = (0, 0)

    @property
    def size_bytes(self) -> int:
        """Return the number of bytes the tensor takes in the file."""
        return self.data_offsets[1] - self.data_offsets[0]


class Header(msgspec.Struct, frozen=True):
    """The header of a file: everything before its first tensor.

    ``data_bytes`` is the size of the tensors according to the header; ``missing_bytes`` is how much of it
    the file lacks because it is truncated. ``warnings`` are problems that do not prevent reading.
    """

    format: FileFormat
    tensors: Mapping[str, Tensor]
    metadata: Mapping[str, str]
    header_bytes: int
    data_bytes: int
    file_bytes: int
    missing_bytes: int = 0
    warnings: tuple[str, ...] = ()


class UnreadableHeader(msgspec.Struct, frozen=True):
    """A file whose header cannot be used, and the reason, described for the owner of the file."""

    problem: HeaderProblem
    detail: str


class PickleArchive(msgspec.Struct, frozen=True):
    """A pickle file; it is never unpickled, because that would run code from the file.

    ``entries`` is the number of members of its zip archive (PyTorch since 1.6), or None for the older
    layout. ``embedding_shape`` is that of a matrix or vector in a file small enough to be an embedding.
    """

    entries: int | None
    detail: str
    embedding_shape: tuple[int, ...] = ()


HeaderResult = Header | UnreadableHeader | PickleArchive


def detect_other_format(start: bytes) -> UnreadableHeader | None:
    """Return the problem if the first bytes of a safetensors file belong to another known format.

    Call it only if the bytes are not a valid length. Failed downloads leave a web page or a Git LFS
    pointer; renamed pickles would be dangerous.
    """
    if start.startswith(b"PK\x03\x04") or start[:2] in {b"\x80\x02", b"\x80\x03", b"\x80\x04"}:
        return UnreadableHeader(
            HeaderProblem.PICKLE_IN_DISGUISE, "the content is a pickle, not safetensors"
        )
    text = start.lstrip().lower()
    if text.startswith((b"<!doct", b"<html", b"<?xml", b"<head")):
        return UnreadableHeader(HeaderProblem.OTHER_FORMAT, "a web page: the download failed")
    if text.startswith(b"version "):
        return UnreadableHeader(
            HeaderProblem.OTHER_FORMAT, "a Git LFS pointer, not the file itself"
        )
    if text.startswith((b"gguf", b"ggml")):
        return UnreadableHeader(HeaderProblem.OTHER_FORMAT, "a GGUF file under another name")
    return None
