"""Read the files of a zip from an unknown source, one at a time and within limits.

Nothing is written under a name of the archive. Source: PKWARE APPNOTE.TXT 6.3.10, 4.3.16 (end record).
"""

import stat
import zlib
from collections.abc import Iterator
from pathlib import Path, PureWindowsPath
from zipfile import BadZipFile, ZipFile, ZipInfo

import msgspec

from genonaut.core.sizes import format_bytes
from genonaut.metadata import MAX_SIDECAR_BYTES, SIDECAR_SUFFIXES, sidecar_names

_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")
_END_RECORD = b"PK\x05\x06"
_ZIP64_LOCATOR = b"PK\x06\x07"
_END_BYTES = 22
_COMMENT_BYTES = 65_535
_LOCATOR_BYTES = 20
_DIRECTORY_BYTES = 16_777_216
"""Most bytes of the list of files, which is read into memory."""
_ENCRYPTED = 0x1
_UNREADABLE = (
    BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
)
_IGNORED = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


class ArchiveError(Exception):
    """The archive as a whole cannot be read; the message says why."""


class ArchiveLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How much is read."""

    max_files: int
    max_file_bytes: int
    max_total_bytes: int


class ArchivedFile(msgspec.Struct, frozen=True):
    """One file of an archive: its bytes, or why it is refused; and texts beside it that may say how it was made."""

    name: str
    data: bytes | None
    reason: str = ""
    sidecars: tuple[bytes, ...] = ()


def is_archive(start: bytes) -> bool:
    """Return whether a file begins like a zip."""
    return start.startswith(_SIGNATURES)


def archived_files(path: Path, limits: ArchiveLimits) -> Iterator[ArchivedFile]:
    """Yield the files of an archive in its order, without folders, sidecars and files of operating systems.

    Raises:
        ArchiveError: it is no readable zip, or has too many files.
        OSError: the archive cannot be opened.
    """
    _require_small_directory(path)
    try:
        archive = ZipFile(path)
    except (BadZipFile, NotImplementedError, ValueError) as error:
        raise ArchiveError(f"it is not a readable zip: {error}") from error
    with archive:
        entries, sidecars = _sorted(archive)
        if len(entries) > limits.max_files:
            raise ArchiveError(
                f"it has {len(entries):,} files and {limits.max_files:,} are allowed; split it"
            )
        left = limits.max_total_bytes
        for entry in entries:
            file = _read(archive, entry, limits.max_file_bytes, left)
            left -= len(file.data or b"")
            if file.data is not None:
                found = tuple(_sidecars_of(entry.filename, archive, sidecars, left))
                left -= sum(map(len, found))
                file = msgspec.structs.replace(file, sidecars=found)
            yield file


def count_files(path: Path) -> int:
    """Return how many files ``archived_files`` yields; 1 for an archive that it refuses.

    Raises:
        OSError: the archive cannot be opened.
    """
    try:
        _require_small_directory(path)
        with ZipFile(path) as archive:
            return len(_sorted(archive)[0])
    except (ArchiveError, BadZipFile, NotImplementedError, ValueError):
        return 1


def _sorted(archive: ZipFile) -> tuple[list[ZipInfo], dict[str, ZipInfo]]:
    """Return the files, and apart from them the sidecars of other files, by their names in lower case."""
    entries = [one for one in archive.infolist() if not _is_ignored(one)]
    texts = {
        one.filename.lower(): one
        for one in entries
        if one.filename.lower().endswith(SIDECAR_SUFFIXES)
    }
    names = {name.lower() for one in entries for name in sidecar_names(one.filename)}
    sidecars = {name: one for name, one in texts.items() if name in names}
    return [one for one in entries if one.filename.lower() not in sidecars], sidecars


def _sidecars_of(
    name: str, archive: ZipFile, sidecars: dict[str, ZipInfo], left: int
) -> Iterator[bytes]:
    """Return the sidecars of a file; one that is refused is left out."""
    for one in sidecar_names(name.lower()):
        file = _read(archive, sidecars[one], MAX_SIDECAR_BYTES, left) if one in sidecars else None
        if file is not None and file.data:
            left -= len(file.data)
            yield file.data


def _require_small_directory(path: Path) -> None:
    """Check the size of the list of files before it is read.

    Raises:
        ArchiveError: there is no end record, or it announces too much.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - _END_BYTES - _COMMENT_BYTES - _LOCATOR_BYTES))
        tail = file.read()
    place = tail.rfind(_END_RECORD)
    if place < 0 or len(tail) - place < _END_BYTES:
        raise ArchiveError("it is not a complete zip")
    if tail[max(0, place - _LOCATOR_BYTES) : place].startswith(_ZIP64_LOCATOR):
        raise ArchiveError("it is a zip of more than 4.3 GB or 65,535 files; split it")
    if int.from_bytes(tail[place + 12 : place + 16], "little") > _DIRECTORY_BYTES:
        raise ArchiveError("its list of files is too long; split it")


def _is_ignored(entry: ZipInfo) -> bool:
    name = entry.filename
    return entry.is_dir() or name.startswith(_IGNORED[0]) or name.endswith(_IGNORED[1:])


def _read(archive: ZipFile, entry: ZipInfo, max_bytes: int, left: int) -> ArchivedFile:
    name = entry.filename
    reason = _refusal(entry, max_bytes, left)
    if reason:
        return ArchivedFile(name, None, reason)
    limit = min(max_bytes, left)
    try:
        with archive.open(entry) as file:
            data = file.read(limit + 1)
    except _UNREADABLE as error:
        return ArchivedFile(name, None, f"it cannot be read from the archive: {error}")
    if len(data) > limit:
        return ArchivedFile(name, None, "it is larger than the archive says")
    return ArchivedFile(name, data)


def _refusal(entry: ZipInfo, max_bytes: int, left: int) -> str:
    path = PureWindowsPath(entry.filename)  # knows both separators, drives and shares
    if path.is_absolute() or path.anchor or ".." in path.parts:
        return "its path leads out of the archive"
    mode = entry.external_attr >> 16
    if stat.S_ISLNK(mode):
        return "it is a link"
    if entry.flag_bits & _ENCRYPTED:
        return "it is encrypted"
    if entry.file_size > max_bytes:
        return f"it is larger than {format_bytes(max_bytes)}"
    if entry.file_size > left:
        return "the archive expands to more than is allowed"
    return ""
