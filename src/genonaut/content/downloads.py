"""Errors and names of files that are served for items."""

import contextlib
import re
from collections.abc import Iterator

import structlog

from genonaut.content.file_access import FileItem
from genonaut.content.tables import ContentType
from genonaut.core.errors import NotFoundError, UnavailableError
from genonaut.storage.errors import (
    BadImageError,
    FileMissingError,
    RangeNotSatisfiableError,
    StorageError,
)

log = structlog.get_logger()
NEVER_SHOWN = frozenset({ContentType.MODEL3D, ContentType.FILE})
"""Types that are sent as an attachment: a browser must not run what it does not know."""
_EXTENSIONS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "image/avif": "avif",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
    "video/webm": "webm",
    "video/x-matroska": "mkv",
    "video/ogg": "ogv",
    "audio/mp4": "m4a",
    "audio/webm": "weba",
    "audio/x-matroska": "mka",
    "audio/ogg": "ogg",
    "audio/flac": "flac",
    "audio/wav": "wav",
    "audio/mpeg": "mp3",
}


class ContentFileMissingError(NotFoundError):
    """The item exists, but its file is missing from the storage."""

    code = "file_missing"


class ContentFileDamagedError(NotFoundError):
    """The file differs from what the item records."""

    code = "file_damaged"


class FilesUnavailableError(UnavailableError):
    """The storage does not respond."""

    code = "storage_unavailable"


@contextlib.contextmanager
def storage_errors_of(name: str) -> Iterator[None]:
    """Convert storage errors to errors that name the file; storage keys appear only in the log.

    Args:
        name: for example ``content 12``.

    Raises:
        ContentFileMissingError: the file does not exist.
        ContentFileDamagedError: the file is shorter than recorded, or not an image.
        FilesUnavailableError: the storage failed; a later try may succeed.
    """
    try:
        yield
    except FileMissingError as error:
        log.warning("content.file_missing", file=name, error=str(error))
        message = f"the file of {name} is missing from the storage"
        raise ContentFileMissingError(message) from error
    except (BadImageError, RangeNotSatisfiableError) as error:
        log.warning("content.file_damaged", file=name, error=str(error))
        raise damaged_file_error(name) from error
    except StorageError as error:
        log.warning("content.storage_failed", file=name, error=str(error))
        raise FilesUnavailableError("the storage does not answer; try again shortly") from error


def damaged_file_error(name: str) -> ContentFileDamagedError:
    """Return the error for a file that differs from what its row records."""
    return ContentFileDamagedError(f"the file of {name} is damaged in the storage")


def require_undamaged(item: FileItem) -> None:
    """Raise if the verification found the file of an item damaged.

    Raises:
        ContentFileDamagedError: the file differs from the hash that the item records.
    """
    if item.is_damaged:
        raise damaged_file_error(item.name)


def download_name(item: FileItem) -> str:
    """Return an ASCII file name made of the id and the title, which every browser accepts."""
    words = re.sub(r"[^a-z0-9]+", "-", item.title.lower()).strip("-")[:60].strip("-")
    extension = _EXTENSIONS.get(item.mime) or item.storage_key.rpartition(".")[2]
    return f"{item.id:06d}{'-' if words else ''}{words}.{extension}"
