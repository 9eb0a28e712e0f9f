"""Moments as people write them into an address."""

from datetime import UTC, datetime

import msgspec

from genonaut.core.errors import InvalidInputError


def read_moment(text: str | None, *, field: str) -> datetime | None:
    """Return an RFC 3339 date and time in UTC; one without a zone is taken for UTC.

    Raises:
        InvalidInputError: it is written otherwise (a bare number too), or lies outside the years
            1 to 9999.
    """
    if text is None:
        return None
    try:
        moment = msgspec.convert(text, datetime)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except msgspec.ValidationError:
        message = "is not a date and time like 2026-01-31T12:00:00Z"
        raise InvalidInputError.of(field, message) from None
    except OverflowError:
        raise InvalidInputError.of(field, "lies outside the years 1 to 9999") from None
