"""HTTP bodies of grids."""

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, cast
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from genonaut.content.image_views import ImageView
from genonaut.core.errors import FieldError, InvalidInputError
from genonaut.core.schemas import NO_NUL, RequestBody, View
from genonaut.grids.cells import Cell, CellRequest, GridRequest, Seeds
from genonaut.grids.parameters import (
    INTEGERS,
    TEXTS,
    WITH_NONE,
    Axis,
    GridParameter,
    orders,
)
from genonaut.grids.reading import GridDetails, GridHead
from genonaut.grids.states import Deleted
from genonaut.grids.tables import TITLE_LENGTH
from genonaut.grids.values import (
    MAX_VALUES,
    AxisValue,
    counted,
    read_texts,
    read_values,
    stepped,
)
from genonaut.jobs.params import MAX_SEED
from genonaut.jobs.states import ErrorCode, JobStatus
from genonaut.jobs.submission.schemas import JobSubmit

_TEXT_LENGTH = 10_000
_MOST_CHARACTERS = 100_000
"""Of all values of an axis as one text."""
Title = Annotated[str, Meta(max_length=TITLE_LENGTH, pattern=NO_NUL)]
Place = Annotated[int, Meta(ge=0, le=32_767)]
Number = Annotated[float, Meta(ge=-(2**53), le=2**53)]
_VALUES: list[Any] = [[3, 5, 7], "1-10 [5]", ["euler", "dpmpp_2m"]]


class AxisSubmit(RequestBody, frozen=True):
    """One axis: its values as a list, as a text, or from ``start`` to ``stop``.

    A text has values and ranges separated by commas: ``3, 5, 7``, ``1-5``, ``1-5 (+2)``, ``0.1..0.9 (0.2)``,
    ``1-10 [5]`` (five values), ``1, 2, .., 10``. Texts with commas are quoted, or separated by ``||``.
    ``start`` and ``stop`` need ``step`` or ``count``.
    """

    parameter: GridParameter
    # Without limits in the types: msgspec 0.22 frees the pattern of a text in a union once too often
    # when find_body_errors decodes such a field alone, which ends the process.
    values: Annotated[list[str | float | None] | str | UnsetType, Meta(examples=_VALUES)] = UNSET
    start: Number | None = None
    stop: Number | None = None
    step: Number | None = None
    count: Annotated[int, Meta(ge=1, le=MAX_VALUES)] | None = None
    target: str | int | None = None

    def axis(self, name: str) -> Axis:
        """Return the domain value.

        Raises:
            InvalidInputError: the values are missing, given twice, or impossible.
        """
        try:
            values = [self._value(one) for one in self._values()]
            if self.parameter is GridParameter.PROMPT_ORDER:
                values = orders([str(one) for one in values])
            _require_storable([*values, self.target])
        except ValueError as error:
            raise InvalidInputError.of(f"{name}.values", str(error)) from error
        text = self.values if isinstance(self.values, str) else None
        return Axis(parameter=self.parameter, values=tuple(values), target=self.target, text=text)

    def _values(self) -> list[AxisValue]:
        is_range = self.start is not None or self.stop is not None
        if self.values is UNSET:
            return self._stepped()
        if is_range or self.step is not None or self.count is not None:
            raise ValueError("send either values or a range")
        if not isinstance(self.values, str):
            return [_plain(one) for one in self.values]
        if len(self.values) > _MOST_CHARACTERS:
            raise ValueError(f"has more than {_MOST_CHARACTERS:,} characters")
        if self.parameter in TEXTS:
            return [*read_texts(self.values)]
        return read_values(self.values)

    def _stepped(self) -> list[AxisValue]:
        if self.start is None or self.stop is None:
            raise ValueError("send values, or start and stop with step or count")
        if (self.step is None) == (self.count is None):
            raise ValueError("a range needs either step or count")
        if self.step is not None:
            return stepped(self.start, self.stop, self.step)
        as_integers = self.parameter in INTEGERS
        return counted(self.start, self.stop, self.count or 1, as_integers=as_integers)

    def _value(self, value: AxisValue) -> AxisValue:
        """Return the value as the parameter takes it."""
        if self.parameter not in TEXTS or value is None:
            return value
        text = str(value)
        return None if self.parameter in WITH_NONE and text.lower() in {"", "none"} else text


def _plain(value: str | float | None) -> AxisValue:
    """Return whole numbers as integers: JSON has one kind of numbers."""
    is_whole = isinstance(value, float) and value.is_integer() and abs(value) <= MAX_SEED
    return int(value) if is_whole and isinstance(value, float) else value


def _require_storable(values: Sequence[AxisValue]) -> None:
    """Check the limits that the types do not have.

    Raises:
        ValueError: there are too many or no values, or one is too long or cannot be stored.
    """
    if len(values) - 1 > MAX_VALUES:
        raise ValueError(f"has {len(values) - 1} values; at most {MAX_VALUES} are allowed")
    if len(values) == 1:
        raise ValueError("has no values")
    for value in values:
        if isinstance(value, str) and (len(value) > _TEXT_LENGTH or "\0" in value):
            raise ValueError("has a text that is too long or contains a NUL character")
        if isinstance(value, int) and abs(value) > MAX_SEED:
            raise ValueError(f"has a number beyond {MAX_SEED}")
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError("has a number that is not finite")


class GridSubmit(RequestBody, frozen=True):
    """A grid: what its cells share, and one to three axes.

    ``request`` is a submission of one image. Without a seed one is drawn. ``seeds`` ``same`` gives it to
    all cells, ``increment`` adds one from cell to cell; a seed axis wins.
    """

    request: JobSubmit
    x: AxisSubmit
    y: AxisSubmit | None = None
    z: AxisSubmit | None = None
    title: Title = ""
    seeds: Seeds = Seeds.SAME

    def to_request(self, idempotency_key: str | None) -> GridRequest:
        """Return the request for the service.

        Raises:
            InvalidInputError: an axis has no values or impossible ones.
        """
        given = {"x": self.x, "y": self.y, "z": self.z}
        axes: dict[str, Axis] = {}
        errors: list[FieldError] = []
        for name, one in given.items():
            try:
                if one is not None:
                    axes[name] = one.axis(name)
            except InvalidInputError as error:
                errors += error.errors
        if self.request.batch_size != 1:
            errors.append(FieldError("request.batch_size", "must be 1: a cell has one image"))
        if self.request.lora_tags:
            errors.append(FieldError("request.lora_tags", "is not supported in grids"))
        if errors:
            raise InvalidInputError(*errors)
        return GridRequest(
            body=msgspec.to_builtins(self.request),
            axes=axes,
            title=self.title.strip(),
            seeds=self.seeds,
            idempotency_key=idempotency_key,
        )


def read_cell(body: dict[str, Any]) -> CellRequest:
    """Return the request of one cell.

    Raises:
        InvalidInputError: fields that do not fit together.
        msgspec.ValidationError: a field has the wrong type or value.
    """
    submit = msgspec.convert(body, JobSubmit)
    errors = submit.errors()
    if errors:
        raise InvalidInputError(*errors)
    return submit.to_request(None)


class AxisView(View, frozen=True):
    """One axis of a grid: x has the columns, y the rows, and z a matrix for each value.

    ``text`` has the values as they were given, if that was a text.
    """

    name: Literal["x", "y", "z"]
    parameter: GridParameter
    values: list[str | float | None]
    target: str | int | None
    text: str | None

    @classmethod
    def of(cls, axis: Axis) -> "AxisView":
        """Return the view of an axis."""
        name = cast("Literal['x', 'y', 'z']", axis.name)
        return cls(
            name=name,
            parameter=axis.parameter,
            values=[*axis.values],
            target=axis.target,
            text=axis.text,
        )


class CellView(View, frozen=True):
    """One cell; ``x``, ``y`` and ``z`` count from 0.

    ``status`` is that of its newest job, null if that was deleted. ``picture`` is null until the image
    is there, and once it is deleted: ``deleted`` is ``trash`` while it can be restored, then ``purged``,
    as for a job that was deleted.
    """

    x: int
    y: int
    z: int
    job_id: int | None
    status: JobStatus | None
    seed: int | None
    content_id: int | None
    picture: ImageView | None
    deleted: Deleted | None
    error_code: ErrorCode | None
    error_message: str | None
    render_seconds: float | None


class GridSummary(View, frozen=True):
    """A grid without its cells.

    ``counts`` has the number of cells by status. Of these cells, ``image_count`` have an image,
    that of ``trash_count`` is in the trash, and that of ``purged_count`` or their job is deleted for good.
    """

    id: int
    title: str
    batch_id: UUID
    prompt: str
    axes: list[AxisView]
    cell_count: int
    counts: dict[JobStatus, int]
    image_count: int
    trash_count: int
    purged_count: int
    cover: ImageView | None
    created_at: datetime

    @classmethod
    def of(cls, head: GridHead) -> "GridSummary":
        """Return the view of a grid."""
        return cls(**summary_fields(head))


def summary_fields(head: GridHead) -> dict[str, Any]:
    """Return what a grid shows in a list."""
    grid = head.grid
    return {
        "id": grid.id,
        "title": grid.title,
        "batch_id": grid.batch_id,
        "prompt": grid.request.get("prompt", ""),
        "axes": [AxisView.of(axis) for axis in head.axes],
        "cell_count": head.cell_count,
        "counts": head.counts,
        "image_count": head.images.there,
        "trash_count": head.images.in_trash,
        "purged_count": head.images.purged,
        "cover": head.cover,
        "created_at": grid.created_at,
    }


class GridView(GridSummary, frozen=True):
    """A grid: its axes in the order x, y, z, what its cells share, and its cells by z, y, x.

    ``request``, ``seeds`` and the axes are what ``POST /grids`` takes; the seed is the one that was drawn.
    """

    request: dict[str, Any]
    seeds: Seeds
    cells: list[CellView]

    @classmethod
    def of_details(cls, details: GridDetails) -> "GridView":
        """Return the view of a grid with its cells."""
        cells = [
            CellView(**{name: getattr(cell, name) for name in CellView.__struct_fields__})
            for cell in details.cells
        ]
        fields = summary_fields(details.head)
        grid = details.head.grid
        return cls(**fields, request=grid.request, seeds=Seeds(grid.seeds), cells=cells)


class CellPlace(RequestBody, frozen=True):
    """The place of a cell on each axis, from 0."""

    x: Place
    y: Place = 0
    z: Place = 0


class CellRetry(RequestBody, frozen=True):
    """The cells to start again."""

    cells: Annotated[list[CellPlace], Meta(min_length=1, max_length=5_000)]

    def places(self) -> list[Cell]:
        """Return the places of the cells."""
        return [Cell(one.x, one.y, one.z) for one in self.cells]


class GridRetryView(View, frozen=True):
    """How many jobs were started again."""

    retried: int


class GridCancelView(View, frozen=True):
    """How many jobs were cancelled, or will be by their workers."""

    cancelled: int


class GridPatch(RequestBody, frozen=True):
    """A new title."""

    title: Title
