"""Errors of uploads, one class for each status."""

from genonaut.core.errors import GenonautError, InvalidInputError


class MalformedUploadError(GenonautError):
    """The body is not a complete ``multipart/form-data`` body."""

    code = "malformed_multipart"


class UploadTooLargeError(GenonautError):
    """The file has more than ``uploads.max_bytes``."""

    code = "request_entity_too_large"


class UploadQuotaExceededError(GenonautError):
    """The user would store more uploads than ``uploads.quota_bytes``."""

    code = "upload_quota_exceeded"


def refused(message: str) -> InvalidInputError:
    """Return the error for a file that is not accepted."""
    return InvalidInputError.of("file", message)
