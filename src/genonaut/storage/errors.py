"""What can go wrong with a file or an image, named by what the caller may do about it."""

import errno
from enum import StrEnum
from typing import ClassVar

from genonaut.core.errors import GenonautError, NotFoundError, UnavailableError


class StorageError(UnavailableError):
    """The storage failed for a reason that may pass: a network, a disk, a busy service."""

    code: ClassVar[str] = "storage_unavailable"


class StorageFullError(StorageError):
    """No space or quota is left (ENOSPC, EDQUOT); worth a retry once somebody made room."""

    code: ClassVar[str] = "storage_full"


class StorageNotWritableError(StorageError):
    """The storage may be read but not written (EROFS, EACCES, EPERM, refused credentials)."""

    code: ClassVar[str] = "storage_not_writable"


class FileMissingError(NotFoundError):
    """No file lies under the key."""

    code: ClassVar[str] = "file_missing"


class BadKeyError(GenonautError):
    """The text cannot be a key; it never reached the storage."""

    code: ClassVar[str] = "bad_key"


class RangeNotSatisfiableError(GenonautError):
    """The range starts at or behind the end of the file, which is ``size_bytes`` long."""

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
    """The bytes are not an image we accept; trying again with the same bytes cannot help."""

    code: ClassVar[str] = "bad_image"

    def __init__(self, message: str, *, reason: BadImageReason) -> None:
        super().__init__(message)
        self.reason = reason


_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_NOT_WRITABLE = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})


def storage_error(error: OSError) -> StorageError:
    """Return the storage error an operating system error stands for, judged by its errno."""
    reason = error.strerror or type(error).__name__
    if error.errno in _FULL:
        return StorageFullError(f"the storage is full: {reason}")
    if error.errno in _NOT_WRITABLE:
        return StorageNotWritableError(f"the storage cannot be written: {reason}")
    return StorageError(f"the storage failed: {reason}")
