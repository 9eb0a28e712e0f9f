"""Atomic and durable writes to a local disk, also across a power cut.

These functions block; the store calls them in threads.
"""

import errno
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

import msgspec

from genonaut.core.private_files import PRIVATE_FILE, make_private_directory
from genonaut.storage.errors import FileMissingError, storage_error
from genonaut.storage.layout import new_token

# The leading dot keeps it out of the keys. It is inside the root because a rename must not cross file
# systems.
STAGING_DIRECTORY = ".staging"
_MAX_REMEMBERED_DIRECTORIES = 4096
NO_FILES: Mapping[str, bytes] = MappingProxyType({})


class DiskSpace(msgspec.Struct, frozen=True):
    """Free and total bytes of a file system."""

    free_bytes: int
    total_bytes: int


class Disk:
    """A directory tree whose files are written to staging, flushed and renamed into place."""

    def __init__(self, root: Path) -> None:
        """Create the root and its staging directory.

        Raises:
            StorageNotWritableError: the root cannot be created or written.
        """
        self.root = root.absolute()
        self.staging_directory = self.root / STAGING_DIRECTORY
        self._durable_directories: set[Path] = set()
        fresh_path(self.staging_directory)

    def path(self, key: str) -> Path:
        """Return the path of a checked key."""
        return self.root / key

    def read(self, key: str, start: int = 0, end: int | None = None) -> tuple[bytes, int]:
        """Return the bytes from ``start`` to ``end``, exclusive, and the size of the file.

        ``end`` None: to the end of the file.

        Raises:
            FileMissingError: there is no such file.
            StorageError: the file cannot be read.
        """
        with as_storage_errors():
            try:
                descriptor = os.open(self.path(key), os.O_RDONLY)
            except FileNotFoundError as error:
                raise FileMissingError(f"no file {key}") from error
            try:
                size = os.fstat(descriptor).st_size
                return os.pread(descriptor, (size if end is None else end) - start, start), size
            except IsADirectoryError as error:
                raise FileMissingError(f"no file {key}, but a folder") from error
            finally:
                os.close(descriptor)

    def require_space(self, size_bytes: int) -> None:
        """Check that the disk has room for so many bytes.

        Raises:
            StorageFullError: it has not.
        """
        with as_storage_errors():
            if shutil.disk_usage(self.root).free < size_bytes:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def space(self) -> DiskSpace:
        """Return the free and the total bytes of the file system.

        Raises:
            StorageError: it cannot be read.
        """
        with as_storage_errors():
            usage = shutil.disk_usage(self.root)
        return DiskSpace(usage.free, usage.total)

    def put(self, files: Mapping[str, bytes], copies: Mapping[str, bytes] = NO_FILES) -> None:
        """Write all files durably, or none of them; see ``FileBatch`` for ``copies``.

        Raises:
            StorageError: the storage is full, not writable or failed; no file is left behind.
        """
        with self.batch() as batch:
            for key, data in files.items():
                batch.write(key, data)
            for key, data in copies.items():
                batch.write_copy(key, data)

    @contextmanager
    def batch(self) -> Iterator["FileBatch"]:
        """Write several files that get their names together at the end of the block, or none of them.

        Raises:
            StorageError: as for ``put``.
        """
        batch = FileBatch(self.staging_directory)
        with ExitStack() as undo:
            undo.callback(batch.discard)
            with as_storage_errors():
                make_private_directory(self.staging_directory)
            yield batch
            with as_storage_errors():
                for key, temporary in batch.staged.items():
                    self._publish(temporary, key, undo)
                self._flush_directories(batch.staged)
            undo.pop_all()

    def adopt(self, temporary: Path, key: str) -> None:
        """Move a finished file of the staging directory to ``key``, durably.

        Raises:
            StorageError: as for ``put``; the key is unchanged, and the caller removes the temporary.
        """
        with as_storage_errors(), ExitStack() as undo:
            _flush(temporary)
            temporary.chmod(PRIVATE_FILE)  # a download creates it with the mode of the umask
            self._publish(temporary, key, undo)
            self._flush_directories([key])
            undo.pop_all()

    def delete(self, key: str) -> None:
        """Delete a file; a missing file is no error.

        Raises:
            StorageError: as for ``put``.
        """
        with as_storage_errors():
            self.path(key).unlink(missing_ok=True)

    def _publish(self, temporary: Path, key: str, undo: ExitStack) -> None:
        target = self.path(key)
        try:
            temporary.replace(target)
        except FileNotFoundError:  # the directory of a new user or day
            self._durable_directories.discard(target.parent)
            make_private_directory(target.parent)
            temporary.replace(target)
        undo.callback(discard, target)

    def _flush_directories(self, keys: Iterable[str]) -> None:
        """Make the new names durable; for a new directory also its parents up to the root.

        Another process may have created a directory and not flushed it yet. An entry counts as
        durable only after this process has flushed it.
        """
        for directory in {self.path(key).parent for key in keys}:
            _flush(directory)
            if directory in self._durable_directories:
                continue
            for parent in directory.parents:
                _flush(parent)
                if parent == self.root:
                    break
            if len(self._durable_directories) >= _MAX_REMEMBERED_DIRECTORIES:
                self._durable_directories.clear()
            self._durable_directories.add(directory)


class FileBatch:
    """Files in the staging directory, in the order in which they were written."""

    def __init__(self, staging_directory: Path) -> None:
        """Write into this directory."""
        self._directory = staging_directory
        self.staged: dict[str, Path] = {}
        """The written files by their key."""

    def write(self, key: str, data: bytes) -> None:
        """Write a file and flush it.

        Raises:
            StorageError: the storage is full, not writable or failed.
        """
        self._write(key, data, is_flushed=True)

    def write_copy(self, key: str, data: bytes) -> None:
        """Write a file that can be made again, without waiting for the disk.

        After a power cut it may be incomplete or empty under its name: its readers must compare it with its
        recorded hash or length.

        Raises:
            StorageError: the storage is full, not writable or failed.
        """
        self._write(key, data, is_flushed=False)

    def discard(self) -> None:
        """Delete what has not been moved to its place."""
        for temporary in self.staged.values():
            discard(temporary)

    def _write(self, key: str, data: bytes, *, is_flushed: bool) -> None:
        temporary = self.staged[key] = self._directory / new_token()
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        with as_storage_errors():
            descriptor = os.open(temporary, flags, PRIVATE_FILE)
            try:
                rest = memoryview(data)
                while rest:
                    rest = rest[os.write(descriptor, rest) :]
                if is_flushed:
                    _flush_open(descriptor)
            finally:
                os.close(descriptor)


def clear_stale(directory: Path, older_than: timedelta) -> int:
    """Delete the files of a directory that are older than ``older_than``; return their number.

    Raises:
        StorageError: the directory cannot be read, or a file cannot be deleted.
    """
    before = (datetime.now(UTC) - older_than).timestamp()
    removed = 0
    with as_storage_errors():
        for path in directory.iterdir():
            with suppress(FileNotFoundError):  # another process deletes too
                if path.stat().st_mtime < before:
                    path.unlink()
                    removed += 1
    return removed


def fresh_path(directory: Path) -> Path:
    """Return an unused path in a directory of mode 0700, which is created when it is missing.

    Raises:
        StorageError: the directory cannot be created.
    """
    with as_storage_errors():
        make_private_directory(directory)
    return directory / new_token()


def discard(path: Path) -> None:
    """Delete a file and ignore errors; for clean-up while another error propagates."""
    with suppress(OSError):
        path.unlink(missing_ok=True)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        _flush_open(descriptor)
    finally:
        os.close(descriptor)


def _flush_open(descriptor: int) -> None:
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some network file systems cannot flush a directory and fail with EINVAL. Source: fsync(2).
        if error.errno != errno.EINVAL:
            raise


@contextmanager
def as_storage_errors() -> Iterator[None]:
    """Convert errors of the operating system to errors of the storage."""
    try:
        yield
    except OSError as error:
        raise storage_error(error) from error
