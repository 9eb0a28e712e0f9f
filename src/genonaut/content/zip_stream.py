"""A zip of stored files, made while it is sent: neither the archive nor a file is held in memory.

The files are stored, not compressed: images and videos are compressed already. Files beyond 4 GiB, and
archives beyond 4 GiB or 65,535 files, use ZIP64. Source: PKWARE APPNOTE.TXT 6.3.10, 4.3.9 and 4.5.3.
"""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import structlog

from genonaut.content.downloads import download_name
from genonaut.content.file_access import FileItem
from genonaut.runtime import Runtime
from genonaut.storage.errors import FileMissingError
from genonaut.storage.file_ranges import FileRange

log = structlog.get_logger()
MISSING_NAME = "missing-files.txt"
"""A text in the archive that lists the files that were not there; absent if all were."""
_FIRST_YEAR = 1980
_FLUSH_BYTES = 65_536


class _Sent:
    """What `ZipFile` has written and was not sent yet; it cannot seek, so sizes follow each file."""

    def __init__(self) -> None:
        self._pending = bytearray()

    def write(self, data: bytes) -> int:
        """Keep some bytes."""
        self._pending += data
        return len(data)

    def flush(self) -> None:
        """Do nothing: `take` is the only way out."""

    def __len__(self) -> int:
        return len(self._pending)

    def take(self) -> bytes:
        """Return and forget what was written."""
        data = bytes(self._pending)
        self._pending.clear()
        return data


async def zip_files(runtime: Runtime, items: AsyncIterator[FileItem]) -> AsyncIterator[bytes]:
    """Yield the archive of the files of some items; each item is to occur once.

    A file that is missing or known to be damaged is named in ``missing-files.txt`` instead.

    Raises:
        StorageError: the storage failed in the middle; the archive is incomplete.
    """
    sent, missing = _Sent(), []
    with ZipFile(sent, "w", ZIP_STORED) as archive:  # type: ignore[call-overload]
        async for item in items:
            name = download_name(item)
            opened = await _opened(runtime, item)
            if opened is None:
                missing.append(name)
                continue
            with archive.open(_entry(name, item.created_at, opened.head.size_bytes), "w") as file:
                async for chunk in opened.chunks:
                    file.write(chunk)
                    yield sent.take()
            # Small files in one piece: each piece is a chunk of HTTP.
            if len(sent) > _FLUSH_BYTES:
                yield sent.take()
        if missing:
            text = "\n".join(["These files were missing or damaged:", *missing, ""])
            archive.writestr(_entry(MISSING_NAME, datetime.now(UTC), len(text)), text)
    yield sent.take()


async def _opened(runtime: Runtime, item: FileItem) -> FileRange | None:
    """Return the open file of an item; None if it is missing or known to be damaged."""
    if item.is_damaged:
        return None
    try:
        return await runtime.store.open(item.storage_key)
    except FileMissingError as error:
        log.warning("content.zip_skipped", file=item.name, error=str(error))
        return None


def archive_name(title: str) -> str:
    """Return an ASCII file name for an archive, which every browser accepts."""
    words = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60].strip("-")
    return f"{words or 'images'}.zip"


def _entry(name: str, at: datetime, size_bytes: int) -> ZipInfo:
    moment = at.astimezone(UTC)
    parts = (moment.month, moment.day, moment.hour, moment.minute, moment.second)
    info = ZipInfo(name, (max(moment.year, _FIRST_YEAR), *parts))
    info.compress_type = ZIP_STORED
    info.external_attr = 0o644 << 16
    # Decides whether the entry needs ZIP64.
    info.file_size = size_bytes
    return info
