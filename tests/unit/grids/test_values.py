"""The values of an axis in all their forms."""

import pytest

from genonaut.grids.values import counted, read_texts, read_values, stepped


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("3, 5, 7", [3, 5, 7]),
        ("3.5,\n7", [3.5, 7]),
        ("1-5", [1, 2, 3, 4, 5]),
        ("5-1", [5, 4, 3, 2, 1]),
        ("1-5 (+2)", [1, 3, 5]),
        ("10-5 (-3)", [10, 7]),
        ("0-1 (0.1)", [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]),
        ("1-10 [5]", [1, 3, 6, 8, 10]),
        ("0.0-1.0 [3]", [0, 0.5, 1]),
        ("-2--1", [-2, -1]),
        ("euler, dpmpp_2m", ["euler", "dpmpp_2m"]),
        ('"a cat, asleep", a dog', ["a cat, asleep", "a dog"]),
        ("832x1216", ["832x1216"]),
        ("1, 4-5, x", [1, 4, 5, "x"]),
        ("1-10[5]", [1, 3, 6, 8, 10]),
        ("1-5(+2)", [1, 3, 5]),
        ("1..3", [1, 2, 3]),
        ("0.1..0.9 (0.4)", [0.1, 0.5, 0.9]),
        ("0.1..0.9 step 0.4", [0.1, 0.5, 0.9]),
        ("1…10 [2]", [1, 10]),
        ("0.1-0.4", [0.1, 0.2, 0.3, 0.4]),
        ("0.4-0.1", [0.4, 0.3, 0.2, 0.1]),
        (".5-.6", [0.5, 0.6]),
        ("1.5-3.5", [1.5, 2.5, 3.5]),
        ("1, 2, .., 5, 9", [1, 2, 3, 4, 5, 9]),
        ("1, 3, 5, 6, 6.5, ..., 8, 11", [1, 3, 5, 6, 6.5, 7, 7.5, 8, 11]),
        ("10, 8, .., 3", [10, 8, 6, 4, 3]),
        ("1 || 2-3", [1, 2, 3]),
        ('"1-3"', ["1-3"]),
    ],
)
def test_texts_have_lists_and_ranges(text: str, values: list[object]) -> None:
    assert read_values(text) == values


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no values"),
        (" , ", "no values"),
        ("1-10 (-1)", "does not lead"),
        ("1-10 (0)", "must not be 0"),
        ("1-10 [0]", "1 or more"),
        ("1-9999999999", "at most 1000"),
        ("1-10 [100000]", "at most 1000"),
        ("1-600, 1-600", "at most 1000"),
        ("1, 2, ..", "needs a number behind"),
        ("1, 2, .., x", "needs a number behind"),
        ("1, .., 5", "needs two numbers before"),
        ("euler, 2, .., 5", "needs two numbers before"),
        ("1, 2, .., 5000", "at most 1000"),
        ("1, 2, .., 0", "does not lead"),
    ],
)
def test_impossible_texts_are_refused_before_they_are_expanded(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read_values(text)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1-5, 7, 2", ["1-5", "7", "2"]),
        ('cat, "", " a dog, asleep "', ["cat", "", "a dog, asleep"]),
        ('"a 12"" ruler", x', ['a 12" ruler', "x"]),
        ('"two\nlines", one\nmore', ["two\nlines", "one", "more"]),
        ("a cat, red || a cat, blue", ["a cat, red", "a cat, blue"]),
        ("a {red||blue} cat, a dog", ["a {red||blue} cat", "a dog"]),
        ("a {red||blue} cat || a dog", ["a {red||blue} cat", "a dog"]),
        ('"a || b", c', ["a || b", "c"]),
        ('unclosed, "a, b', ["unclosed", "a, b"]),
        ('a 5" screen, b', ['a 5" screen', "b"]),
    ],
)
def test_texts_of_prompts_are_kept_as_they_are(text: str, values: list[str]) -> None:
    assert read_texts(text) == values


def test_steps_have_no_rounding_errors() -> None:
    assert stepped(0.1, 0.7, 0.2) == [0.1, 0.3, 0.5, 0.7]
    assert stepped(1, 1, 5) == [1]
    assert counted(0, 1, 4, as_integers=True) == [0, 0, 1, 1]
    assert counted(0, 1, 5, as_integers=False) == [0, 0.25, 0.5, 0.75, 1]
    with pytest.raises(ValueError, match="finite"):
        stepped(float("inf"), 1, 1)
