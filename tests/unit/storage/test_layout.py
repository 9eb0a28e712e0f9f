from datetime import UTC, datetime, timedelta, timezone
from pathlib import PurePosixPath
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genonaut.storage.errors import BadKeyError
from genonaut.storage.layout import (
    MAX_KEY_LENGTH,
    check_key,
    image_key,
    new_token,
    thumbnail_key,
)

AT = datetime(2026, 3, 9, 23, 30, tzinfo=UTC)


def test_an_image_key_has_user_and_utc_day() -> None:
    east = timezone(timedelta(hours=5))
    key = image_key(
        user_id=7, at=AT.astimezone(east), job_id=41, attempt=2, token="c0ffee", extension="png"
    )
    assert key == "images/7/2026/03/09/41-2-c0ffee.png"


def test_a_thumbnail_key_is_next_to_its_image() -> None:
    assert thumbnail_key("images/7/41-2-c0ffee.png", longest_edge_px=256) == (
        "images/7/41-2-c0ffee.256.webp"
    )


def test_user_ids_may_be_uuids() -> None:
    user = UUID(int=3)
    key = image_key(user_id=user, at=AT, job_id=1, attempt=1, token="a", extension="webp")
    assert key.startswith(f"images/{user}/2026/")


def test_tokens_differ() -> None:
    assert len({new_token() for _ in range(100)}) == 100


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/",
        "/etc/passwd",
        "..",
        "a/../b",
        "a/./b",
        "a//b",
        "a/",
        ".staging/x",
        "a/.hidden",
        "a\\b",
        "a\0b",
        "a\n",
        "a b",
        "C:x",
        "ä",
        "-x",
        "a" * 129,
        "/".join(["a" * 100] * 6),
    ],
)
def test_invalid_keys_are_refused(text: str) -> None:
    with pytest.raises(BadKeyError):
        check_key(text)


def test_parts_of_a_key_cannot_contain_a_path() -> None:
    with pytest.raises(BadKeyError):
        image_key(user_id=1, at=AT, job_id=1, attempt=1, token="../../x", extension="png")


@given(st.text(alphabet="ab./\\.-_~\0\n é", max_size=40) | st.text(max_size=40))
def test_a_key_never_leaves_the_root(text: str) -> None:
    try:
        key = check_key(text)
    except BadKeyError:
        return
    path = PurePosixPath("/root", key)
    assert path.is_relative_to("/root")
    assert path.parts[2:] == tuple(key.split("/"))
    assert not any(part.startswith(".") for part in key.split("/"))
    assert key.isascii()
    assert len(key) <= MAX_KEY_LENGTH


@given(
    user=st.uuids() | st.integers(1, 2**63),
    job=st.integers(1, 2**63),
    attempt=st.integers(1, 10**6),
    at=st.datetimes(timezones=st.just(UTC)),
)
def test_every_image_key_is_valid(user: UUID | int, job: int, attempt: int, at: datetime) -> None:
    key = image_key(
        user_id=user, at=at, job_id=job, attempt=attempt, token=new_token(), extension="png"
    )
    assert check_key(key) == key
    assert check_key(thumbnail_key(key, longest_edge_px=1024))
