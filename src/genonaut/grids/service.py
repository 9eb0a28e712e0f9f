"""Submit grids."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy import select

from genonaut.core.errors import (
    ConflictError,
    InvalidInputError,
    UnavailableError,
)
from genonaut.core.metrics import JOBS_SUBMITTED
from genonaut.db.fast_work import FastUnitOfWork
from genonaut.grids.cells import Cell, ErrorCollector, GridRequest, ReadCell
from genonaut.grids.prompts import drawn_prompts, read_cells, with_styles
from genonaut.grids.store_query import COUNT_GRIDS, STORE_GRID
from genonaut.grids.tables import Grid
from genonaut.jobs.params import random_seed
from genonaut.jobs.queries import JobRow
from genonaut.jobs.submission.many import EachSpec, ManySubmission
from genonaut.jobs.submission.service import SubmissionRequest, SubmissionService
from genonaut.jobs.submission.wake_up import announce
from genonaut.jobs.tables import GenerationBatch
from genonaut.runtime import Runtime

_MOST_TRIES = 5


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
        seeded = await with_styles(self._runtime, seeded, owner_id)
        cells = seeded.in_order_of_work()
        requests = read_cells(seeded, cells, read)
        if seeded.body.get("dynamic_prompt"):
            requests = await drawn_prompts(self._runtime, seeded, cells, requests, owner_id)
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
                seeds=request.seeds.value,
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
