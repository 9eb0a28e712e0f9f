"""Convert errors to ``application/problem+json`` (RFC 9457), without traceback, SQL or file paths."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, SerializationException, ValidationException
from litestar.types import ExceptionHandlersMap

from genonaut.collections.errors import LinkExpiredError
from genonaut.content.serving import UnsatisfiableRangeError
from genonaut.content.storage_quota import StorageQuotaExceededError
from genonaut.core.errors import (
    ConflictError,
    FieldError,
    ForbiddenError,
    GenonautError,
    InvalidInputError,
    NotAuthenticatedError,
    NotFoundError,
    RateLimitedError,
    UnavailableError,
)
from genonaut.core.validation_messages import user_message
from genonaut.db import DatabaseError
from genonaut.db.persistence import is_disconnect, is_lock_conflict
from genonaut.storage.media import MediaUnsupportedError
from genonaut.uploads.errors import (
    MalformedUploadError,
    UploadQuotaExceededError,
    UploadTooLargeError,
)
from genonaut.web.errors.parameter_errors import parameter_errors, parameters
from genonaut.web.errors.strict_request import body_errors

log = structlog.get_logger()
MEDIA_TYPE = "application/problem+json"
AnyRequest = Request[Any, Any, Any]


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An error response. ``code`` is stable; ``title`` and ``detail`` may change."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    errors: Sequence[FieldError] = ()


_STATUS: dict[type[GenonautError], HTTPStatus] = {
    NotFoundError: HTTPStatus.NOT_FOUND,
    ConflictError: HTTPStatus.CONFLICT,
    ForbiddenError: HTTPStatus.FORBIDDEN,
    NotAuthenticatedError: HTTPStatus.UNAUTHORIZED,
    InvalidInputError: HTTPStatus.UNPROCESSABLE_ENTITY,
    StorageQuotaExceededError: HTTPStatus.UNPROCESSABLE_ENTITY,
    RateLimitedError: HTTPStatus.TOO_MANY_REQUESTS,
    UnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
    LinkExpiredError: HTTPStatus.GONE,
    MalformedUploadError: HTTPStatus.BAD_REQUEST,
    UploadTooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    UploadQuotaExceededError: HTTPStatus.UNPROCESSABLE_ENTITY,
    MediaUnsupportedError: HTTPStatus.UNPROCESSABLE_ENTITY,
    UnsatisfiableRangeError: HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
}


# Python 3.13 renamed these phrases; clients keep the earlier ones.
_TITLES = {
    413: "Request Entity Too Large",
    414: "Request-URI Too Long",
    416: "Requested Range Not Satisfiable",
    422: "Unprocessable Entity",
}


def title_of(status: int) -> str:
    """Return the phrase of a status, the same with every Python version."""
    return _TITLES.get(status) or HTTPStatus(status).phrase


def code_of(status: int) -> str:
    """Return the problem code of an error that has none of its own."""
    return title_of(status).lower().replace(" ", "_").replace("-", "_")


def problem(
    path: str, status: int, detail: str, *, code: str, errors: Sequence[FieldError] = ()
) -> Problem:
    """Return the body of an error response."""
    return Problem(
        type=f"urn:genonaut:problem:{code}",
        title=title_of(status),
        status=status,
        detail=detail,
        instance=path,
        code=code,
        errors=errors,
    )


def answer(
    request: AnyRequest,
    status: int,
    detail: str,
    *,
    code: str,
    errors: Sequence[FieldError] = (),
    headers: dict[str, str] | None = None,
) -> Response[bytes]:
    """Return an error response for a request."""
    body = problem(request.url.path, status, detail, code=code, errors=errors)
    return Response(
        msgspec.json.encode(body), status_code=status, media_type=MEDIA_TYPE, headers=headers or {}
    )


def domain_error(request: AnyRequest, error: GenonautError) -> Response[bytes]:
    """Convert a domain error, with the status of its nearest known base class."""
    status = next(
        (_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS),
        HTTPStatus.INTERNAL_SERVER_ERROR,
    )
    headers: dict[str, str] = {}
    if isinstance(error, RateLimitedError | UnavailableError):
        headers["Retry-After"] = str(error.retry_after_seconds)
    if isinstance(error, NotAuthenticatedError):
        headers["WWW-Authenticate"] = 'Bearer realm="genonaut"'
    if isinstance(error, UnsatisfiableRangeError):
        headers["Content-Range"] = f"bytes */{error.size_bytes}"
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.warning("request.failed", code=error.code, error=str(error))
    errors = error.errors if isinstance(error, InvalidInputError) else ()
    return answer(request, status, str(error), code=error.code, errors=errors, headers=headers)


def invalid_input(request: AnyRequest, error: ValidationException) -> Response[bytes]:
    """Convert a validation error: 422 that names every wrong field."""
    items = [item for item in error.extra or () if isinstance(item, dict)]
    if any(item.get("key") == "data" and item.get("message") == "'data'" for item in items):
        detail = "the body is empty; send JSON"
        return answer(request, HTTPStatus.BAD_REQUEST, detail, code="malformed_json")
    names = {name: known.name for name, known in parameters(request.route_handler).items()}
    errors = [_field_error(names, item) for item in items]
    errors += body_errors(request)
    reported = {one.field for one in errors}
    errors += [one for one in parameter_errors(request) if one.field not in reported]
    detail = "; ".join(f"{one.field}: {one.message}" for one in errors) or error.detail
    return answer(
        request, HTTPStatus.UNPROCESSABLE_ENTITY, detail, code="invalid_input", errors=errors
    )


def http_error(request: AnyRequest, error: HTTPException) -> Response[bytes]:
    """Convert the errors of Litestar."""
    status = error.status_code
    headers = dict(error.headers or {})
    code = code_of(status)
    if status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return answer(request, status, error.detail, code=code, headers=headers)
    log.error("request.crashed", path=request.url.path, exc_info=error)
    return answer(request, status, "internal error", code=code, headers=headers)


def database_error(request: AnyRequest, error: DatabaseError) -> Response[bytes]:
    """Convert a database error: 503 when it is unavailable or a lock conflict, else 500."""
    if is_disconnect(error):
        log.warning("database.unavailable", during=request.url.path, error=type(error).__name__)
        return answer(
            request,
            HTTPStatus.SERVICE_UNAVAILABLE,
            "the database does not answer; try again shortly",
            code="unavailable",
            headers={"Retry-After": "5"},
        )
    if is_lock_conflict(error):
        log.warning("database.lock_conflict", during=request.url.path)
        return answer(
            request,
            HTTPStatus.SERVICE_UNAVAILABLE,
            "another request was changing the same rows; try again",
            code="unavailable",
            headers={"Retry-After": "1"},
        )
    return unexpected(request, error)


def unexpected(request: AnyRequest, error: Exception) -> Response[bytes]:
    """Convert an unexpected error to a 500 without internals; the log has the traceback."""
    if isinstance(error, OSError):
        return connection_error(request, error)
    log.error("request.crashed", path=request.url.path, exc_info=error)
    return answer(
        request,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "internal error; the log has the details under this request id",
        code="internal_error",
    )


def connection_error(request: AnyRequest, error: OSError) -> Response[bytes]:
    """Convert refused and broken connections to a dependency: 503."""
    log.warning("dependency.unavailable", during=request.url.path, error=type(error).__name__)
    return answer(
        request,
        HTTPStatus.SERVICE_UNAVAILABLE,
        "a service that Genonaut depends on does not answer; try again shortly",
        code="unavailable",
        headers={"Retry-After": "5"},
    )


def _field_error(names: Mapping[str, str], item: dict[str, Any]) -> FieldError:
    """Return the error of one field; ``names`` maps Python names to public parameter names."""
    key = str(item.get("key") or item.get("source") or "body")
    return FieldError(*user_message(names.get(key, key), str(item.get("message", "is not valid"))))


EXCEPTION_HANDLERS: ExceptionHandlersMap = {
    GenonautError: domain_error,
    ValidationException: invalid_input,
    HTTPException: http_error,
    SerializationException: http_error,
    DatabaseError: database_error,
    Exception: unexpected,
}
