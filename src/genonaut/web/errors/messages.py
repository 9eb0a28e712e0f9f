"""Say in a person's words what the decoder found wrong with a value.

The decoder's own sentences are those of msgspec 0.19 and later, such as 'Expected int <= 2048'. What is
not known here passes through unchanged: an unknown sentence is better than none.
"""

import re
from collections.abc import Callable, Mapping

from genonaut.core.schemas import NO_NUL

_KINDS: Mapping[str, str] = {
    "int": "a whole number",
    "float": "a number",
    "str": "text",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "empty",
    "uuid": "a UUID",
    "datetime": "a date and time",
}
Words = Callable[[re.Match[str]], str]


def in_words(field: str, message: str) -> tuple[str, str]:
    """Return the field that is meant, and what is wrong with it, to be read after its name."""
    if NO_NUL in message.replace("\\\\", "\\"):
        return field, "must not contain NUL characters"
    for pattern, words in _ABOUT_MEMBERS:
        if found := pattern.fullmatch(message):
            name = found["name"]
            return (name if field == "body" else f"{field}.{name}"), words
    for pattern, say in _ABOUT_VALUES:
        if found := pattern.fullmatch(message):
            return field, say(found)
    return field, message


def _limited(found: re.Match[str]) -> str:
    words = {">=": "at least", "<=": "at most", ">": "more than", "<": "less than"}
    limit = float(found["limit"])
    shown = f"{int(limit):,}" if limit.is_integer() else f"{limit:g}"
    if found["of_length"] is None:
        return f"must be {words[found['sign']]} {shown}"
    if found["kind"] == "str":
        if (found["sign"], limit) == (">=", 1):
            return "must not be empty"
        return f"must be {words[found['sign']]} {shown} characters long"
    return f"must have {words[found['sign']]} {shown} entries"


def _other_kind(found: re.Match[str]) -> str:
    wanted = found["wanted"].split(" | ")
    if found["got"] == "null":
        return "must not be null"
    if found["got"] == "float" and "int" in wanted:
        return "must be a whole number"
    names = [_KINDS.get(kind, kind) for kind in wanted if kind != "null"]
    return f"must be {' or '.join(dict.fromkeys(names))}"


_ABOUT_MEMBERS = [
    (re.compile(r"Object missing required field `(?P<name>.*)`", re.DOTALL), "is required"),
    (
        re.compile(r"Object contains unknown field `(?P<name>.*)`", re.DOTALL),
        "is not a known field",
    ),
]
_ABOUT_VALUES: list[tuple[re.Pattern[str], Words]] = [
    (
        re.compile(
            r"Expected `(?P<kind>\w+)`(?P<of_length> of length)? (?P<sign>[<>]=?) (?P<limit>[-\d.e+]+)"
        ),
        _limited,
    ),
    (
        re.compile(r"Expected `\w+` that's a multiple of (?P<step>[\d.]+)"),
        lambda found: f"must be a multiple of {found['step']}",
    ),
    (re.compile(r"Expected `(?P<wanted>[^`]+)`(, got `(?P<got>[^`]+)`)?"), _other_kind),
    (
        re.compile(r"Invalid (enum )?value (?P<value>.+)", re.DOTALL),
        lambda found: f"{found['value'][:80]} is not one of the choices",
    ),
    (re.compile(r"Invalid UUID"), lambda _: "is not a UUID"),
    (re.compile(r"Invalid RFC3339 encoded datetime"), lambda _: "is not a date and time"),
    (
        re.compile(r"Expected `str` matching regex .+", re.DOTALL),
        lambda _: "has a form that is not allowed",
    ),
]
