from datetime import UTC, datetime

import pytest

from genonaut.core.datetimes import parse_datetime
from genonaut.core.errors import InvalidInputError


@pytest.mark.parametrize(
    "text", ["2026-11-01T12:00:00Z", "2026-11-01T12:00:00", "2026-11-01T21:00:00+09:00"]
)
def test_datetimes_are_parsed_as_utc(text: str) -> None:
    assert parse_datetime(text, field="x") == datetime(2026, 11, 1, 12, tzinfo=UTC)


def test_none_stays_none() -> None:
    assert parse_datetime(None, field="x") is None


@pytest.mark.parametrize("text", ["0.5", "1700000000", "", "yesterday", "2026-13-01T00:00:00Z"])
def test_other_texts_are_refused_with_the_field(text: str) -> None:
    with pytest.raises(InvalidInputError, match="created_to: must be a date and time"):
        parse_datetime(text, field="created_to")


@pytest.mark.parametrize("text", ["9999-12-31T23:59:59-01:00", "0001-01-01T00:00:00+01:00"])
def test_datetimes_outside_the_calendar_are_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="created_to: is outside"):
        parse_datetime(text, field="created_to")
