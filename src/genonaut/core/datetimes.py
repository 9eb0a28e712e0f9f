"""Parse dates and times from query parameters."""

from datetime import UTC, datetime

import msgspec

from genonaut.core.errors import InvalidInputError


def parse_datetime(text: str | None, *, field: str) -> datetime | None:
    """Parse an RFC 3339 date and time and return it in UTC; without a zone it is read as UTC.

    Raises:
        InvalidInputError: the text has another format (numbers are not accepted), or the time is
            outside the years 1 to 9999.
    """
    if text is None:
        return None
    try:
        value = msgspec.convert(text, datetime)
        return value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC)
    except msgspec.ValidationError:
        message = "must be a date and time like 2026-01-31T12:00:00Z"
        raise InvalidInputError.of(field, message) from None
    except OverflowError:
        raise InvalidInputError.of(field, "is outside the years 1 to 9999") from None
