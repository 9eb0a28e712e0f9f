"""The values of an axis: lists, ranges, and the text form of both.

The text form joins those of the X/Y/Z plot of stable-diffusion-webui (scripts/xyz_grid.py): ``3, 5, 7``,
``1-5``, ``1-5 (+2)``, ``10-5 (-3)``, ``1-10 [5]``, values with a comma quoted; and of SwarmUI's grid
generator (src/BuiltinExtensions/GridGenerator/README.md): ``1, 2, .., 10``, and ``||`` instead of commas.
"""

import math
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

import msgspec

AxisValue = str | int | float | None
MAX_VALUES = 1_000
"""Most values of one axis."""

_NUMBER = r"[+-]?(?:\d{1,16}(?:\.\d{1,9})?|\.\d{1,9})"
_RANGE = re.compile(
    rf"({_NUMBER})\s*(?:-|\.\.\.?|…)\s*({_NUMBER})\s*"
    rf"(?:\(\s*({_NUMBER})\s*\)|step\s*({_NUMBER})|\[\s*(\d{{1,9}})\s*\])?",
    re.IGNORECASE,
)
_DOTS = frozenset({"..", "...", "…"})
_FEWEST_BEFORE_DOTS = 2


class _Part(msgspec.Struct, frozen=True):
    """A value as it was written; a quoted one is a text."""

    text: str
    is_quoted: bool


def stepped(start: float, stop: float, step: float) -> list[AxisValue]:
    """Return the numbers from ``start`` to ``stop``, both included if the steps meet it.

    Raises:
        ValueError: the step is 0 or leads away from ``stop``, or there are too many values.
    """
    first, last, by = _exact(start), _exact(stop), _exact(step)
    if by == 0:
        raise ValueError("the step must not be 0")
    count = int((last - first) / by) + 1
    if (last - first) / by < 0:
        raise ValueError(f"a step of {step:g} does not lead from {start:g} to {stop:g}")
    _require_few(count)
    return [_number(first + by * place) for place in range(count)]


def counted(start: float, stop: float, count: int, *, as_integers: bool) -> list[AxisValue]:
    """Return ``count`` numbers at equal distances from ``start`` to ``stop``.

    Raises:
        ValueError: there are too many or no values.
    """
    if count < 1:
        raise ValueError("the number of values must be 1 or more")
    _require_few(count)
    first, last = _exact(start), _exact(stop)
    if count == 1:
        return [_number(first)]
    places = [first + (last - first) * place / (count - 1) for place in range(count)]
    if as_integers:
        return [int(one.to_integral_value()) for one in places]
    return [_number(round(one, 6)) for one in places]


def read_values(text: str) -> list[AxisValue]:
    """Return the numbers and texts of a text, with ranges expanded.

    Raises:
        ValueError: it is empty, a range is impossible, or there are too many values.
    """
    found: list[AxisValue] = []
    start: tuple[float, float] | None = None
    for part in _parts(text):
        if start is not None:
            found += _filled(start, part.text)[1:]
            start = None
        elif part.text in _DOTS and not part.is_quoted:
            start = _last_two(found)
        elif part.is_quoted:
            found.append(part.text)
        else:
            found += _range(part.text) or [_scalar(part.text)]
        _require_few(len(found))
    if start is not None:
        raise ValueError("'..' needs a number behind it")
    if not found:
        raise ValueError("has no values")
    return found


def read_texts(text: str) -> list[str]:
    """Return the values of a text as they are written: numbers and ranges are texts too.

    Raises:
        ValueError: it is empty, or there are too many values.
    """
    found = [part.text for part in _parts(text)]
    _require_few(len(found))
    if not found:
        raise ValueError("has no values")
    return found


def _parts(text: str) -> Iterator[_Part]:
    """Yield the values between the separators; quoted ones may contain them, and may be empty."""
    separators = ("||",) if _has_bars(text) else (",", "\n")
    start = at = depth = 0
    quoted: str | None = None
    while at <= len(text):
        separator = next((one for one in separators if text.startswith(one, at)), "")
        if at == len(text) or (separator and not depth):
            rest = text[start:at].strip()
            if quoted is not None:
                # As a CSV reader: text behind the quotes belongs to the value.
                yield _Part(quoted + rest, is_quoted=True)
            elif rest:
                yield _Part(rest, is_quoted=False)
            at += len(separator) or 1
            start, quoted, depth = at, None, 0
        elif text[at] == '"' and quoted is None and not text[start:at].strip():
            quoted, at = _quoted(text, at)
            start = at
        else:
            if len(separators) == 1:
                depth = max(depth + {"{": 1, "}": -1}.get(text[at], 0), 0)
            at += 1


def _has_bars(text: str) -> bool:
    """Return whether ``||`` separates values; in braces it is an empty choice of a dynamic prompt."""
    outside = re.sub(r'"(?:[^"]|"")*"', "", text)
    while (inner := re.sub(r"\{[^{}]*\}", "", outside)) != outside:
        outside = inner
    return "||" in outside


def _quoted(text: str, at: int) -> tuple[str, int]:
    """Return the text in quotes, in which two quotes stand for one, and the place behind it."""
    found = re.compile(r'"((?:[^"]|"")*)(?:"|$)').match(text, at)
    if found is None:  # never: the text at that place is a quote
        return "", at + 1
    return found[1].replace('""', '"').strip(), found.end()


def _last_two(found: Sequence[AxisValue]) -> tuple[float, float]:
    numbers = [one for one in found[-_FEWEST_BEFORE_DOTS:] if isinstance(one, int | float)]
    if len(numbers) < _FEWEST_BEFORE_DOTS:
        raise ValueError("'..' needs two numbers before it, as in 1, 2, .., 10")
    return numbers[0], numbers[1]


def _filled(start: tuple[float, float], stop: str) -> list[AxisValue]:
    """Return the numbers from the second one of ``start`` to ``stop``, which is always included."""
    if re.fullmatch(_NUMBER, stop) is None:
        raise ValueError("'..' needs a number behind it")
    last = _number(Decimal(stop))
    filled = stepped(start[1], last, float(_exact(start[1]) - _exact(start[0])))
    return filled if filled[-1] == last else [*filled, last]


def _range(text: str) -> Sequence[AxisValue]:
    """Return the values of a range; none if the text is something else."""
    match = _RANGE.fullmatch(text)
    if match is None:
        return ()
    start, stop, in_parentheses, named, count = match.groups()
    if count is not None:
        as_integers = "." not in start + stop
        return counted(float(start), float(stop), int(count), as_integers=as_integers)
    step = in_parentheses or named
    by = float(step) if step is not None else _default_step(Decimal(start), Decimal(stop))
    return stepped(float(start), float(stop), by)


def _default_step(start: Decimal, stop: Decimal) -> float:
    """Return 1; between numbers that are closer, the last decimal place that is written."""
    size = 1.0
    if 0 < abs(stop - start) < 1:
        exponents = [int(one.as_tuple().exponent) for one in (start, stop)]
        size = float(Decimal(1).scaleb(min(exponents)))
    return math.copysign(size, stop - start)


def _scalar(text: str) -> AxisValue:
    return _number(Decimal(text)) if re.fullmatch(_NUMBER, text) else text


def _exact(number: float) -> Decimal:
    if not math.isfinite(number):
        raise ValueError("must be a finite number")
    return Decimal(str(number))


def _number(exact: Decimal) -> int | float:
    return int(exact) if exact == int(exact) else float(exact)


def _require_few(count: int) -> None:
    if count > MAX_VALUES:
        raise ValueError(f"has {count} values; at most {MAX_VALUES} are allowed")
