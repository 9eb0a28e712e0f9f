"""Submit grids, and start their failed cells again."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy import select

from genonaut.core.errors import (
    ConflictError,
    FieldError,
    InvalidInputError,
    NotFoundError,
    UnavailableError,
)
from genonaut.core.metrics import JOBS_SUBMITTED
from genonaut.db.fast_work import FastUnitOfWork
from genonaut.grids.cells import MAX_ERRORS, Cell, ErrorCollector, GridRequest, ReadCell
from genonaut.grids.parameters import GridParameter
from genonaut.grids.repository import GridRepository
from genonaut.grids.store_query import COUNT_GRIDS, REPLACE_JOBS, STORE_GRID
from genonaut.grids.tables import Grid, GridCell
from genonaut.jobs.params import GenerationSpec, random_seed
from genonaut.jobs.queries import JobRow
from genonaut.jobs.states import JobStatus
from genonaut.jobs.submission.dynamic import drawn_requests
from genonaut.jobs.submission.many import EachSpec, ManySubmission
from genonaut.jobs.submission.service import SubmissionRequest, SubmissionService
from genonaut.jobs.submission.wake_up import announce
from genonaut.jobs.tables import GenerationBatch, GenerationJob
from genonaut.presets.styles import styles_of
from genonaut.runtime import Runtime

_MOST_TRIES = 5
_RETRIABLE = (JobStatus.FAILED, JobStatus.CANCELLED)


class GridSubmission:
    """Turns grids into batches of jobs."""

    def __init__(self, runtime: Runtime, submission: SubmissionService) -> None:
        self._runtime = runtime
        self._submission = submission
        self._many = ManySubmission(runtime, submission)
        self._max_cells = runtime.settings.grids.max_cells
        self._max_grids = runtime.settings.grids.max_per_user

    async def submit(self, request: GridRequest, read: ReadCell, *, owner_id: UUID) -> int:
        """Store the grid and a job for each cell, wake a worker, and return the id of the grid.

        Nothing is stored unless every cell is valid. A repeated idempotency key returns the grid of its
        first use.

        Raises:
            InvalidInputError: too many cells; values that do not fit; all that a submission may lack.
            ConflictError: the owner has too many grids.
            RateLimitedError: too many jobs of the owner are waiting.
            StorageQuotaExceededError: the owner stores as much as is allowed.
        """
        count = request.cell_count
        if count > self._max_cells:
            raise InvalidInputError.of(
                "x.values",
                f"the axes make {count:,} cells; at most {self._max_cells:,} are allowed"
                " (grids.max_cells)",
            )
        digest = request.digest
        if earlier := await self._grid_of_key(request.idempotency_key, owner_id, digest):
            return earlier
        seeded = request if request.has_seed else request.with_seed(random_seed())
        seeded = seeded.with_drawn_seeds(random_seed)
        seeded = await self._with_styles(seeded, owner_id)
        cells = seeded.in_order_of_work()
        requests = _read_cells(seeded, cells, read)
        if seeded.body.get("dynamic_prompt"):
            requests = await self._drawn(seeded, cells, requests, owner_id)
        await self._submission.storage.require(owner_id)
        for _ in range(_MOST_TRIES):
            specs = await self._complete(seeded, cells, requests, owner_id)
            grid_id, jobs = await self._store(seeded, cells, specs, owner_id, digest)
            if grid_id is not None:
                await announce(self._runtime, jobs)
                JOBS_SUBMITTED.labels(specs[0].spec.operation).inc(len(jobs))
                return grid_id
            if earlier := await self._grid_of_key(request.idempotency_key, owner_id, digest):
                return earlier
        raise UnavailableError("the models of the ComfyUI servers keep changing; try again")

    async def retry(
        self, grid_id: int, *, owner_id: UUID, cells: Sequence[Cell] | None = None
    ) -> int:
        """Start failed and cancelled cells again, all or the given ones; returns their number.

        Raises:
            NotFoundError: there is no such grid of this owner.
            ConflictError: no cell failed or was cancelled, or a given one did not.
            InvalidInputError: a given cell is not in the grid; a model that a cell needs is missing.
            RateLimitedError: too many jobs of the owner are waiting.
        """
        async with self._runtime.begin() as uow:
            repository = GridRepository(uow.session)
            if await repository.find(grid_id, owner_id) is None:
                raise NotFoundError(f"no grid {grid_id}")
            if cells is None:
                failed = await repository.jobs(grid_id, _RETRIABLE)
            else:
                failed = _retriable(await repository.cells(grid_id), cells)
            requests = [_again(job) for job in failed]
            ids = [job.id for job in failed]
        if not requests:
            raise ConflictError("no cell of this grid failed or was cancelled")
        await self._submission.storage.require(owner_id)
        for _ in range(_MOST_TRIES):
            specs = await self._many.complete(requests, owner_id)
            async with self._many.storing(owner_id) as storing:
                jobs = await storing.store(specs, idempotency_key=None, digest="")
                if jobs:
                    replaced = await storing.unit.fetch(
                        REPLACE_JOBS,
                        grid_id=grid_id,
                        old_ids=ids,
                        new_ids=[job.id for job in jobs],
                    )
                    if len(replaced) != len(ids):
                        raise ConflictError("the cells were started again meanwhile")
            if jobs:
                await announce(self._runtime, jobs)
                return len(jobs)
        raise UnavailableError("the models of the ComfyUI servers keep changing; try again")

    async def _with_styles(self, request: GridRequest, owner_id: UUID) -> GridRequest:
        """Return the request with the texts of the styles that its axes name.

        Raises:
            InvalidInputError: the owner sees no style of a name.
        """
        axes = {
            name: axis
            for name, axis in request.axes.items()
            if axis.parameter is GridParameter.STYLE
        }
        names = {str(one) for axis in axes.values() for one in axis.values if one is not None}
        if not names:
            return request
        async with self._runtime.begin() as uow:
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

    async def _drawn(
        self,
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
                found += await drawn_requests(self._runtime, one, owner_id)
            except InvalidInputError as error:
                errors.add(request.placed(cell, error.errors))
                if errors.is_full:
                    break
        errors.raise_if_any()
        return found

    async def _complete(
        self,
        request: GridRequest,
        cells: Sequence[Cell],
        requests: Sequence[SubmissionRequest],
        owner_id: UUID,
    ) -> list[EachSpec]:
        errors = ErrorCollector()

        def on_error(number: int, error: InvalidInputError) -> bool:
            errors.add(request.placed(cells[number], error.errors))
            return errors.is_full

        specs = await self._many.complete(requests, owner_id, on_error=on_error)
        errors.raise_if_any()
        return specs

    async def _store(
        self,
        request: GridRequest,
        cells: Sequence[Cell],
        specs: Sequence[EachSpec],
        owner_id: UUID,
        digest: str,
    ) -> tuple[int | None, Sequence[JobRow]]:
        key = request.idempotency_key
        async with self._many.storing(owner_id) as storing:
            await self._require_room(storing.unit, owner_id)
            jobs = await storing.store(specs, idempotency_key=key, digest=digest)
            if not jobs:
                return None, ()
            axes = [
                msgspec.structs.replace(request.axes[name], name=name)
                for name in "xyz"
                if name in request.axes
            ]
            rows = await storing.unit.fetch(
                STORE_GRID,
                owner_id=owner_id,
                batch_id=jobs[0].batch_id,
                title=request.title,
                request=msgspec.json.encode(request.body).decode(),
                axes=msgspec.json.encode(axes).decode(),
                xs=[cell.x for cell in cells],
                ys=[cell.y for cell in cells],
                zs=[cell.z for cell in cells],
                job_ids=[job.id for job in jobs],
            )
        return rows[0][0], jobs

    async def _require_room(self, unit: FastUnitOfWork, owner_id: UUID) -> None:
        rows = await unit.fetch(COUNT_GRIDS, owner_id=owner_id, most=self._max_grids)
        if rows[0][0] >= self._max_grids:
            raise ConflictError(
                f"you already have {self._max_grids:,} grids (grids.max_per_user); delete some,"
                " which keeps their images"
            )

    async def _grid_of_key(self, key: str | None, owner_id: UUID, digest: str) -> int | None:
        if key is None:
            return None
        async with self._runtime.begin() as uow:
            batch = (
                await uow.session.execute(
                    select(GenerationBatch.id, GenerationBatch.request_hash).where(
                        GenerationBatch.user_id == owner_id, GenerationBatch.idempotency_key == key
                    )
                )
            ).one_or_none()
            if batch is None:
                return None
            if batch.request_hash != digest:
                message = "was used for another request; use a fresh key for each submission"
                raise InvalidInputError.of("Idempotency-Key", message)
            found = await uow.session.scalar(select(Grid.id).where(Grid.batch_id == batch.id))
        if found is None:
            message = "belongs to a grid that was deleted; use a fresh key"
            raise InvalidInputError.of("Idempotency-Key", message)
        return found


def _read_cells(
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


def _retriable(
    rows: Sequence[tuple[GridCell, GenerationJob | None]], cells: Sequence[Cell]
) -> list[GenerationJob]:
    """Return the jobs of these cells, each once, in the order of their ids.

    Raises:
        InvalidInputError: a cell is not in the grid.
        ConflictError: a job has neither failed nor been cancelled, or was deleted.
    """
    jobs = {Cell(row.x, row.y, row.z): job for row, job in rows}
    found: dict[int, GenerationJob] = {}
    for place, cell in enumerate(cells):
        if cell not in jobs:
            raise InvalidInputError.of(f"cells[{place}]", f"the grid has no cell at {cell.shown}")
        job = jobs[cell]
        if job is None:
            raise ConflictError(f"the job of the cell at {cell.shown} was deleted")
        if job.status not in _RETRIABLE:
            raise ConflictError(
                f"the cell at {cell.shown} is {job.status}; only failed and cancelled cells can be"
                " retried"
            )
        found[job.id] = job
    return [found[one] for one in sorted(found)]


def _again(job: object) -> SubmissionRequest:
    fields = {name: getattr(job, name) for name in GenerationSpec.__struct_fields__}
    return SubmissionRequest(
        spec=msgspec.convert(fields, GenerationSpec),
        has_seed=True,
        batch_size=1,
        idempotency_key=None,
    )
