"""The file store: one async interface for a local directory and for S3, GCS and Azure."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from genonaut.core.deferred_module import DeferredModule
from genonaut.core.private_files import own_temporary_directory
from genonaut.storage.bucket import BucketOptions, as_storage_errors, open_bucket
from genonaut.storage.disk import (
    NO_FILES,
    STAGING_DIRECTORY,
    Disk,
    DiskSpace,
    clear_stale,
    discard,
    fresh_path,
)
from genonaut.storage.errors import (
    FileMissingError,
    RangeNotSatisfiableError,
    StorageError,
    storage_error,
)
from genonaut.storage.file_ranges import FileHead, FileRange, head_of
from genonaut.storage.layout import check_key, new_token

if TYPE_CHECKING:
    import obstore
    from obstore import store as stores
else:  # loaded with the first use of a bucket, of a stream or of a listing: 4 MiB
    obstore = DeferredModule("obstore")
    stores = DeferredModule("obstore.store")

# Large enough for few event loop iterations per image, small enough for many concurrent readers.
CHUNK_BYTES = 256 * 1024
MIN_FREE_BYTES = 64 * 1024 * 1024
"""Several images with thumbnails; a disk with less counts as full."""
_PROBE_BYTES = 64 * 1024
_NO_OPTIONS = BucketOptions()


class FileStore:
    """Files by key; writes are atomic.

    Reads, listings and all bucket traffic go through obstore. Local writes do not: its LocalStore
    renames without fsync, and the image of a completed job must survive a power cut
    (docs/decisions/durable-files.md).
    """

    def __init__(
        self,
        bucket: stores.ObjectStoreMethods | None,
        *,
        staging_directory: Path,
        disk: Disk | None = None,
    ) -> None:
        """Use ``bucket`` for everything, or with a ``disk`` that, and obstore for what it does not do."""
        self._given_bucket = bucket
        self._staging_directory = staging_directory
        self._disk = disk

    @property
    def disk(self) -> Disk | None:
        """Return the local disk, for threads that write to it themselves; None for a bucket."""
        return self._disk

    @cached_property
    def _bucket(self) -> stores.ObjectStoreMethods:
        if self._given_bucket is not None:
            return self._given_bucket
        if self._disk is None:
            raise RuntimeError("neither a bucket nor a disk")
        return stores.LocalStore(self._disk.root)

    async def put(self, files: Mapping[str, bytes], copies: Mapping[str, bytes] = NO_FILES) -> None:
        """Write files durably: all of them, or on an error none.

        On a local disk ``copies`` may be damaged by a power cut: files that can be made again, and whose
        readers compare them with a recorded hash.

        A cancelled call may leave complete files behind; the clean-up deletes them by age.

        Raises:
            BadKeyError: a key is not valid.
            StorageError: the storage is full, not writable or failed.
        """
        every = {**files, **copies}
        for key in every:
            check_key(key)
        if self._disk is not None:
            await asyncio.to_thread(self._disk.put, files, copies)
            return
        uploads = (self._upload(key, data) for key, data in every.items())
        outcomes = await asyncio.gather(*uploads, return_exceptions=True)
        failures = [outcome for outcome in outcomes if outcome is not None]
        if failures:
            with suppress(StorageError):  # the first failure is the relevant one
                await self.delete(*every)
            raise failures[0]

    async def check_writable(self) -> None:
        """Write, read and delete a small file beside the images.

        Raises:
            StorageError: it cannot be written, or a local disk has less than 64 MiB left.
        """
        if self._disk is not None:
            await asyncio.to_thread(self._disk.require_space, MIN_FREE_BYTES)
        key = f"images/probe-{new_token()}"
        probe = bytes(_PROBE_BYTES)
        await self.put({key: probe})
        try:
            if await self.read(key) != probe:
                raise StorageError("the storage returned other bytes than were written")
        except FileMissingError as error:
            raise StorageError("the storage lost a file that was just written") from error
        finally:
            await self.delete(key)

    async def disk_space(self) -> DiskSpace | None:
        """Return the space of the local file system; None for a bucket.

        Raises:
            StorageError: it cannot be read.
        """
        return None if self._disk is None else await asyncio.to_thread(self._disk.space)

    @asynccontextmanager
    async def staging(self) -> AsyncIterator[Path]:
        """Yield a path for a file that is being received; the file is deleted at the end.

        A local store stages on its own file system, so that `commit` is a rename. An OSError of
        the block that means a full or read-only disk is raised as the matching StorageError.

        Raises:
            StorageError: the disk is full or not writable.
        """
        path = await asyncio.to_thread(fresh_path, self._staging_directory)
        try:
            yield path
        except OSError as error:
            converted = storage_error(error)
            if type(converted) is StorageError:  # an error of a socket, not of the disk
                raise
            raise converted from error
        finally:
            await asyncio.shield(asyncio.to_thread(discard, path))

    async def commit(self, staged: Path, key: str) -> None:
        """Move a staged file to ``key``, durably and atomically.

        Raises:
            BadKeyError: the key is not valid.
            StorageError: as for ``put``; the staged file is kept until its block ends.
        """
        check_key(key)
        if self._disk is not None:
            await asyncio.to_thread(self._disk.adopt, staged, key)
        else:
            await self._upload(key, staged)

    async def read(self, key: str) -> bytes:
        """Return a whole file.

        Raises:
            FileMissingError: there is no such file.
            StorageError: the file cannot be read.
        """
        if self._disk is not None:
            loop = asyncio.get_running_loop()
            return (await loop.run_in_executor(None, self._disk.read, check_key(key)))[0]
        with as_storage_errors(key):
            result = await self._bucket.get_async(check_key(key))
            return bytes(await result.bytes_async())

    def local_path(self, key: str) -> Path | None:
        """Return the path of a file on the local disk; None for a bucket."""
        return None if self._disk is None else self._disk.path(check_key(key))

    async def read_part(self, key: str, *, start: int, end: int) -> tuple[bytes, int]:
        """Return the bytes from ``start`` to ``end``, exclusive, and the size of the whole file.

        For files that fit into memory; one hop to a thread on a local disk.

        Raises:
            FileMissingError: there is no such file.
            RangeNotSatisfiableError: the file of a bucket is shorter than ``start``.
            StorageError: the file cannot be read.
        """
        check_key(key)
        if self._disk is not None:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(None, self._disk.read, key, start, end)
        opened = await self.open(key, start=start, end=end)
        chunks = [chunk async for chunk in opened.chunks]
        return b"".join(chunks), opened.head.size_bytes

    async def open(self, key: str, *, start: int = 0, end: int | None = None) -> FileRange:
        """Open a file, or a range of it, for streaming in chunks of 256 KiB.

        Args:
            key: Key of the file.
            start: First byte, from 0.
            end: End of the range, exclusive, limited to the file size; None: to the end.

        Raises:
            FileMissingError: there is no such file; raised before the first chunk.
            RangeNotSatisfiableError: the range contains no byte.
            StorageError: the file cannot be read; also raised while iterating.
        """
        with as_storage_errors(key):
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
            return FileRange(head_of(result.meta), first, last, _chunks(key, result))

    async def head(self, key: str) -> FileHead:
        """Return size, time of change and etag of a file without reading it.

        Raises:
            FileMissingError: there is no such file.
            StorageError: the storage does not answer.
        """
        with as_storage_errors(key):
            return head_of(await self._bucket.head_async(check_key(key)))

    async def exists(self, key: str) -> bool:
        """Return whether there is a file with the key.

        Raises:
            StorageError: the storage does not answer.
        """
        try:
            await self.head(key)
        except FileMissingError:
            return False
        return True

    async def signed_url(self, key: str, *, valid_for: timedelta) -> str | None:
        """Return a URL at which anyone can read a file for some time; None for a local directory.

        No request is sent: the file may be missing.

        Raises:
            BadKeyError: the key is not valid.
            StorageError: the bucket cannot sign URLs, or there are no credentials.
        """
        if self._disk is not None:
            return None
        if not isinstance(self._bucket, stores.S3Store | stores.GCSStore | stores.AzureStore):
            return None
        with as_storage_errors(check_key(key)):
            return await obstore.sign_async(self._bucket, "GET", key, valid_for)

    async def delete(self, *keys: str) -> None:
        """Delete files. Missing files are no error, and each file is tried.

        Raises:
            StorageError: a file could not be deleted; the first error is raised.
        """
        for key in keys:
            check_key(key)
        outcomes = await asyncio.gather(*map(self._delete, keys), return_exceptions=True)
        for outcome in outcomes:
            if outcome is not None:
                raise outcome

    async def older_than(self, age: timedelta, *, prefix: str = "") -> AsyncIterator[FileHead]:
        """Yield the files that are older than ``age``, in no particular order.

        Args:
            age: Age by the clock of this machine.
            prefix: Complete segments of a key, such as ``images/7``; empty: all files.

        Raises:
            StorageError: the listing failed; also raised while iterating.
        """
        before = datetime.now(UTC) - age
        async for head in self.list_files(prefix=prefix):
            if head.last_modified < before:
                yield head

    async def list_files(self, *, prefix: str = "") -> AsyncIterator[FileHead]:
        """Yield all files, in no particular order.

        Args:
            prefix: Complete segments of a key, such as ``images/7``; empty: all files.

        Raises:
            StorageError: the listing failed; also raised while iterating.
        """
        with as_storage_errors(prefix):
            async for batch in self._bucket.list(prefix or None):
                for meta in batch:
                    if not meta["path"].startswith(f"{STAGING_DIRECTORY}/"):
                        yield head_of(meta)

    async def clear_staging(self, *, older_than: timedelta) -> int:
        """Delete staged files that killed processes left behind; return their number.

        Raises:
            StorageError: the staging directory cannot be read or written.
        """
        return await asyncio.to_thread(clear_stale, self._staging_directory, older_than)

    async def _upload(self, key: str, data: bytes | Path) -> None:
        try:
            with as_storage_errors(key):
                await self._bucket.put_async(key, data)
        except FileMissingError as error:  # S3 answers 404 for the bucket
            raise StorageError("the storage failed: the bucket does not exist") from error

    async def _delete(self, key: str) -> None:
        if self._disk is not None:
            await asyncio.to_thread(self._disk.delete, key)
            return
        with suppress(FileMissingError), as_storage_errors(key):
            await self._bucket.delete_async(key)


def open_local_store(root: Path) -> FileStore:
    """Return the store of a local directory, which is created when it is missing.

    Raises:
        StorageNotWritableError: the directory cannot be created or written.
    """
    disk = Disk(root)
    return FileStore(None, staging_directory=disk.staging_directory, disk=disk)


def open_bucket_store(
    url: str, *, options: BucketOptions = _NO_OPTIONS, staging_directory: Path | None = None
) -> FileStore:
    """Return the store of a bucket, without sending a request.

    Args:
        url: ``s3://bucket/prefix``, ``gs://…``, ``az://…``; credentials come from the environment
            variables of the provider's own tools unless ``options`` contain them. ``file:///…`` is
            the local store of that path.
        options: Address, credentials and time limits.
        staging_directory: Directory of staged downloads; None: a private one in the system's
            directory for temporary files.

    Raises:
        StorageNotWritableError: that directory belongs to another user.
        SettingsError: the URL or an option is not valid.
    """
    parts = urlsplit(url)
    if parts.scheme == "file":  # obstore would write there without fsync
        return open_local_store(Path(unquote(parts.path)))
    if staging_directory is None:
        try:
            staging_directory = own_temporary_directory("genonaut-staging")
        except OSError as error:
            raise storage_error(error) from error
    return FileStore(open_bucket(url, options), staging_directory=staging_directory)


async def _chunks(key: str, result: Any) -> AsyncIterator[bytes]:  # noqa: ANN401 - obstore names the type in stubs only
    with as_storage_errors(key):
        async for chunk in result.stream(min_chunk_size=CHUNK_BYTES):
            yield bytes(chunk)
