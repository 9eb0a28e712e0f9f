from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genonaut.content.filters import words_of
from genonaut.content.ordering import Sort, read_cursor, write_cursor
from genonaut.content.serving import (
    Conditions,
    Stored,
    UnsatisfiableRangeError,
    prefers_webp,
    requested_range,
)
from genonaut.core.errors import InvalidInputError


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (None, ()),
        ("", ()),
        ("  ", ()),
        ("red fox red", ("red", "fox")),
        ('a "red fox" b', ("a", "red fox", "b")),
        ('"open', ('"open',)),
        ('"" " "', ()),
    ],
)
def test_searches_split_into_words_and_phrases(typed: str | None, words: tuple[str, ...]) -> None:
    assert words_of(typed) == words


@given(
    st.datetimes(min_value=datetime(1970, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.integers(1, 2**63 - 1),
)
def test_a_cursor_of_age_is_exact_to_the_microsecond(moment: datetime, content_id: int) -> None:
    sorts: tuple[Sort, ...] = ("newest", "oldest")
    for sort in sorts:
        key = (moment, content_id)
        assert read_cursor(write_cursor(key, sort), sort) == key


@given(st.floats(0, 5), st.integers(0, 2**63 - 1), st.integers(1, 2**63 - 1))
def test_a_cursor_of_rating_is_exact(average: float, count: int, content_id: int) -> None:
    key = (average, count, content_id)
    assert read_cursor(write_cursor(key, "top-rated"), "top-rated") == key


@given(st.text(max_size=80) | st.from_regex(r"[A-Za-z0-9_-]{1,80}", fullmatch=True))
def test_arbitrary_cursors_accept_headers_and_ranges_do_not_crash(text: str) -> None:
    sorts: tuple[Sort, ...] = ("newest", "top-rated")
    for sort in sorts:
        try:
            read_cursor(text, sort)
        except InvalidInputError:
            continue
    prefers_webp(text)
    stored = Stored(size_bytes=10, etag='"x"', modified=datetime(2026, 1, 1, tzinfo=UTC))
    try:
        part = requested_range(Conditions(range=f"bytes={text}"), stored)
    except UnsatisfiableRangeError:
        return
    assert part is None or 0 <= part.start < part.end <= 10


@pytest.mark.parametrize(
    ("accept", "is_webp"),
    [
        (None, False),
        ("image/webp", True),
        ("IMAGE/WEBP", True),
        ("image/webp ; q = 0.5, image/*;q=0.4", True),
        ("image/webp;q=0", False),
        ("image/webp;q=0.000, */*", False),
        ("image/*;q=0.8, image/jpeg", False),
        ("image/jpeg;q=0.1, */*", True),
        ("image/webp;q=2", True),
        (",,;q", False),
    ],
)
def test_the_heavier_weight_decides_between_webp_and_jpeg(
    accept: str | None, is_webp: bool
) -> None:
    assert prefers_webp(accept) is is_webp
