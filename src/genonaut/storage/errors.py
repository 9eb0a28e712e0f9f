"""Errors of files and images, one class for each reaction of the caller."""

import errno
from enum import StrEnum
from typing import ClassVar

from genonaut.core.errors import GenonautError, NotFoundError, UnavailableError


class StorageError(UnavailableError):
    """The storage failed for a possibly temporary reason: network, disk, busy service."""

    code: ClassVar[str] = "storage_unavailable"


class StorageFullError(StorageError):
    """No space or quota is left (ENOSPC, EDQUOT); a retry helps once there is room."""

    code: ClassVar[str] = "storage_full"


class StorageNotWritableError(StorageError):
    """The storage may be read but not written (EROFS, EACCES, EPERM, refused credentials)."""

    code: ClassVar[str] = "storage_not_writable"


class FileMissingError(NotFoundError):
    """There is no file with this key."""

    code: ClassVar[str] = "file_missing"


class BadKeyError(GenonautError):
    """The text is not a valid key; it was not sent to the storage."""

    code: ClassVar[str] = "bad_key"


class RangeNotSatisfiableError(GenonautError):
    """The range starts at or after the end of the file, which has ``size_bytes``."""

    code: ClassVar[str] = "range_not_satisfiable"

    def __init__(self, message: str, *, size_bytes: int) -> None:
        super().__init__(message)
        self.size_bytes = size_bytes


class BadImageReason(StrEnum):
    """Why an image was refused."""

    UNKNOWN_FORMAT = "unknown_format"
    TRUNCATED = "truncated"
    CORRUPT = "corrupt"
    TOO_MANY_BYTES = "too_many_bytes"
    TOO_MANY_PIXELS = "too_many_pixels"


class BadImageError(GenonautError):
    """The bytes are not an accepted image; a retry with the same bytes cannot help."""

    code: ClassVar[str] = "bad_image"

    def __init__(self, message: str, *, reason: BadImageReason) -> None:
        super().__init__(message)
        self.reason = reason


_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_NOT_WRITABLE = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})


def storage_error(error: OSError) -> StorageError:
    """Return the storage error for an operating system error, chosen by its errno."""
    reason = error.strerror or type(error).__name__
    if error.errno in _FULL:
        return StorageFullError(f"the storage is full: {reason}")
    if error.errno in _NOT_WRITABLE:
        return StorageNotWritableError(f"the storage cannot be written: {reason}")
    return StorageError(f"the storage failed: {reason}")
