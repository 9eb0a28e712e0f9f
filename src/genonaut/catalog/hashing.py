"""Hashes of model files, as used by model websites and in the metadata of images.

Source: A1111 modules/hashes.py (AutoV2 is the first 10 hex digits of the file's SHA-256) and kohya's
``sshs_model_hash`` (AutoV3 is the first 12 of the SHA-256 of the tensors alone).
"""

import asyncio
import hashlib
import os
import threading
import time
from collections.abc import Callable, Container, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from types import TracebackType
from typing import BinaryIO, ClassVar, Self

import msgspec

from genonaut.catalog.identification.declared import EMPTY_SHA256
from genonaut.catalog.identification.safetensors import LENGTH_BYTES, MAX_HEADER_BYTES
from genonaut.catalog.regular_file import open_regular
from genonaut.catalog.scanning.discover import FoundFile, printable
from genonaut.core.errors import ConflictError, NotFoundError

CHUNK_BYTES = 4 * 1024 * 1024  # large enough for hashlib to release the GIL
SETTLED_SECONDS = 30.0
_NICENESS = 15
AUTOV2_DIGITS, AUTOV3_DIGITS = 10, 12


class UnstableFileError(ConflictError):
    """The file is empty or still being written, so its hash would be useless."""

    code: ClassVar[str] = "file_unstable"


class HashingCancelledError(ConflictError):
    """Hashing was cancelled; the file has to be hashed again from its beginning."""

    code: ClassVar[str] = "hashing_cancelled"


class HashKey(msgspec.Struct, frozen=True):
    """Identifies the content of a file; a hash is valid while all three stay the same."""

    path: str
    size_bytes: int
    mtime_ns: int

    @classmethod
    def of(cls, file: FoundFile) -> "HashKey":
        """Return the key of a file found by a scan."""
        return cls(file.path, file.size_bytes, file.mtime_ns)


class FileHashes(msgspec.Struct, frozen=True):
    """The hashes of one file as lower-case hex; ``tensors_sha256`` is empty except for safetensors."""

    key: HashKey
    sha256: str
    tensors_sha256: str = ""

    @property
    def autov2(self) -> str:
        """Return the AutoV2 hash, which A1111 calls the model hash."""
        return self.sha256[:AUTOV2_DIGITS]

    @property
    def autov3(self) -> str:
        """Return the AutoV3 hash, which does not change when the metadata is edited."""
        return self.tensors_sha256[:AUTOV3_DIGITS]


Progress = Callable[[int, int], None]


def pending(files: Iterable[FoundFile], done: Container[HashKey]) -> list[FoundFile]:
    """Return the files still to hash, smallest first, each inode once.

    This is how hashing resumes after a restart: hashes are stored file by file, and an unfinished file
    starts again, because hashlib cannot save its state.
    """
    inodes: set[tuple[int, int]] = set()
    waiting = []
    for file in sorted(files, key=lambda file: (file.size_bytes, file.path)):
        if file.size_bytes and HashKey.of(file) not in done and file.inode not in inodes:
            inodes.add(file.inode)
            waiting.append(file)
    return waiting


def hash_file(
    path: str,
    *,
    progress: Progress | None = None,
    is_cancelled: Callable[[], bool] = lambda: False,
    settled_seconds: float = SETTLED_SECONDS,
) -> FileHashes:
    """Hash a file in one pass; blocks until the whole file is read.

    Args:
        path: The file.
        progress: Called after each chunk with (bytes done, total bytes).
        is_cancelled: Called before each chunk; True stops the hashing.
        settled_seconds: Minimum time since the last write to the file.

    Raises:
        NotFoundError: The file does not exist or cannot be read.
        UnstableFileError: The file is empty, was written recently, or changed while it was read.
        HashingCancelledError: ``is_cancelled`` returned True.
    """
    name = printable(path)
    try:
        with open_regular(path, buffering=0) as file:
            before = os.fstat(file.fileno())
            _refuse_unstable(name, before, settled_seconds)
            whole, tensors = _digest(file, before.st_size, progress, is_cancelled)
            after = os.fstat(file.fileno())
    except OSError as error:
        raise NotFoundError(f"{name}: {error.strerror or error}") from error
    if _identity(before) != _identity(after):
        raise UnstableFileError(f"{name}: it changed while it was hashed")
    if whole == EMPTY_SHA256:
        raise UnstableFileError(f"{name}: the file has no content")
    key = HashKey(path, before.st_size, before.st_mtime_ns)
    return FileHashes(key, whole, "" if tensors == EMPTY_SHA256 else tensors)


def _refuse_unstable(name: str, facts: os.stat_result, settled_seconds: float) -> None:
    if facts.st_size == 0:
        raise UnstableFileError(f"{name}: the file has zero bytes")
    age_seconds = time.time() - facts.st_mtime
    # A time in the future does not show when the file was written.
    if 0 <= age_seconds < settled_seconds:
        raise UnstableFileError(f"{name}: it was written {age_seconds:.0f} seconds ago")


def _identity(facts: os.stat_result) -> tuple[int, int, int, int]:
    return facts.st_size, facts.st_mtime_ns, facts.st_ino, facts.st_dev


def _digest(
    file: BinaryIO, size: int, progress: Progress | None, is_cancelled: Callable[[], bool]
) -> tuple[str, str]:
    """Return the SHA-256 of the file and of its tensors; the latter is empty if there are none."""
    whole, tensors = hashlib.sha256(), hashlib.sha256()
    skip = _header_bytes(file, size)
    done = 0
    for chunk in _chunks(file):
        if is_cancelled():
            raise HashingCancelledError("hashing was cancelled")
        whole.update(chunk)
        if skip is not None:
            tensors.update(memoryview(chunk)[max(0, skip - done) :])
        done += len(chunk)
        if progress is not None:
            progress(done, size)
    if done != size:
        raise UnstableFileError(f"{done} bytes were read, {size} were expected")
    return whole.hexdigest(), tensors.hexdigest() if skip is not None else ""


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(CHUNK_BYTES):
        yield chunk


def _header_bytes(file: BinaryIO, size: int) -> int | None:
    """Return the offset of the tensors, or None if this is not a safetensors file."""
    start = file.read(LENGTH_BYTES + 1)
    file.seek(0)
    length = int.from_bytes(start[:LENGTH_BYTES], "little")
    looks_right = start[LENGTH_BYTES:] == b"{" and 0 < length <= MAX_HEADER_BYTES
    return length + LENGTH_BYTES if looks_right and length + LENGTH_BYTES < size else None


class Hasher:
    """One low-priority background thread that hashes one file at a time.

    An async context manager; leaving it cancels the current file.
    """

    def __init__(self, *, settled_seconds: float = SETTLED_SECONDS) -> None:
        self._settled_seconds = settled_seconds
        self._thread = ThreadPoolExecutor(1, "model-hash", initializer=_lower_priority)
        self._stopped = threading.Event()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopped.set()
        await asyncio.to_thread(self._thread.shutdown, cancel_futures=True)

    async def hash(self, path: str, progress: Progress | None = None) -> FileHashes:
        """Hash one file; if the caller is cancelled, the thread stops at its next chunk.

        ``progress`` is called in the event loop. Raises what ``hash_file`` raises.
        """
        cancelled = threading.Event()
        loop = asyncio.get_running_loop()

        def report(done: int, size: int) -> None:
            if progress is not None:
                loop.call_soon_threadsafe(progress, done, size)

        def work() -> FileHashes:
            return hash_file(
                path,
                progress=report,
                is_cancelled=lambda: cancelled.is_set() or self._stopped.is_set(),
                settled_seconds=self._settled_seconds,
            )

        try:
            return await loop.run_in_executor(self._thread, work)
        finally:
            cancelled.set()


def _lower_priority() -> None:
    # On Linux the priority applies to this thread; elsewhere it would apply to the whole process.
    if hasattr(os, "setpriority") and os.uname().sysname == "Linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
