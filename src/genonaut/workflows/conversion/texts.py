"""What the editor does to texts when a workflow is queued: dynamic prompts and tokens in file names."""

import re
from collections.abc import Callable
from datetime import datetime

Choose = Callable[[int], int]
"""Returns the index of the choice among that many."""

COMMENTS = re.compile(r"/\*[\s\S]*?\*/|//[^\n\r\u2028\u2029]*")
ESCAPED = re.compile(r"\\([{}|])")
DATE_PARTS = re.compile(r"dd?|MM?|hh?|mm?|ss?|yyy?y?")
TOKEN = re.compile(r"%([^%]+)%")
NODE_AND_WIDGET = 2
UNSAFE = re.compile(r'[/?<>\\:*|"\x00-\x1f\x7f]')


def first(_: int) -> int:
    """Choose the first alternative."""
    return 0


def resolve_dynamic_prompt(text: str, choose: Choose) -> str:
    """Remove comments and choose one alternative of each ``{a|b}``, also nested ones.

    A backslash before a brace or a bar makes it an ordinary character.
    """
    text = COMMENTS.sub("", text)
    # Each level: finished alternatives, and parts of the current one. A stack of our own keeps deep
    # nesting from exhausting Python's.
    levels: list[tuple[list[str], list[str]]] = [([], [])]
    position = 0
    while position < len(text):
        character = text[position]
        alternatives, parts = levels[-1]
        if character == "\\":
            parts.append(text[position : position + 2])
            position += 2
            continue
        if character == "{":
            levels.append(([], []))
        elif character == "|" and len(levels) > 1:
            alternatives.append("".join(parts))
            parts.clear()
        elif character == "}" and len(levels) > 1:
            _close(levels, choose)
        else:
            parts.append(character)
        position += 1
    while len(levels) > 1:
        _close(levels, choose)
    return ESCAPED.sub(r"\1", "".join(levels[0][1]))


def _close(levels: list[tuple[list[str], list[str]]], choose: Choose) -> None:
    """End the innermost group: one of its alternatives becomes a part of the level around."""
    alternatives, parts = levels.pop()
    alternatives.append("".join(parts))
    levels[-1][1].append(alternatives[choose(len(alternatives))])


def format_date(form: str, now: datetime) -> str:
    """Return ``now`` in the editor's notation, for example ``yyyy-MM-dd hh:mm:ss``."""
    numbers = {"d": now.day, "M": now.month, "h": now.hour, "m": now.minute, "s": now.second}

    def part(match: re.Match[str]) -> str:
        letters = match.group()
        if letters[0] == "y":
            return {"yy": f"{now.year:04}"[2:], "yyyy": str(now.year)}.get(letters, letters)
        return str(numbers[letters[0]]).rjust(len(letters), "0")

    return DATE_PARTS.sub(part, form)


def replace_tokens(text: str, now: datetime, value_of: Callable[[str, str], str | None]) -> str:
    """Replace ``%date:…%`` and ``%Node.widget%``; unknown tokens stay."""

    def token(match: re.Match[str]) -> str:
        parts = match.group(1).split(".")
        if len(parts) != NODE_AND_WIDGET:
            return (
                format_date(parts[0].removeprefix("date:"), now)
                if parts[0].startswith("date:")
                else match.group()
            )
        value = value_of(parts[0], parts[1])
        return match.group() if value is None else UNSAFE.sub("_", value)

    return TOKEN.sub(token, text)
