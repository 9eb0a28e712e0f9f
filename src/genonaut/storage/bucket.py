"""Open a bucket: address, credentials, time limits and retries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec

from genonaut.core.deferred_module import DeferredModule
from genonaut.core.errors import SettingsError
from genonaut.storage.errors import (
    FileMissingError,
    StorageError,
    StorageFullError,
    StorageNotWritableError,
    storage_error,
)

if TYPE_CHECKING:
    from obstore import exceptions
    from obstore.store import ObjectStoreMethods
else:  # loaded with the first use of a bucket
    exceptions = DeferredModule("obstore.exceptions")

_CONNECT = timedelta(seconds=5)
# Of a whole request, with its body: parts of 5 MiB, or an image in one piece.
_REQUEST = timedelta(minutes=10)
# Few and short: jobs wait and are tried again while the storage fails, and users wait for responses.
_RETRIES = 3
# Codes of S3 (AdminQuotaExceeded, XMinioStorageFull, …) and 507 Insufficient Storage (RFC 4918, 11.5).
# A bare 507 may be a part of a duration.
_FULL = re.compile(r"QuotaExceeded|StorageFull|\b507 Insufficient Storage")
# obstore describes an error in one line, and in a second paragraph its Rust structures.
_KIND = re.compile(r"\bkind: (Connect|Timeout|Interrupted|Decode)")
_MAX_REASON = 200
_S3 = frozenset({"s3", "s3a"})
_DEFAULT_REGION = "us-east-1"


class BucketOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How to reach a bucket; what is empty comes from the variables of the provider's own tools.

    All but ``timeout_seconds`` are for S3 and compatible servers.
    """

    endpoint: str = ""
    region: str = ""
    access_key_id: str = ""
    secret_access_key: str = ""
    path_style: bool = True
    """Whether the bucket is in the path of URLs, not in their host name."""
    timeout_seconds: float = 30.0
    """Time limit for the response to a request, and between two pieces of it."""

    def __repr__(self) -> str:
        return f"BucketOptions(endpoint={self.endpoint!r}, …)"


def open_bucket(url: str, options: BucketOptions) -> ObjectStoreMethods:
    """Return a bucket, without sending a request.

    Args:
        url: ``s3://bucket/prefix``, ``gs://bucket/prefix`` or ``az://account/container/prefix``.
        options: Address and credentials.

    Raises:
        SettingsError: the URL or an option is not valid.
    """
    from obstore.exceptions import BaseError  # noqa: PLC0415 - only with a bucket
    from obstore.store import from_url  # noqa: PLC0415

    scheme = urlsplit(url).scheme
    given: dict[str, Any] = _s3_options(options) if scheme in _S3 else {}
    client = {
        "connect_timeout": _CONNECT,
        "timeout": _REQUEST,
        "read_timeout": timedelta(seconds=options.timeout_seconds),
        "allow_http": options.endpoint.startswith("http://"),
    }
    retry = {
        "max_retries": _RETRIES,
        "retry_timeout": timedelta(seconds=options.timeout_seconds),
        "backoff": {"max_backoff": timedelta(seconds=2)},
    }
    try:
        return from_url(url, client_options=client, retry_config=retry, **given)  # type: ignore[call-overload,no-any-return]
    except (BaseError, ValueError) as error:
        reason = str(error).partition("\n")[0]
        raise SettingsError(f"{url} is not a bucket that can be used: {reason}") from error


def bucket_error(key: str, error: exceptions.BaseError) -> StorageError:
    """Return the storage error for an error of obstore."""
    text = str(error)
    kind = _KIND.search(text)
    reason = text.partition("\n")[0].rpartition(" - ")[2].partition("<?xml")[0]
    detail = f"{reason[:_MAX_REASON].strip(' :')}{f' ({kind[1].lower()})' if kind else ''}"
    if _FULL.search(text):
        return StorageFullError(f"the storage is full: {detail}")
    return StorageError(f"the storage failed at {key}: {detail}")


@contextmanager
def as_storage_errors(key: str) -> Iterator[None]:
    """Convert errors of obstore and of the operating system to storage errors."""
    try:
        yield
    except FileNotFoundError as error:
        raise FileMissingError(f"no file {key}") from error
    except (exceptions.PermissionDeniedError, exceptions.UnauthenticatedError) as error:
        raise StorageNotWritableError(f"the storage refuses the credentials for {key}") from error
    except exceptions.BaseError as error:
        raise bucket_error(key, error) from error
    except OSError as error:
        raise storage_error(error) from error


def _s3_options(options: BucketOptions) -> dict[str, Any]:
    names = ("endpoint", "region", "access_key_id", "secret_access_key")
    given: dict[str, Any] = {name: getattr(options, name) for name in names}
    given = {name: value for name, value in given.items() if value}
    if options.endpoint and not options.region:
        given["region"] = _DEFAULT_REGION  # compatible servers accept any
    given["virtual_hosted_style_request"] = not options.path_style
    # The server refuses contents that changed on their way.
    given["checksum_algorithm"] = "SHA256"
    return given
