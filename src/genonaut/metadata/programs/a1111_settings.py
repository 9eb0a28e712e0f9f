"""The settings at the end of A1111's text: ``Steps: 20, Sampler: Euler, …``.

Rules: AUTOMATIC1111 modules/infotext_utils.py. Values with commas are JSON strings; Civitai writes JSON lists
and objects without quotes. Extensions and other programs break the settings into several lines, and
sd-dynamic-prompts appends its templates as further lines.
"""

import json
import re

from genonaut.metadata.entries import parse_json

_START = re.compile(
    r"\s*(?:Steps|Sampler|Schedule type|Seed|Size|CFG scale|Model|Model hash|Clip skip|Version|ENSD)\s*:", re.IGNORECASE
)  # fmt: skip
_KEY = re.compile(r"\s*([\w][\w \-/.()+]{0,99}):\s*")
_QUOTED = re.compile(r'"(?:\\.|[^\\"])*"')
_END = re.compile(r"\s*(?:,|$)")
_STEPS = re.compile(r"Steps:\s?\d{1,6}\s?,")
_STEPS_LENGTH = 16
_PRINTED_NAME = re.compile(r"^Parameters {1,40}: ")
_TEMPLATES = ("Template:", "Negative Template:")
_LEAST_PAIRS = 3
_MAX_LINES = 400
_MAX_PAIRS = 2_000
_MAX_LENGTH = 256 * 1024
_DECODER = json.JSONDecoder()


def split_settings(text: str) -> tuple[str, dict[str, str]]:
    """Return the text before the settings, and the settings; none unless there are three."""
    lines = text.split("\n")
    templates = _templates_at(lines)
    shown = lines[:templates]
    start = len(shown)
    least = max(0, len(shown) - _MAX_LINES)
    while start > least:
        start -= 1
        if not _START.match(shown[start]):
            continue
        first = start
        while first > least and _START.match(shown[first - 1]):
            first -= 1
        start = first  # A part of these lines has no more pairs.
        pairs = _pairs(", ".join(line.rstrip().rstrip(",") for line in shown[first:]))
        if len(pairs) >= _LEAST_PAIRS:
            return "\n".join(shown[:first]), pairs | _templates(lines[templates:])
    last = _pairs(lines[-1]) if len(lines) > 1 else {}
    return ("\n".join(lines[:-1]), last) if len(last) >= _LEAST_PAIRS else (text, {})


def with_lines(text: str) -> str:
    """Return a text that lost its line breaks with those before the negative prompt and the settings.

    Some programs join the lines; ExifTool prints a dot for each break, and the name of the text before it.
    """
    at = text.rfind("Steps:")
    if at < 0 or "\n" in text.strip() or not _STEPS.match(text[at : at + _STEPS_LENGTH]):
        return text
    body = _without_break(_PRINTED_NAME.sub("", text[:at], count=1))
    prompt, negative, rest = body.partition("Negative prompt:")
    lines = [_without_break(prompt), negative + rest] if negative else [body]
    return "\n".join([*lines, text[at:]])


def _without_break(text: str) -> str:
    return text.removesuffix(".").rstrip()


def _templates_at(lines: list[str]) -> int:
    """Return the first line of templates that follow settings."""
    has_settings = False
    for index, line in enumerate(lines):
        if has_settings and line.startswith(_TEMPLATES):
            return index
        has_settings = has_settings or _START.match(line) is not None
    return len(lines)


def _templates(lines: list[str]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    name = ""
    for line in lines:
        start = next((template for template in _TEMPLATES if line.startswith(template)), None)
        if start is not None:
            name = start.removesuffix(":")
            found[name] = [line.removeprefix(start).strip()]
        else:
            found[name].append(line)
    return {name: "\n".join(parts) for name, parts in found.items()}


def _pairs(line: str) -> dict[str, str]:
    line = line[:_MAX_LENGTH]
    pairs: dict[str, str] = {}
    position = 0
    for _ in range(_MAX_PAIRS):
        if position >= len(line):
            break
        match = _KEY.match(line, position)
        if match is None:  # Something between two commas that is no pair.
            position = _after_comma(line, position)
            continue
        value, position = _value(line, match.end())
        pairs[match[1].strip()] = value
    return pairs


def _value(line: str, start: int) -> tuple[str, int]:
    """Return the value at ``start`` and the position behind its comma."""
    quoted = _QUOTED.match(line, start)
    end = None if quoted is None else _END.match(line, quoted.end())
    if quoted is not None and end is not None:
        parsed = parse_json(quoted[0])
        return parsed if isinstance(parsed, str) else quoted[0].strip('"'), end.end()
    if line[start : start + 1] in {"[", "{"}:
        stop = _json_end(line, start)
        end = None if stop is None else _END.match(line, stop)
        if stop is not None and end is not None:
            return line[start:stop], end.end()
    stop = _after_comma(line, start)
    return line[start:stop].removesuffix(",").strip(), stop


def _json_end(line: str, start: int) -> int | None:
    """Return the end of the JSON at ``start``; of other text in brackets, that of the brackets."""
    try:
        return _DECODER.raw_decode(line, start)[1]
    except (ValueError, RecursionError):
        closing = line.find("]" if line[start] == "[" else "}", start)
        return None if closing < 0 else closing + 1


def _after_comma(line: str, start: int) -> int:
    found = line.find(",", start)
    return len(line) if found < 0 else found + 1
