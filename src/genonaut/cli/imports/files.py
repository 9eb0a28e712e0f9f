"""The work of ``genonaut import files``: send files, folders and zips one image at a time."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from http import HTTPStatus
from pathlib import Path

import aiohttp
import click
import msgspec

from genonaut.cli.api_client import ApiClient, ApiRefusedError, open_api
from genonaut.cli.output import printable
from genonaut.cli.running_services import resolved_settings
from genonaut.cli.work_progress import WorkProgress
from genonaut.core.concurrency import for_each
from genonaut.core.sizes import format_bytes
from genonaut.imports.archives import (
    ArchivedFile,
    ArchiveError,
    ArchiveLimits,
    archived_files,
    is_archive,
)

_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".mp4", ".mov", ".webm", ".mkv", ".zip"})
"""Of the files that are searched in folders; a file that is named is sent whatever its name is."""
_AT_ONCE = 4
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


class ImportApi(ApiClient):
    """A client with the route of imports."""

    @classmethod
    def of(cls, api: ApiClient) -> "ImportApi":
        """Return a client of the same server."""
        return cls(api._http, api.base_url)  # noqa: SLF001  # of the base class

    async def send(self, name: str, data: bytes) -> ImportedFile:
        """Import one file.

        Raises:
            ApiRefusedError: the API refused the request.
            UnavailableError: the API does not answer.
        """
        form = aiohttp.FormData()
        form.add_field("file", data, filename=name)
        status, _, answer = await self._exchange("POST", "/api/v1/imports", form=form)
        if status != HTTPStatus.OK:
            raise self._refused_error(status, answer)
        return self._decoded(answer, Imported).items[0]


async def import_files(environment: str, server: str | None, paths: Sequence[Path]) -> bool:
    """Import all images of files, folders and zips; print what did not fit, and the numbers.

    Returns:
        Whether every file was imported or was there already.
    """
    counts: Counter[str] = Counter()
    async with open_api(resolved_settings(environment), server) as api:
        client = ImportApi.of(api)
        with WorkProgress() as progress:

            async def act(file: ArchivedFile) -> None:
                outcome = await _outcome(client, file)
                counts[outcome.status] += 1
                if outcome.status == "refused":
                    click.echo(printable(f"{file.name}: {outcome.reason}"), err=True)
                progress.show("files", counts.total(), None)

            await for_each(_in_thread(_files(paths)), act, at_once=_AT_ONCE)
    click.echo(
        f"{counts['imported']} imported, {counts['duplicate']} were there already,"
        f" {counts['refused']} refused"
    )
    return not counts["refused"]


async def _outcome(api: ImportApi, file: ArchivedFile) -> ImportedFile:
    if file.data is None:
        return ImportedFile("refused", reason=file.reason)
    while True:
        try:
            return await api.send(file.name, file.data)
        except ApiRefusedError as error:
            if error.status != HTTPStatus.TOO_MANY_REQUESTS:
                return ImportedFile("refused", reason=str(error))
        await asyncio.sleep(_PAUSE_SECONDS)


async def _in_thread(files: Iterator[ArchivedFile]) -> AsyncIterator[ArchivedFile]:
    while (file := await asyncio.to_thread(next, files, None)) is not None:
        yield file


def _files(paths: Sequence[Path]) -> Iterator[ArchivedFile]:
    for path in paths:
        if path.is_dir():
            found = sorted(one for one in path.rglob("*") if one.suffix.lower() in _SUFFIXES)
            for one in found:
                if one.is_file() and not one.is_symlink():
                    yield from _read(one)
        else:
            yield from _read(path)


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
            yield ArchivedFile(str(path), path.read_bytes())
    except ArchiveError as error:
        yield ArchivedFile(str(path), None, str(error))
    except OSError as error:
        yield ArchivedFile(str(path), None, f"it cannot be read: {error.strerror}")
