"""The work of ``genonaut import files``: send files, folders and zips one image at a time."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import TypeVar

import aiohttp
import click
import msgspec

from genonaut.cli.api_client import ApiClient, ApiRefusedError, open_api
from genonaut.cli.output import printable
from genonaut.cli.running_services import resolved_settings
from genonaut.cli.sidecar_files import sidecars_beside
from genonaut.cli.work_progress import WorkProgress
from genonaut.core.concurrency import for_each
from genonaut.core.sizes import format_bytes
from genonaut.imports.archives import (
    ArchivedFile,
    ArchiveError,
    ArchiveLimits,
    archived_files,
    count_files,
    is_archive,
)
from genonaut.metadata import read_sidecar

T = TypeVar("T")
_SUFFIXES = frozenset(
    {".png", ".jpg", ".jpeg", ".webp", ".avif", ".mp4", ".mov", ".webm", ".mkv", ".zip"}
)
"""Of the files that are searched in folders; a file that is named is sent whatever its name is."""
_AT_ONCE = 4
_BATCH_FILES = 100
_BATCH_BYTES = 16_000_000
"""Files that are looked up together; a larger one alone. As many as ``_AT_ONCE`` batches are in memory."""
_PAUSE_SECONDS = 2.0
"""After the API has answered that there were too many requests."""
_LIMITS = ArchiveLimits(
    max_files=1_000_000, max_file_bytes=100_000_000, max_total_bytes=1_000_000_000_000
)
"""Of a zip on this machine, which is sent file by file; the API has limits of its own."""


class ImportedFile(msgspec.Struct, frozen=True):
    """The outcome for one file."""

    status: str
    content_id: int | None = None
    reason: str | None = None


class Imported(msgspec.Struct, frozen=True):
    """The outcomes of one request."""

    items: list[ImportedFile]


class _Known(msgspec.Struct, frozen=True):
    items: dict[str, int]


class HashedFile(msgspec.Struct, frozen=True):
    """A file to import and its SHA-256; empty for one that cannot be read."""

    file: ArchivedFile
    sha256: str


class ImportApi(ApiClient):
    """A client with the route of imports."""

    @classmethod
    def of(cls, api: ApiClient) -> "ImportApi":
        """Return a client of the same server."""
        return cls(api._http, api.base_url)  # noqa: SLF001  # of the base class

    async def known(self, hashes: Sequence[str]) -> dict[str, int]:
        """Return the user's items by the SHA-256 of their files.

        Raises:
            ApiRefusedError: the API refused the request.
            UnavailableError: the API does not answer.
        """
        body = {"sha256": list(hashes)}
        return (await self._request("POST", "/api/v1/imports/known", _Known, body=body)).items

    async def send(self, file: ArchivedFile, data: bytes) -> ImportedFile:
        """Import one file, with the first sidecar that says how it was made.

        Raises:
            ApiRefusedError: the API refused the request.
            UnavailableError: the API does not answer.
        """
        form = aiohttp.FormData(quote_fields=False)  # else the name arrives in percent encoding
        form.add_field("file", data, filename=printable(file.name))
        sidecar = next((one for one in file.sidecars if read_sidecar(one) is not None), None)
        if sidecar is not None:
            form.add_field("sidecar", sidecar, filename="sidecar")
        status, _, answer = await self._exchange("POST", "/api/v1/imports", form=form)
        if status != HTTPStatus.OK:
            raise self._refused_error(status, answer)
        return self._decoded(answer, Imported).items[0]


async def import_files(environment: str, server: str | None, paths: Sequence[Path]) -> bool:
    """Import all images of files, folders and zips; print what did not fit, and the numbers.

    Files that the user has already are found by their hashes and not sent.

    Returns:
        Whether every file was imported or was there already.
    """
    counts: Counter[str] = Counter()
    async with open_api(resolved_settings(environment), server) as api:
        client = ImportApi.of(api)
        total = await asyncio.to_thread(_count, paths)
        with WorkProgress() as progress:

            async def act(batch: Sequence[HashedFile]) -> None:
                hashes = [one.sha256 for one in batch if one.sha256]
                known = await _admitted(lambda: client.known(hashes)) if hashes else {}
                for one in batch:
                    content_id = known.get(one.sha256)
                    outcome = ImportedFile("duplicate", content_id)
                    if content_id is None:
                        outcome = await _outcome(client, one.file)
                    counts[outcome.status] += 1
                    if outcome.status == "refused":
                        click.echo(printable(f"{one.file.name}: {outcome.reason}"), err=True)
                    progress.show("files", counts.total(), total)

            try:
                await for_each(_in_thread(_batches(paths)), act, at_once=_AT_ONCE)
            except asyncio.CancelledError:
                click.echo("interrupted; the same command continues the import", err=True)
                raise
    click.echo(
        f"{counts['imported']} imported, {counts['duplicate']} were there already,"
        f" {counts['refused']} refused"
    )
    return not counts["refused"]


async def _outcome(api: ImportApi, file: ArchivedFile) -> ImportedFile:
    data = file.data
    if data is None:
        return ImportedFile("refused", reason=file.reason)
    try:
        return await _admitted(lambda: api.send(file, data))
    except ApiRefusedError as error:
        return ImportedFile("refused", reason=str(error))


async def _admitted(send: Callable[[], Awaitable[T]]) -> T:
    """Return the answer to a request, which is sent again after too many requests."""
    while True:
        try:
            return await send()
        except ApiRefusedError as error:
            if error.status != HTTPStatus.TOO_MANY_REQUESTS:
                raise
        await asyncio.sleep(_PAUSE_SECONDS)


async def _in_thread(items: Iterator[T]) -> AsyncIterator[T]:
    while (item := await asyncio.to_thread(next, items, None)) is not None:
        yield item


def _batches(paths: Sequence[Path]) -> Iterator[Sequence[HashedFile]]:
    """Yield the files with their hashes, a few at a time."""
    batch: list[HashedFile] = []
    size = 0
    for path in _paths(paths):
        for file in _read(path):
            data = file.data or b""
            if batch and (len(batch) >= _BATCH_FILES or size + len(data) > _BATCH_BYTES):
                yield batch
                batch, size = [], 0
            sha256 = "" if file.data is None else hashlib.sha256(data).hexdigest()
            batch.append(HashedFile(file, sha256))
            size += len(data)
    if batch:
        yield batch


def _paths(paths: Sequence[Path]) -> Iterator[Path]:
    """Yield the files that are named, and those of folders that may be images or zips."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        found = sorted(one for one in path.rglob("*") if one.suffix.lower() in _SUFFIXES)
        yield from (one for one in found if one.is_file() and not one.is_symlink())


def _count(paths: Sequence[Path]) -> int:
    """Return the number of files, those of zips included."""
    count = 0
    for path in _paths(paths):
        try:
            with path.open("rb") as file:
                is_zip = is_archive(file.read(8))
            count += count_files(path) if is_zip else 1
        except OSError:
            count += 1
    return count


def _read(path: Path) -> Iterator[ArchivedFile]:
    try:
        with path.open("rb") as file:
            is_zip = is_archive(file.read(8))
        if is_zip:
            yield from archived_files(path, _LIMITS)
        elif path.stat().st_size > _LIMITS.max_file_bytes:
            yield ArchivedFile(
                str(path), None, f"it is larger than {format_bytes(_LIMITS.max_file_bytes)}"
            )
        else:
            yield ArchivedFile(str(path), path.read_bytes(), sidecars=sidecars_beside(path))
    except ArchiveError as error:
        yield ArchivedFile(str(path), None, str(error))
    except OSError as error:
        yield ArchivedFile(str(path), None, f"it cannot be read: {error.strerror}")
