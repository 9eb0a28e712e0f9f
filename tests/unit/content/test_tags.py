import pytest
from hypothesis import given
from hypothesis import strategies as st

from genonaut.content.tags import normalise_tag, normalise_tags, read_tag_list
from genonaut.core.errors import InvalidInputError


@pytest.mark.parametrize(
    ("typed", "tag"),
    [
        (" Sea ", "sea"),
        ("RED \t hair", "red hair"),
        ("ﬁre", "fire"),
        ("Cafe\u0301", "café"),
        ("İstanbul", "i\u0307stanbul"),
        ("\uff21\uff42\uff43", "abc"),
        ("日本", "日本"),
        ("👩\u200d👩\u200d👧", "👩\u200d👩\u200d👧"),
        ("1girl", "1girl"),
        ("\U0001fae8", "\U0001fae8"),  # an emoji that Python 3.11 does not know
        (":3", ":3"),
        ("x" * 50, "x" * 50),
        ("  " + "x" * 50 + "  ", "x" * 50),
    ],
)
def test_tags_are_normalised(typed: str, tag: str) -> None:
    assert normalise_tag(typed) == tag
    assert normalise_tag(tag) == tag


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "1 to 50"),
        (" \n\t", "1 to 50"),
        ("x" * 51, "1 to 50"),
        ("\ufdfa" * 3, "1 to 50"),
        ("a,b", "comma"),
        ("a\uff0cb", "comma"),
        ("a\0b", "control or invisible"),
        ("a\u202eb", "control or invisible"),
        ("a\u200bb", "control or invisible"),
        ("a\ue000", "control or invisible"),
        ("\u200d", "visible"),
        ("\u0301", "visible"),
    ],
)
def test_an_invalid_tag_has_a_reason(typed: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        normalise_tag(typed)


@given(st.text(max_size=60))
def test_normalising_twice_changes_nothing_and_fits_the_column(typed: str) -> None:
    try:
        tag = normalise_tag(typed)
    except ValueError:
        return
    assert normalise_tag(tag) == tag
    assert 1 <= len(tag) <= 50
    assert "\0" not in tag
    assert "\n" not in tag


def test_the_index_of_an_invalid_tag_is_named() -> None:
    with pytest.raises(InvalidInputError) as caught:
        normalise_tags(["a", "b,c"])
    assert caught.value.errors[0].field == "tags[1]"


def test_empty_parts_of_a_tag_list_are_ignored() -> None:
    assert read_tag_list(None) == ()
    assert read_tag_list(" , ,") == ()
    assert read_tag_list("b, A,,b ") == ("a", "b")
    with pytest.raises(InvalidInputError, match="at most 10"):
        read_tag_list(",".join("abcdefghijk"))
