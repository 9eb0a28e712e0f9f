"""The files of items as they are handed out: read, checked against the row, named."""

import contextlib
import re
from collections.abc import Iterator

import structlog

from genonaut.content.tables import ContentItem
from genonaut.core.errors import NotFoundError, UnavailableError
from genonaut.storage.errors import (
    BadImageError,
    FileMissingError,
    RangeNotSatisfiableError,
    StorageError,
)

log = structlog.get_logger()
_EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}


class ContentFileMissingError(NotFoundError):
    """The row is there, its file is not: somebody deleted it behind our back."""

    code = "file_missing"


class ContentFileDamagedError(NotFoundError):
    """The file is not the one the row describes."""

    code = "file_damaged"


class FilesUnavailableError(UnavailableError):
    """The storage does not answer."""

    code = "storage_unavailable"


@contextlib.contextmanager
def naming_items(content_id: int) -> Iterator[None]:
    """Raise the storage's errors as ones that name the item; keys go to the log alone.

    Raises:
        ContentFileMissingError: there is no such file.
        ContentFileDamagedError: it is shorter than recorded or no image.
        FilesUnavailableError: the storage failed; it may pass.
    """
    try:
        yield
    except FileMissingError as error:
        log.warning("content.file_missing", content=content_id, error=str(error))
        message = f"the file of content {content_id} is missing from the storage"
        raise ContentFileMissingError(message) from error
    except (BadImageError, RangeNotSatisfiableError) as error:
        log.warning("content.file_damaged", content=content_id, error=str(error))
        raise damaged(content_id) from error
    except StorageError as error:
        log.warning("content.storage_failed", content=content_id, error=str(error))
        raise FilesUnavailableError("the storage does not answer; try again shortly") from error


def damaged(content_id: int) -> ContentFileDamagedError:
    """Return the error of a file that is not what the row says."""
    return ContentFileDamagedError(f"the file of content {content_id} is damaged in the storage")


def download_name(item: ContentItem) -> str:
    """Return a file name made of the id and the title; ASCII, so that every browser reads it."""
    words = re.sub(r"[^a-z0-9]+", "-", item.title.lower()).strip("-")[:60].strip("-")
    return f"{item.id:06d}{'-' if words else ''}{words}.{_EXTENSIONS.get(item.mime, 'bin')}"
