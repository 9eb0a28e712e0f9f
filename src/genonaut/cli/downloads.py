"""Files that the API streams: written as they arrive, complete or not at all."""

import asyncio
from http import HTTPStatus
from pathlib import Path
from typing import BinaryIO

import aiohttp

from genonaut.cli.api_client import ApiClient
from genonaut.core.errors import GenonautError, UnavailableError

_NO_LIMIT = aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=60)
"""A file may take hours, but not pause for long."""


class DownloadedFileError(GenonautError):
    """A downloaded file cannot be written."""

    code = "downloaded_file"


class DownloadApi(ApiClient):
    """A client that writes files as they arrive."""

    @classmethod
    def of(cls, api: ApiClient) -> "DownloadApi":
        """Return a client of the same server."""
        return cls(api._http, api.base_url)  # noqa: SLF001  # of the base class

    async def download(self, route: str, file: BinaryIO) -> int:
        """Write what a route streams; returns its size in bytes.

        Raises:
            UnavailableError: the connection broke, so the file is incomplete.
            OSError: the file cannot be written.
        """
        size_bytes = 0
        try:
            async with self._http.get(f"{self.base_url}{route}", timeout=_NO_LIMIT) as reply:
                if reply.status != HTTPStatus.OK:
                    raise self._refused_error(reply.status, await reply.read())
                async for chunk in reply.content.iter_any():
                    await asyncio.to_thread(file.write, chunk)
                    size_bytes += len(chunk)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise UnavailableError(f"the download was interrupted: {error}") from error
        return size_bytes


async def download_to(api: DownloadApi, route: str, path: Path) -> int:
    """Write what a route streams to a new file, complete or not at all; returns its bytes.

    Raises:
        DownloadedFileError: the file exists or cannot be written.
        UnavailableError: the connection broke.
    """
    partial = path.with_name(f".{path.name}.part")
    try:
        if await asyncio.to_thread(path.exists):
            raise DownloadedFileError(f"{path} exists already; give another name with --out")
        try:
            with await asyncio.to_thread(partial.open, "wb") as file:
                size_bytes = await api.download(route, file)
            await asyncio.to_thread(partial.replace, path)
        finally:
            await asyncio.to_thread(partial.unlink, missing_ok=True)
    except OSError as error:
        raise DownloadedFileError(f"cannot write {path}: {error.strerror}") from error
    return size_bytes
