"""The values of an axis: lists, ranges, and the text form of both.

The text form is that of the X/Y/Z plot of stable-diffusion-webui (scripts/xyz_grid.py):
``3, 5, 7``, ``1-5``, ``1-5 (+2)``, ``10-5 (-3)``, ``1-10 [5]``; values with a comma are quoted.
"""

import csv
import math
import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

AxisValue = str | int | float | None
MAX_VALUES = 1_000
"""Most values of one axis."""

_NUMBER = r"[+-]?\d{1,16}(?:\.\d{1,9})?"
_RANGE = re.compile(
    rf"\s*({_NUMBER})\s*-\s*({_NUMBER})\s*(?:\(\s*({_NUMBER})\s*\)|\[\s*(\d{{1,9}})\s*\])?\s*"
)


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
        raise ValueError(f"a step of {step} does not lead from {start} to {stop}")
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
    """Return the values of a text, with ranges expanded.

    Raises:
        ValueError: it is empty, a range is impossible, or there are too many values.
    """
    found: list[AxisValue] = []
    for part in next(csv.reader([text.replace("\n", ",")], skipinitialspace=True), []):
        stripped = part.strip()
        if not stripped:
            continue
        found += _range(stripped) or [_scalar(stripped)]
        _require_few(len(found))
    if not found:
        raise ValueError("has no values")
    return found


def _range(text: str) -> Sequence[AxisValue]:
    """Return the values of a range; none if the text is something else."""
    match = _RANGE.fullmatch(text)
    if match is None:
        return ()
    start, stop, step, count = match.groups()
    if count is not None:
        as_integers = "." not in start + stop
        return counted(float(start), float(stop), int(count), as_integers=as_integers)
    by = float(step) if step is not None else math.copysign(1, float(stop) - float(start))
    return stepped(float(start), float(stop), by)


def _scalar(text: str) -> AxisValue:
    try:
        return _number(Decimal(text)) if re.fullmatch(_NUMBER, text) else text
    except InvalidOperation:
        return text


def _exact(number: float) -> Decimal:
    if not math.isfinite(number):
        raise ValueError("must be a finite number")
    return Decimal(str(number))


def _number(exact: Decimal) -> int | float:
    return int(exact) if exact == int(exact) else float(exact)


def _require_few(count: int) -> None:
    if count > MAX_VALUES:
        raise ValueError(f"has {count} values; at most {MAX_VALUES} are allowed")
