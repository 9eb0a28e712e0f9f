"""Domain errors; their messages are shown to users."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import ClassVar

import msgspec


class FieldError(msgspec.Struct, frozen=True):
    """What is wrong with one field of the input."""

    field: str
    message: str


class GenonautError(Exception):
    """Base of every error that callers may see; ``code`` is stable, the message is not."""

    code: ClassVar[str] = "error"


class NotFoundError(GenonautError):
    """The object does not exist, or the caller may not know that it does."""

    code = "not_found"


class ConflictError(GenonautError):
    """The state of the object does not allow the request."""

    code = "conflict"


class ForbiddenError(GenonautError):
    """The caller is authenticated but not allowed to do this."""

    code = "forbidden"


class NotAuthenticatedError(GenonautError):
    """The request has no credentials, or invalid ones."""

    code = "not_authenticated"


class InvalidInputError(GenonautError):
    """The input is invalid; ``errors`` has one entry per field."""

    code = "invalid_input"

    def __init__(self, *errors: FieldError) -> None:
        super().__init__("; ".join(f"{error.field}: {error.message}" for error in errors))
        self.errors = errors

    @classmethod
    def of(cls, field: str, message: str) -> "InvalidInputError":
        """Return the error for a single field."""
        return cls(FieldError(field, message))


def collect_errors() -> AbstractContextManager[Callable[[], AbstractContextManager[None]]]:
    """Run several checks, then raise the errors of all of them as one.

    Run each check inside ``with`` of the yielded function. Use the values that the checks assign
    only after this context has ended.

    Raises:
        InvalidInputError: with the field errors of all checks.
    """
    return _Checks()


class _Checks(AbstractContextManager[Callable[[], AbstractContextManager[None]]]):
    # Classes instead of generators: every request for a list runs through here.
    def __init__(self) -> None:
        self._errors: list[FieldError] = []

    def __enter__(self) -> Callable[[], AbstractContextManager[None]]:
        return lambda: _Check(self._errors)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if error is None and self._errors:
            raise InvalidInputError(*self._errors)


class _Check(AbstractContextManager[None]):
    def __init__(self, errors: list[FieldError]) -> None:
        self._errors = errors

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> bool:
        if not isinstance(error, InvalidInputError):
            return False
        self._errors.extend(error.errors)
        return True


class RateLimitedError(GenonautError):
    """Too many requests; the caller may retry after ``retry_after_seconds``."""

    code = "rate_limited"

    def __init__(self, message: str, *, retry_after_seconds: int) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class UnavailableError(GenonautError):
    """A service that Genonaut needs does not respond; the caller may retry soon."""

    code = "unavailable"

    def __init__(self, message: str, *, retry_after_seconds: int = 5) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class SettingsError(GenonautError):
    """The settings are invalid; the message names the key."""

    code = "settings"
