"""The file store: one asynchronous interface for a local directory and for buckets of S3, GCS and Azure."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec
from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import LocalStore, ObjectStoreMethods, from_url

from genonaut.storage.disk import STAGING_DIRECTORY, Disk, clear_stale, discard, fresh_path
from genonaut.storage.errors import (
    FileMissingError,
    RangeNotSatisfiableError,
    StorageError,
    StorageNotWritableError,
    storage_error,
)
from genonaut.storage.layout import check_key

# Large enough that a 1 MiB image takes few hops through the event loop, small enough for many readers at once.
CHUNK_BYTES = 256 * 1024


class FileHead(msgspec.Struct, frozen=True):
    """What is known of a file without reading it; ``etag`` is quoted, as HTTP writes it."""

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


class FileStore:
    """Files under keys; a file is there whole or not at all.

    Reads, listings and all bucket traffic go through obstore. Local writes do not: its LocalStore
    renames without fsync, and the image of a completed job must survive a power cut
    (docs/decisions/durable-files.md).
    """

    def __init__(
        self, bucket: ObjectStoreMethods, *, staging_directory: Path, disk: Disk | None = None
    ) -> None:
        """Use ``bucket`` for everything; with a ``disk``, writes and deletions go there instead."""
        self._bucket = bucket
        self._staging_directory = staging_directory
        self._disk = disk

    async def put(self, files: Mapping[str, bytes]) -> None:
        """Write files durably: all of them, or on an error none.

        A cancelled caller may leave whole files behind; clean-up finds them by their age.

        Raises:
            BadKeyError: a key is not one.
            StorageError: `StorageFullError`, `StorageNotWritableError`, or this itself.
        """
        for key in files:
            check_key(key)
        if self._disk is not None:
            await asyncio.to_thread(self._disk.put, files)
            return
        uploads = (self._upload(key, data) for key, data in files.items())
        outcomes = await asyncio.gather(*uploads, return_exceptions=True)
        failures = [outcome for outcome in outcomes if outcome is not None]
        if failures:
            with suppress(StorageError):  # the first failure tells more
                await self.delete(*files)
            raise failures[0]

    @asynccontextmanager
    async def staging(self) -> AsyncIterator[Path]:
        """Hand out a path for a file that is still arriving; what is left there is removed.

        Locally it lies on the file system of the store, so that `commit` is a rename. A full or
        read-only disk met inside the block leaves it as the StorageError that names it.

        Raises:
            StorageError: the block raised an OSError that speaks of the disk.
        """
        path = await asyncio.to_thread(fresh_path, self._staging_directory)
        try:
            yield path
        except OSError as error:
            named = storage_error(error)
            if type(named) is StorageError:  # a socket's error, not the disk's
                raise
            raise named from error
        finally:
            await asyncio.shield(asyncio.to_thread(discard, path))

    async def commit(self, staged: Path, key: str) -> None:
        """Turn the file staged at ``staged`` into the file of ``key``, durably and at once.

        Raises:
            BadKeyError: the key is not one.
            StorageError: by kind; the staged file stays until its block ends.
        """
        check_key(key)
        if self._disk is not None:
            await asyncio.to_thread(self._disk.adopt, staged, key)
        else:
            await self._upload(key, staged)

    async def read(self, key: str) -> bytes:
        """Return a whole file.

        Raises:
            FileMissingError: there is none.
            StorageError: it cannot be read.
        """
        with _naming_errors(key):
            result = await self._bucket.get_async(check_key(key))
            return bytes(await result.bytes_async())

    async def open(self, key: str, *, start: int = 0, end: int | None = None) -> FileRange:
        """Open a file, or a part of it, for streaming in chunks of 256 KiB.

        Args:
            key: Which file.
            start: First byte, from 0.
            end: Behind the last byte, cut to the file's size; None means to the end.

        Raises:
            FileMissingError: there is none; known before the first chunk.
            RangeNotSatisfiableError: the part holds no byte.
            StorageError: it cannot be read; also while iterating.
        """
        with _naming_errors(key):
            if start == 0 and end is None:
                result = await self._bucket.get_async(check_key(key))
            else:
                size = (await self.head(key)).size_bytes
                stop = size if end is None else min(end, size)
                if not 0 <= start < stop:
                    raise RangeNotSatisfiableError(
                        f"bytes {start} to {end} of a file of {size} bytes", size_bytes=size
                    )
                result = await self._bucket.get_async(key, options={"range": (start, stop)})
            first, last = result.range
            return FileRange(_head_of(result.meta), first, last, _chunks(key, result))

    async def head(self, key: str) -> FileHead:
        """Return a file's size, age and etag without reading it.

        Raises:
            FileMissingError: there is none.
            StorageError: the storage does not answer.
        """
        with _naming_errors(key):
            return _head_of(await self._bucket.head_async(check_key(key)))

    async def exists(self, key: str) -> bool:
        """Tell whether a file lies under the key.

        Raises:
            StorageError: the storage does not answer.
        """
        try:
            await self.head(key)
        except FileMissingError:
            return False
        return True

    async def delete(self, *keys: str) -> None:
        """Remove files; those that are not there count as removed, all are tried.

        Raises:
            StorageError: the first one that could not be removed.
        """
        for key in keys:
            check_key(key)
        outcomes = await asyncio.gather(*map(self._delete, keys), return_exceptions=True)
        for outcome in outcomes:
            if outcome is not None:
                raise outcome

    async def older_than(self, age: timedelta, *, prefix: str = "") -> AsyncIterator[FileHead]:
        """Find the files that were written longer ago than ``age``, in no particular order.

        Args:
            age: By the storage's clock.
            prefix: Whole segments of a key, such as ``images/7``; empty means everything.

        Raises:
            StorageError: the listing broke off; also while iterating.
        """
        before = datetime.now(UTC) - age
        with _naming_errors(prefix):
            async for batch in self._bucket.list(prefix or None):
                for meta in batch:
                    hidden = meta["path"].startswith(f"{STAGING_DIRECTORY}/")
                    if not hidden and meta["last_modified"] < before:
                        yield _head_of(meta)

    async def clear_staging(self, *, older_than: timedelta) -> int:
        """Remove the staged files that killed processes left behind, and return how many.

        Raises:
            StorageError: the staging directory cannot be read or written.
        """
        return await asyncio.to_thread(clear_stale, self._staging_directory, older_than)

    async def _upload(self, key: str, data: bytes | Path) -> None:
        with _naming_errors(key):
            await self._bucket.put_async(key, data)

    async def _delete(self, key: str) -> None:
        if self._disk is not None:
            await asyncio.to_thread(self._disk.delete, key)
            return
        with suppress(FileMissingError), _naming_errors(key):
            await self._bucket.delete_async(key)


def open_local_store(root: Path) -> FileStore:
    """Return the store of a local directory, which is created if need be.

    Raises:
        StorageNotWritableError: the directory cannot be created or written.
    """
    disk = Disk(root)
    return FileStore(LocalStore(disk.root), staging_directory=disk.staging_directory, disk=disk)


def open_bucket_store(url: str, *, staging_directory: Path | None = None) -> FileStore:
    """Return the store of a bucket; nothing is sent yet.

    Args:
        url: ``s3://bucket/prefix``, ``gs://…``, ``az://…``; credentials come from the environment
            variables of the provider's own tools. ``file:///…`` is the local store of that path.
        staging_directory: Where downloads are staged; None means one of our own in the system's
            directory for temporary files.
    """
    parts = urlsplit(url)
    if parts.scheme == "file":  # obstore would write there without fsync
        return open_local_store(Path(unquote(parts.path)))
    directory = staging_directory or Path(tempfile.gettempdir(), f"genonaut-staging-{os.getuid()}")
    return FileStore(from_url(url), staging_directory=directory)


def _head_of(meta: Mapping[str, Any]) -> FileHead:
    return FileHead(meta["path"], meta["size"], meta["last_modified"], meta["e_tag"])


async def _chunks(key: str, result: Any) -> AsyncIterator[bytes]:  # noqa: ANN401 - obstore names the type in stubs only
    with _naming_errors(key):
        async for chunk in result.stream(min_chunk_size=CHUNK_BYTES):
            yield bytes(chunk)


@contextmanager
def _naming_errors(key: str) -> Iterator[None]:
    """Raise obstore's and the system's errors as ours."""
    try:
        yield
    except FileNotFoundError as error:
        raise FileMissingError(f"no file {key}") from error
    except (PermissionDeniedError, UnauthenticatedError) as error:
        raise StorageNotWritableError(f"the storage refuses its credentials for {key}") from error
    except BaseError as error:
        raise StorageError(f"the storage failed at {key}: {type(error).__name__}") from error
    except OSError as error:
        raise storage_error(error) from error
