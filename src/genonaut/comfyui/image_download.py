"""Downloads of finished images: over HTTP, else from an output directory shared with ComfyUI."""

import asyncio
import contextlib
import errno
import shutil
from http import HTTPStatus
from pathlib import Path
from typing import BinaryIO

import aiohttp
import structlog

from genonaut.comfyui.client import ComfyClient
from genonaut.comfyui.errors import (
    ComfyUnreachableError,
    ImageMissingError,
    ImageTooLargeError,
    TruncatedDownloadError,
)
from genonaut.comfyui.wire import ImageRef
from genonaut.core.sizes import format_bytes

logger = structlog.get_logger(__name__)

# A PNG of 16384 x 16384 pixels, ComfyUI's largest latent, has at most 0.8 GB; usual ones have 1-10 MB.
DEFAULT_LIMIT_BYTES = 256 * 1024 * 1024
_DISK_FULL_ERRNOS = {errno.ENOSPC, errno.EDQUOT}
_CHUNK_BYTES = 1024 * 1024
# A slower server would occupy the attempt for hours. The first seconds are free: the server may be
# loading a model.
_MIN_BYTES_PER_SECOND = 16 * 1024
_FREE_SECONDS = 60.0
# ComfyUI answers 400 and 403 to names that lead outside the folder.
_MISSING_STATUSES = {HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}


async def fetch_image(
    client: ComfyClient,
    image: ImageRef,
    destination: Path,
    *,
    output_dir: Path | None = None,
    limit_bytes: int = DEFAULT_LIMIT_BYTES,
    attempts: int = 3,
    pause_seconds: float = 0.5,
) -> int:
    """Write the image to ``destination``, which is overwritten, and return its size in bytes.

    Args:
        client: the server that rendered the image.
        image: the reference from the history.
        destination: a temporary file of the caller; does not exist after a failure.
        output_dir: ComfyUI's output directory if it is mounted here; used if the download fails.
        limit_bytes: larger images are refused.
        attempts: how often a download is tried; rendering again costs far more.
        pause_seconds: pause between two attempts.

    Raises:
        ImageMissingError: ComfyUI does not have the file.
        TruncatedDownloadError: every attempt ended early.
        ComfyUnreachableError: the server does not answer.
        ImageTooLargeError: above the limit.
        OSError: the disk of ``destination`` is full or fails.
    """
    try:
        return await _download_with_retries(
            client,
            image,
            destination,
            limit_bytes=limit_bytes,
            attempts=attempts,
            pause_seconds=pause_seconds,
        )
    except (ImageMissingError, TruncatedDownloadError, ComfyUnreachableError) as error:
        if output_dir is None or image.type != "output":
            raise
        size = await asyncio.to_thread(_copy_from, output_dir, image, destination, limit_bytes)
        if size is None:
            raise
        logger.info("comfyui.image_read_from_directory", file=image.filename, reason=str(error))
        return size


async def _download_with_retries(
    client: ComfyClient,
    image: ImageRef,
    destination: Path,
    *,
    limit_bytes: int,
    attempts: int,
    pause_seconds: float,
) -> int:
    for _ in range(attempts - 1):
        try:
            return await download(client, image, destination, limit_bytes=limit_bytes)
        except (TruncatedDownloadError, ComfyUnreachableError) as error:
            logger.info("comfyui.download_repeated", file=image.filename, reason=str(error))
        await asyncio.sleep(pause_seconds)
    return await download(client, image, destination, limit_bytes=limit_bytes)


async def download(
    client: ComfyClient,
    image: ImageRef,
    destination: Path,
    *,
    limit_bytes: int = DEFAULT_LIMIT_BYTES,
) -> int:
    """Stream one image from /view into a file, once; see fetch_image for errors."""
    file = _BufferedFile(destination)
    try:
        size = await _stream(client, image, file, limit_bytes)
        await file.finish()
    except BaseException:
        await asyncio.to_thread(file.discard)
        raise
    return size


async def read_image(client: ComfyClient, image: ImageRef, *, limit_bytes: int) -> bytes:
    """Return the bytes of one image, tried once; see fetch_image for errors."""
    memory = _Memory()
    await _stream(client, image, memory, limit_bytes)
    return b"".join(memory.chunks)


class _Memory:
    """Collects the chunks of a small image."""

    def __init__(self) -> None:
        self.chunks: list[bytes] = []

    async def add(self, chunk: bytes) -> None:
        """Add the next bytes."""
        self.chunks.append(chunk)


class _BufferedFile:
    """A file that is written in large chunks, because each write needs a thread.

    Disk errors are returned, not raised: errors of the connection are OSErrors too.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._chunks: list[bytes] = []
        self._buffered_bytes = 0
        self._file: BinaryIO | None = None

    async def add(self, chunk: bytes) -> OSError | None:
        """Add the next bytes; return an error of the disk."""
        self._chunks.append(chunk)
        self._buffered_bytes += len(chunk)
        if self._buffered_bytes < _CHUNK_BYTES:
            return None
        return await asyncio.to_thread(self._write)

    async def finish(self) -> None:
        """Write the remaining bytes and close.

        Raises:
            OSError: the disk is full or fails.
        """
        error = await asyncio.to_thread(self._write_and_close)
        if error is not None:
            raise error

    def discard(self) -> None:
        """Delete the file."""
        if self._file is not None:
            with contextlib.suppress(OSError):  # writes the buffer to the disk that failed
                self._file.close()
        self._path.unlink(missing_ok=True)

    def _write(self) -> OSError | None:
        try:
            if self._file is None:
                self._file = self._path.open("wb")
            self._file.write(b"".join(self._chunks))
        except OSError as error:
            return error
        self._chunks.clear()
        self._buffered_bytes = 0
        return None

    def _write_and_close(self) -> OSError | None:
        error = self._write()
        if error is None and self._file is not None:
            try:
                self._file.close()
            except OSError as late:
                return late
        return error


async def _stream(
    client: ComfyClient, image: ImageRef, file: _BufferedFile | _Memory, limit_bytes: int
) -> int:
    connection = client.connection
    params = {"filename": image.filename, "subfolder": image.subfolder, "type": image.type}
    timeout = aiohttp.ClientTimeout(
        total=None,
        connect=connection.timeouts.connect_seconds,
        sock_connect=connection.timeouts.connect_seconds,
        sock_read=connection.timeouts.read_seconds,
    )
    size, rate = 0, _RateCheck(connection.timeouts.read_seconds)
    is_answered = False
    disk_error: OSError | None = None
    try:
        async with connection.request(
            "GET",
            "/view",
            params=params,
            # With a compressing proxy, Content-Length would not be the size of the image.
            headers={"Accept-Encoding": "identity"},
            timeout=timeout,
        ) as reply:
            _check_status(reply.status, image)
            is_answered = True
            _check_size(reply.content_length or 0, limit_bytes, image)
            async for chunk in reply.content.iter_chunked(_CHUNK_BYTES):
                size += len(chunk)
                rate.require(size)
                _check_size(size, limit_bytes, image)
                disk_error = await file.add(chunk)
                if disk_error is not None:
                    break
            announced = reply.content_length
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        if is_answered:
            raise TruncatedDownloadError(f"{image.filename} stopped at {size} bytes") from error
        raise ComfyUnreachableError(f"no response to the download of {image.filename}") from error
    if disk_error is not None:
        raise disk_error
    if size == 0 or (announced is not None and size != announced):
        raise TruncatedDownloadError(f"{image.filename} has {size} of {announced} bytes")
    return size


class _RateCheck:
    """Ends a download below the minimum rate.

    A pause counts for at most ``read_seconds``, the limit of the connection: a longer one means that
    this process was frozen.
    """

    def __init__(self, read_seconds: float) -> None:
        self._clock = asyncio.get_running_loop().time
        self._read_seconds = read_seconds
        self._last = self._clock()
        self._seconds = 0.0

    def require(self, size: int) -> None:
        """Count the time since the last call; ``size`` is the number of bytes so far.

        Raises:
            TimeoutError: the rate is too low.
        """
        now = self._clock()
        self._seconds += min(now - self._last, self._read_seconds)
        self._last = now
        if self._seconds > _FREE_SECONDS + size / _MIN_BYTES_PER_SECOND:
            raise TimeoutError


def _check_status(status: int, image: ImageRef) -> None:
    if status in _MISSING_STATUSES:
        raise ImageMissingError(f"ComfyUI has no image {image.filename} (status {status})")
    if status != HTTPStatus.OK:
        raise ComfyUnreachableError(
            f"ComfyUI answered {status} to the download of {image.filename}"
        )


def _check_size(size: int, limit_bytes: int, image: ImageRef) -> None:
    if size > limit_bytes:
        raise ImageTooLargeError(f"{image.filename} is larger than {format_bytes(limit_bytes)}")


def _copy_from(
    output_dir: Path, image: ImageRef, destination: Path, limit_bytes: int
) -> int | None:
    """Copy the file if it is inside the directory, links resolved; None if there is no such file."""
    try:
        root = output_dir.resolve(strict=True)
        source = (root / image.subfolder / image.filename).resolve(strict=True)
        if not source.is_relative_to(root) or not source.is_file():
            return None
        size = source.stat().st_size
        _check_size(size, limit_bytes, image)
        shutil.copyfile(source, destination)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        destination.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno in _DISK_FULL_ERRNOS:
            raise
        return None
    return size or None
