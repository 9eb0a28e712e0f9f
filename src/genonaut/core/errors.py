"""The errors of the domain: what went wrong, in words for the person who can mend it."""

import contextlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import ClassVar

import msgspec


class FieldError(msgspec.Struct, frozen=True):
    """What is wrong with one field of the input."""

    field: str
    message: str


class GenonautError(Exception):
    """Base of every error that a caller may be shown; ``code`` is stable, the text is not."""

    code: ClassVar[str] = "error"


class NotFoundError(GenonautError):
    """The thing does not exist, or belongs to someone else."""

    code = "not_found"


class ConflictError(GenonautError):
    """The thing exists, in a state that does not allow the request."""

    code = "conflict"


class ForbiddenError(GenonautError):
    """The caller is known and may not do this."""

    code = "forbidden"


class NotAuthenticatedError(GenonautError):
    """The caller has not said, or not proven, who they are."""

    code = "not_authenticated"


class InvalidInputError(GenonautError):
    """The input breaks a rule; ``errors`` names each field and its rule."""

    code = "invalid_input"

    def __init__(self, *errors: FieldError) -> None:
        super().__init__("; ".join(f"{error.field}: {error.message}" for error in errors))
        self.errors = errors

    @classmethod
    def of(cls, field: str, message: str) -> "InvalidInputError":
        """Return the error for a single field."""
        return cls(FieldError(field, message))


@contextlib.contextmanager
def errors_together() -> Iterator[Callable[[], AbstractContextManager[None]]]:
    """Let every check run, then raise all their complaints as one.

    Each check stands in a ``with`` of its own of what this yields; what it assigns may be used
    once the outer one has been left.

    Raises:
        InvalidInputError: names what any of the checks named.
    """
    errors: list[FieldError] = []

    @contextlib.contextmanager
    def noting() -> Iterator[None]:
        try:
            yield
        except InvalidInputError as error:
            errors.extend(error.errors)

    yield noting
    if errors:
        raise InvalidInputError(*errors)


class RateLimitedError(GenonautError):
    """Too much, too fast; may be tried again after ``retry_after_seconds``."""

    code = "rate_limited"

    def __init__(self, message: str, *, retry_after_seconds: int) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class UnavailableError(GenonautError):
    """Something the service depends on does not answer; may be tried again shortly."""

    code = "unavailable"

    def __init__(self, message: str, *, retry_after_seconds: int = 5) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class SettingsError(GenonautError):
    """The settings cannot be used; the message names the key."""

    code = "settings"
