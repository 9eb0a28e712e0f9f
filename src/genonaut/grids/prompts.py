"""The submissions of the cells of a grid, with their styles and drawn prompts."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from genonaut.core.errors import FieldError, InvalidInputError
from genonaut.grids.cells import MAX_ERRORS, Cell, ErrorCollector, GridRequest, ReadCell
from genonaut.grids.parameters import GridParameter
from genonaut.jobs.submission.dynamic import drawn_requests
from genonaut.jobs.submission.service import SubmissionRequest
from genonaut.presets.styles import styles_of
from genonaut.runtime import Runtime


def read_cells(
    request: GridRequest, cells: Sequence[Cell], read: ReadCell
) -> list[SubmissionRequest]:
    """Return the submissions of all cells.

    Raises:
        InvalidInputError: at least one is not valid.
    """
    errors = ErrorCollector()
    position = {cell: number for number, cell in enumerate(request.cells())}
    found = []
    for cell in cells:
        try:
            found.append(request.request_of(cell, position[cell], read))
        except InvalidInputError as error:
            errors.add(error)
            if errors.is_full:
                break
    errors.raise_if_any()
    return found


async def with_styles(runtime: Runtime, request: GridRequest, owner_id: UUID) -> GridRequest:
    """Return the request with the texts of the styles that its axes name.

    Raises:
        InvalidInputError: the owner sees no style of a name.
    """
    axes = {
        name: axis for name, axis in request.axes.items() if axis.parameter is GridParameter.STYLE
    }
    names = {str(one) for axis in axes.values() for one in axis.values if one is not None}
    if not names:
        return request
    async with runtime.begin() as uow:
        styles = await styles_of(uow.session, names, owner_id)
    missing = [
        FieldError(f"{name}.values[{place}]", f"there is no style {str(one)[:100]!r}")
        for name, axis in axes.items()
        for place, one in enumerate(axis.values)
        if one is not None and str(one) not in styles
    ]
    if missing:
        raise InvalidInputError(*missing[:MAX_ERRORS])
    return msgspec.structs.replace(request, styles=styles)


async def drawn_prompts(
    runtime: Runtime,
    request: GridRequest,
    cells: Sequence[Cell],
    requests: Sequence[SubmissionRequest],
    owner_id: UUID,
) -> list[SubmissionRequest]:
    """Return the requests with the prompts that their seeds draw."""
    errors = ErrorCollector()
    found: list[SubmissionRequest] = []
    for cell, one in zip(cells, requests, strict=True):
        try:
            found += await drawn_requests(runtime, one, owner_id)
        except InvalidInputError as error:
            errors.add(request.placed(cell, error.errors))
            if errors.is_full:
                break
    errors.raise_if_any()
    return found
