"""Translate validation messages of msgspec into messages for users.

Source: msgspec 0.19 and later, such as 'Expected int <= 2048'. Unknown messages pass unchanged.
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
MessageOf = Callable[[re.Match[str]], str]


def user_message(field: str, message: str) -> tuple[str, str]:
    """Return the name of the wrong field, and a message that reads well after the name."""
    if NO_NUL in message.replace("\\\\", "\\"):
        return field, "must not contain NUL characters"
    for pattern, message_of_field in _FIELD_PATTERNS:
        if found := pattern.fullmatch(message):
            name = found["name"]
            return (name if field == "body" else f"{field}.{name}"), message_of_field
    for pattern, message_of in _VALUE_PATTERNS:
        if found := pattern.fullmatch(message):
            return field, message_of(found)
    return field, message


def _limit_message(found: re.Match[str]) -> str:
    comparison = {">=": "at least", "<=": "at most", ">": "more than", "<": "less than"}
    limit = float(found["limit"])
    shown = f"{int(limit):,}" if limit.is_integer() else f"{limit:g}"
    if found["of_length"] is None:
        return f"must be {comparison[found['sign']]} {shown}"
    if found["kind"] == "str":
        if (found["sign"], limit) == (">=", 1):
            return "must not be empty"
        return f"must be {comparison[found['sign']]} {shown} characters long"
    return f"must have {comparison[found['sign']]} {shown} entries"


def _type_message(found: re.Match[str]) -> str:
    wanted = found["wanted"].split(" | ")
    if found["got"] == "null":
        return "must not be null"
    if found["got"] == "float" and "int" in wanted:
        return "must be a whole number"
    names = [_KINDS.get(kind, kind) for kind in wanted if kind != "null"]
    return f"must be {' or '.join(dict.fromkeys(names))}"


_FIELD_PATTERNS = [
    (re.compile(r"Object missing required field `(?P<name>.*)`", re.DOTALL), "is required"),
    (
        re.compile(r"Object contains unknown field `(?P<name>.*)`", re.DOTALL),
        "is not a known field",
    ),
]
_VALUE_PATTERNS: list[tuple[re.Pattern[str], MessageOf]] = [
    (
        re.compile(
            r"Expected `(?P<kind>\w+)`(?P<of_length> of length)? (?P<sign>[<>]=?) (?P<limit>[-\d.e+]+)"
        ),
        _limit_message,
    ),
    (
        re.compile(r"Expected `\w+` that's a multiple of (?P<step>[\d.]+)"),
        lambda found: f"must be a multiple of {found['step']}",
    ),
    (re.compile(r"Expected `(?P<wanted>[^`]+)`(, got `(?P<got>[^`]+)`)?"), _type_message),
    (
        re.compile(r"Invalid (enum )?value (?P<value>.+)", re.DOTALL),
        lambda found: f"{found['value'][:80]} is not one of the choices",
    ),
    (re.compile(r"Invalid UUID"), lambda _: "is not a UUID"),
    (re.compile(r"Invalid RFC3339 encoded datetime"), lambda _: "is not a date and time"),
    (
        re.compile(r"Expected `str` matching regex .+", re.DOTALL),
        lambda _: "does not have the required format",
    ),
]
