"""Dynamic prompts: syntax, draws, limits."""

from collections import Counter

import pytest

from genonaut.wildcards.combining import combinations
from genonaut.wildcards.service import entries_of
from genonaut.wildcards.syntax import TemplateError, check_lists, names_in, parse, resolve

LISTS = {
    "colour": ["red", "blue"],
    "animal": ["{young|old} fox", "__bird__"],
    "bird": ["owl"],
    "rare": ["9::common", "rare"],
}


def draws(template: str, count: int = 200, lists: dict[str, list[str]] = LISTS) -> Counter[str]:
    check_lists(names_in(template), lists)
    return Counter(resolve(template, lists, seed=seed, field="prompt") for seed in range(count))


@pytest.mark.parametrize(
    ("template", "possible"),
    [
        ("a fox", {"a fox"}),
        ("a {red|blue} fox", {"a red fox", "a blue fox"}),
        ("{a|}", {"a", ""}),
        ("{a|{b|c}}", {"a", "b", "c"}),
        ("{2$$a|b}", {"a, b", "b, a"}),
        ("{2$$ and $$a|b}", {"a and b", "b and a"}),
        ("{1-2$$a|b}", {"a", "b", "a, b", "b, a"}),
        ("{5$$a|b}", {"a, b", "b, a"}),
        ("{0-1$$a}", {"", "a"}),
        ("__colour__ sky", {"red sky", "blue sky"}),
        ("__COLOUR__", {"red", "blue"}),
        ("__animal__", {"young fox", "old fox", "owl"}),
        ("{__colour__|green}", {"red", "blue", "green"}),
        (r"\{a\|b\} \__colour__", {"{a|b} __colour__"}),
        ("a | b, (word:1.2), __init", {"a | b, (word:1.2), __init"}),
        (r"C:\models", {r"C:\models"}),
    ],
)
def test_draws_have_every_alternative_and_no_other(template: str, possible: set[str]) -> None:
    assert set(draws(template)) == possible


def test_weights_change_how_often_an_alternative_is_drawn() -> None:
    found = draws("{3::a|b}", 2_000)
    assert 1_350 < found["a"] < 1_650
    assert 1_700 < draws("__rare__", 2_000)["common"] < 1_900
    assert set(draws("{0::a|b}")) == {"b"}


def test_a_seed_always_draws_the_same() -> None:
    # Recorded: the same job must draw the same in every version.
    template = "{a|b|c|d} {2$$e|f|g} __colour__"
    found = [resolve(template, LISTS, seed=seed, field="prompt") for seed in range(4)]
    assert found == [resolve(template, LISTS, seed=seed, field="prompt") for seed in range(4)]
    assert len(set(draws(template))) > 20
    other = [resolve(template, LISTS, seed=seed, field="negative_prompt") for seed in range(4)]
    assert other != found


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("a {b|c", "'{' at character 3 has no '}'"),
        ("a} b", "'}' at character 2 has no '{'"),
        ("{3-1$$a|b}", "is reversed"),
        ("{0::a|0::b}", "all weights"),
        ("{" * 30 + "a" + "}" * 30, "more than 20 deep"),
    ],
)
def test_wrong_syntax_is_refused_with_its_place(template: str, reason: str) -> None:
    with pytest.raises(TemplateError, match=reason.replace("{", r"\{").replace("}", r"\}")):
        parse(template)


@pytest.mark.parametrize(
    ("lists", "reason"),
    [
        ({}, "no wildcard __a__"),
        ({"a": ["__b__"]}, "no wildcard __b__, which __a__ contains"),
        ({"a": ["x __a__"]}, "contains itself: __a__ → __a__"),
        ({"a": ["__b__"], "b": ["{1|__a__}"]}, "contains itself: __a__ → __b__ → __a__"),
        ({"a": []}, "has no entries"),
    ],
)
def test_wildcards_that_cannot_be_drawn_are_refused(
    lists: dict[str, list[str]], reason: str
) -> None:
    with pytest.raises(TemplateError, match=reason):
        check_lists(names_in("__a__"), lists)


def test_lists_cannot_expand_without_limit() -> None:
    bomb = {f"l{depth}": [f"__l{depth + 1}__ " * 10] for depth in range(15)} | {"l15": ["x" * 50]}
    check_lists({"l0"}, bomb)
    with pytest.raises(TemplateError, match=r"more than 10,000 characters|more than 20,000 draws"):
        resolve("__l0__", bomb, seed=1, field="prompt")
    quiet = {f"l{depth}": [f"__l{depth + 1}__" * 10] for depth in range(15)} | {"l15": ["{|}"]}
    with pytest.raises(TemplateError, match="more than 20,000 draws"):
        resolve("__l0__", quiet, seed=1, field="prompt")


def test_files_have_one_entry_a_line() -> None:
    assert entries_of("\ufeffred\r\n\n # not this\n  blue  \n") == ["red", "blue"]


@pytest.mark.parametrize(
    ("template", "texts"),
    [
        ("a fox", ["a fox"]),
        ("a {red|blue} {cat|dog}", ["a red cat", "a red dog", "a blue cat", "a blue dog"]),
        ("{a|{b|c}|}", ["a", "b", "c", ""]),
        ("{2$$a|b|c}", ["a, b", "a, c", "b, c"]),
        ("{0-2$$ and $$a|b}", ["", "a", "b", "a and b"]),
        ("{5$$a|b}", ["a, b"]),
        ("{0::a|b|b}", ["b"]),
        ("__animal__", ["young fox", "old fox", "owl"]),
    ],
)
def test_all_combinations_of_a_template(template: str, texts: list[str]) -> None:
    assert combinations(template, LISTS, most=100) == (texts, True)


def test_combinations_have_limits() -> None:
    assert combinations("{a|b|c}", {}, most=2) == (["a", "b"], False)
    assert combinations("{a|b|a}", {}, most=2) == (["a", "b"], True)
    many, is_complete = combinations("{a|b} " * 200, {}, most=1_000)
    assert (len(many), is_complete) == (1_000, False)
    # Equal texts, which are counted as steps.
    same, is_complete = combinations("{a|a}" * 100, {}, most=1_000)
    assert (same, is_complete) == (["a" * 100], True)
    assert combinations("{10$$" + "|".join("abcdefghijklmnopqrst") + "}", {}, most=5)[1] is False
    with pytest.raises(TemplateError, match="more than 10,000 characters"):
        combinations("__long__", {"long": ["x" * 10_001]}, most=2)
