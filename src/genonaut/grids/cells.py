"""The cells of a grid: their places, their submissions, and where their errors belong."""

import copy
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

import msgspec

from genonaut.core.errors import FieldError, InvalidInputError
from genonaut.grids.parameters import EXPENSIVE, Axis, GridParameter
from genonaut.jobs.params import MAX_SEED
from genonaut.jobs.submission.service import SubmissionRequest
from genonaut.presets.styles import Style

CellRequest = SubmissionRequest
ReadCell = Callable[[dict[str, Any]], CellRequest]
"""Checks the submission of a cell; raises InvalidInputError or msgspec.ValidationError."""
MAX_ERRORS = 20
"""Most errors of one response: a wrong value is wrong in every cell of its row."""


_TURNS = {
    GridParameter.PROMPT_REPLACE: 1,
    GridParameter.PROMPT_ORDER: 2,
    GridParameter.STYLE: 3,
}
"""When an axis acts on the prompt; the others are first."""


class Seeds(StrEnum):
    """How the cells get their seeds."""

    SAME = "same"
    INCREMENT = "increment"


class Cell(msgspec.Struct, frozen=True):
    """Place of a cell on each axis, from 0."""

    x: int
    y: int
    z: int

    @property
    def shown(self) -> str:
        """Return the place for messages."""
        return f"x={self.x}, y={self.y}, z={self.z}"


class GridRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A grid to submit: the submission that its cells share, and its axes by name."""

    body: dict[str, Any]
    axes: Mapping[str, Axis]
    title: str
    seeds: Seeds
    idempotency_key: str | None
    styles: Mapping[str, Style] = {}
    """The styles that axes name."""

    @property
    def cell_count(self) -> int:
        """Return the number of cells."""
        count = 1
        for axis in self.axes.values():
            count *= len(axis.values)
        return count

    @property
    def digest(self) -> str:
        """Return a hash that tells requests with one idempotency key apart."""
        # Without the texts: the values tell grids apart, and earlier grids have no texts.
        axes = {name: msgspec.structs.replace(axis, text=None) for name, axis in self.axes.items()}
        parts = {"body": self.body, "axes": axes, "seeds": self.seeds}
        return hashlib.sha256(msgspec.json.encode(parts, order="sorted")).hexdigest()

    @property
    def has_seed(self) -> bool:
        """Return whether the submission or an axis says the seed."""
        is_axis = any(axis.parameter is GridParameter.SEED for axis in self.axes.values())
        return is_axis or (self.body.get("params") or {}).get("seed") is not None

    def with_seed(self, seed: int) -> "GridRequest":
        """Return the request with a seed."""
        params = {**(self.body.get("params") or {}), "seed": seed}
        return msgspec.structs.replace(self, body={**self.body, "params": params})

    def with_drawn_seeds(self, draw: Callable[[], int]) -> "GridRequest":
        """Return the request with a seed instead of each -1 of a seed axis."""

        def drawn(axis: Axis) -> Axis:
            if axis.parameter is not GridParameter.SEED:
                return axis
            values = tuple(draw() if one == -1 else one for one in axis.values)
            return msgspec.structs.replace(axis, values=values)

        axes = {name: drawn(axis) for name, axis in self.axes.items()}
        return msgspec.structs.replace(self, axes=axes)

    def cells(self) -> Iterator[Cell]:
        """Yield all cells by z, y, x."""
        columns, rows, layers = (
            range(len(self.axes[name].values) if name in self.axes else 1) for name in "xyz"
        )
        for z in layers:
            for y in rows:
                for x in columns:
                    yield Cell(x, y, z)

    def in_order_of_work(self) -> list[Cell]:
        """Return all cells in the order of their jobs: ComfyUI loads files as seldom as possible."""
        costly = [name for name, axis in self.axes.items() if axis.parameter in EXPENSIVE]
        return sorted(self.cells(), key=lambda cell: [getattr(cell, name) for name in costly])

    def request_of(self, cell: Cell, number: int, read: ReadCell) -> CellRequest:
        """Return the checked submission of a cell.

        Args:
            cell: the place.
            number: the position of the cell, which its seed grows by.
            read: checks a submission.

        Raises:
            InvalidInputError: the submission is not valid; names axis and value, or ``request``.
        """
        body = copy.deepcopy(self.body)
        if self.seeds is Seeds.INCREMENT:
            params = body.setdefault("params", {})
            params["seed"] = ((params.get("seed") or 0) + number) % (MAX_SEED + 1)
        # Some act on the prompt of another axis.
        names = sorted(self.axes, key=lambda name: _TURNS.get(self.axes[name].parameter, 0))
        for name in names:
            axis, place = self.axes[name], getattr(cell, name)
            try:
                axis.put(body, axis.values[place])
            except ValueError as error:
                raise InvalidInputError.of(f"{name}.values[{place}]", str(error)) from error
            if axis.parameter is GridParameter.STYLE and axis.values[place] is not None:
                self.styles[str(axis.values[place])].apply(body)
        try:
            return read(body)
        except msgspec.ValidationError as error:
            message, _, path = str(error).rpartition(" - at `$.")
            field = path.rstrip("`")
            found = (
                FieldError(field, _as_sentence(message)) if message else FieldError("", str(error))
            )
            raise self.placed(cell, [found]) from error
        except InvalidInputError as error:
            raise self.placed(cell, error.errors) from error

    def placed(self, cell: Cell, errors: Sequence[FieldError]) -> InvalidInputError:
        """Return errors of a cell's submission as errors of the grid's fields."""
        return InvalidInputError(*[self._placed(cell, one) for one in errors])

    def _placed(self, cell: Cell, error: FieldError) -> FieldError:
        for name, axis in self.axes.items():
            if _is_within(error.field, axis.path):
                place = getattr(cell, name)
                shown = str(axis.values[place])[:100]
                return FieldError(f"{name}.values[{place}]", f"{shown!r}: {error.message}")
        return FieldError(f"request.{error.field}".rstrip("."), error.message)


def _is_within(field: str, path: str) -> bool:
    return field == path or field.startswith((f"{path}.", f"{path}["))


_LIMIT = re.compile(r"Expected `\w+` (?P<sign>[<>])=? (?P<limit>[-\d.e+]+)")


def _as_sentence(message: str) -> str:
    """Return msgspec's text in the form of the other messages."""
    found = _LIMIT.fullmatch(message)
    if found is not None:
        return f"must be {found['limit']} or {'more' if found['sign'] == '>' else 'less'}"
    return message[:1].lower() + message[1:]


class ErrorCollector:
    """Collects the errors of many cells, each once, up to a limit."""

    def __init__(self) -> None:
        self._errors: dict[FieldError, None] = {}

    @property
    def is_full(self) -> bool:
        """Return whether enough errors were found."""
        return len(self._errors) >= MAX_ERRORS

    def add(self, error: InvalidInputError) -> None:
        """Add the fields of an error."""
        self._errors |= dict.fromkeys(error.errors)

    def raise_if_any(self) -> None:
        """Raise what was found.

        Raises:
            InvalidInputError: there are errors.
        """
        if self._errors:
            raise InvalidInputError(*list(self._errors)[:MAX_ERRORS])
