"""Make cells of a grid again: failed and cancelled ones, and those whose image was deleted."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from genonaut.content.image_views import images_of
from genonaut.core.errors import ConflictError, InvalidInputError, NotFoundError, UnavailableError
from genonaut.db import UnitOfWork
from genonaut.grids.cells import Cell, GridRequest, ReadCell, Seeds
from genonaut.grids.prompts import drawn_prompts, read_cells, with_styles
from genonaut.grids.reading import axes_of
from genonaut.grids.repository import GridRepository
from genonaut.grids.states import FAILED, CellChoice, Deleted, deleted_of
from genonaut.grids.store_query import REPLACE_JOBS
from genonaut.grids.tables import Grid
from genonaut.jobs.params import GenerationSpec
from genonaut.jobs.submission.many import ManySubmission
from genonaut.jobs.submission.service import SubmissionRequest, SubmissionService
from genonaut.jobs.submission.wake_up import announce
from genonaut.jobs.tables import GenerationJob
from genonaut.runtime import Runtime

_MOST_TRIES = 5


class _State(msgspec.Struct, frozen=True):
    """A cell with its newest job."""

    cell: Cell
    job: GenerationJob | None
    deleted: Deleted | None

    @property
    def is_failed(self) -> bool:
        """Return whether its job failed or was cancelled."""
        return self.job is not None and self.job.status in FAILED


class GridRetry:
    """Starts new jobs for cells of grids, with the settings and the seeds of the former ones."""

    def __init__(self, runtime: Runtime, submission: SubmissionService, read: ReadCell) -> None:
        self._runtime = runtime
        self._submission = submission
        self._many = ManySubmission(runtime, submission)
        self._read = read

    async def retry(
        self,
        grid_id: int,
        *,
        owner_id: UUID,
        cells: Sequence[Cell] | None = None,
        choice: CellChoice = CellChoice.FAILED,
    ) -> int:
        """Start the given cells again, or all of a choice; returns their number.

        Raises:
            NotFoundError: there is no such grid of this owner.
            ConflictError: there is no such cell, or a given one has not ended or has its image.
            InvalidInputError: a given cell is not in the grid; a model that a cell needs is missing.
            RateLimitedError: too many jobs of the owner are waiting.
        """
        async with self._runtime.begin() as uow:
            grid = await GridRepository(uow.session).find(grid_id, owner_id)
            if grid is None:
                raise NotFoundError(f"no grid {grid_id}")
            states = await _states(uow, grid_id)
        chosen = _of_choice(states, choice) if cells is None else _given(states, cells)
        requests = await self._requests(grid, states, chosen, owner_id)
        await self._submission.storage.require(owner_id)
        for _ in range(_MOST_TRIES):
            specs = await self._many.complete(requests, owner_id)
            async with self._many.storing(owner_id) as storing:
                jobs = await storing.store(specs, idempotency_key=None, digest="")
                if jobs:
                    replaced = await storing.unit.fetch(
                        REPLACE_JOBS,
                        grid_id=grid_id,
                        xs=[one.cell.x for one in chosen],
                        ys=[one.cell.y for one in chosen],
                        zs=[one.cell.z for one in chosen],
                        old_ids=[None if one.job is None else one.job.id for one in chosen],
                        new_ids=[job.id for job in jobs],
                    )
                    if len(replaced) != len(chosen):
                        raise ConflictError("the cells were started again meanwhile")
            if jobs:
                await announce(self._runtime, jobs)
                return len(jobs)
        raise UnavailableError("the models of the ComfyUI servers keep changing; try again")

    async def _requests(
        self, grid: Grid, states: Sequence[_State], chosen: Sequence[_State], owner_id: UUID
    ) -> list[SubmissionRequest]:
        """Return the submissions of cells: of their jobs, else of the grid as it was submitted."""
        lost = [one.cell for one in chosen if one.job is None]
        made: dict[Cell, SubmissionRequest] = {}
        if lost:
            has_layers = any(one.cell.z for one in states)
            request = GridRequest(
                body=grid.request,
                axes={axis.name: axis for axis in axes_of(grid, has_layers=has_layers)},
                title=grid.title,
                seeds=Seeds(grid.seeds),
                idempotency_key=None,
            )
            request = await with_styles(self._runtime, request, owner_id)
            found = read_cells(request, lost, self._read)
            if request.body.get("dynamic_prompt"):
                found = await drawn_prompts(self._runtime, request, lost, found, owner_id)
            made = dict(zip(lost, found, strict=True))
        return [made[one.cell] if one.job is None else _again(one.job) for one in chosen]


async def _states(uow: UnitOfWork, grid_id: int) -> list[_State]:
    rows = await GridRepository(uow.session).cells(grid_id)
    ids = [job.content_id for _, job in rows if job is not None and job.content_id is not None]
    there = await images_of(uow.session, ids)
    states = []
    for row, job in rows:
        content_id = None if job is None else job.content_id
        deleted = deleted_of(
            None if job is None else job.status,
            has_item=content_id is not None,
            is_trashed=content_id not in there,
        )
        states.append(_State(Cell(row.x, row.y, row.z), job, deleted))
    return states


def _of_choice(states: Sequence[_State], choice: CellChoice) -> list[_State]:
    """Return the cells of a choice.

    Raises:
        ConflictError: there are none.
    """
    if choice is CellChoice.FAILED:
        found, reason = [one for one in states if one.is_failed], "failed or was cancelled"
    else:
        found, reason = [one for one in states if one.deleted], "is without its image"
    if not found:
        raise ConflictError(f"no cell of this grid {reason}")
    return _in_order(found)


def _given(states: Sequence[_State], cells: Sequence[Cell]) -> list[_State]:
    """Return the given cells, each once.

    Raises:
        InvalidInputError: a cell is not in the grid.
        ConflictError: a cell has its image, or its job has not ended.
    """
    by_cell = {one.cell: one for one in states}
    found: dict[Cell, _State] = {}
    for place, cell in enumerate(cells):
        if cell not in by_cell:
            raise InvalidInputError.of(f"cells[{place}]", f"the grid has no cell at {cell.shown}")
        state = by_cell[cell]
        if not state.is_failed and state.deleted is None and state.job is not None:
            raise ConflictError(
                f"the cell at {cell.shown} is {state.job.status}; only failed and cancelled cells"
                " and those whose image was deleted can be made again"
            )
        found[cell] = state
    return _in_order(list(found.values()))


def _in_order(states: Sequence[_State]) -> list[_State]:
    """Return cells in the order of their jobs, in which ComfyUI loads few files."""
    return sorted(states, key=lambda one: (one.job is None, one.job.id if one.job else 0))


def _again(job: object) -> SubmissionRequest:
    fields = {name: getattr(job, name) for name in GenerationSpec.__struct_fields__}
    return SubmissionRequest(
        spec=msgspec.convert(fields, GenerationSpec),
        has_seed=True,
        batch_size=1,
        idempotency_key=None,
    )
