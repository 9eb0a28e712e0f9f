"""What a model file says of its tensors before the first of them: the types shared by all readers."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from genonaut.catalog.vocabulary import FileFormat


class HeaderProblem(StrEnum):
    """Why a file cannot be taken for what its name says."""

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
    """Everything a file says of itself before its first tensor.

    ``data_bytes`` is what the header promises; ``missing_bytes`` says by how much the file falls short
    of it, and a file that falls short was cut off. ``warnings`` are faults that do not hinder reading.
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
    """A file whose header cannot be used, and why, in words for the person who owns the file."""

    problem: HeaderProblem
    detail: str


class PickleArchive(msgspec.Struct, frozen=True):
    """A pickle, never opened as one: running it would run whatever its author put in.

    ``entries`` is the number of members of a zip archive as PyTorch has written it since 1.6, or None
    for the older layout.
    """

    entries: int | None
    detail: str


HeaderResult = Header | UnreadableHeader | PickleArchive


def looks_like(start: bytes) -> UnreadableHeader | None:
    """Name what the first bytes of a would-be safetensors file really are, if that is known.

    To be asked only when these bytes make no sensible length. A failed download leaves a web page or a
    Git LFS pointer; a renamed pickle would be dangerous.
    """
    if start.startswith(b"PK\x03\x04") or start[:2] in {b"\x80\x02", b"\x80\x03", b"\x80\x04"}:
        return UnreadableHeader(
            HeaderProblem.PICKLE_IN_DISGUISE, "the content is a pickle, whatever the name says"
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
