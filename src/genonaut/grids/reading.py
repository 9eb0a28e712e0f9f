"""Read, rename, cancel and delete grids."""

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from genonaut.content.image_views import ImageView, images_of
from genonaut.core.errors import NotFoundError
from genonaut.core.ids import Id
from genonaut.core.pagination import Position, Slice, bounded_total, decode_cursor, encode_cursor
from genonaut.db import UnitOfWork
from genonaut.grids.parameters import Axis
from genonaut.grids.repository import CellCount, GridRepository
from genonaut.grids.states import Deleted, ImageCounts, deleted_of, image_counts
from genonaut.grids.tables import Grid, GridCell
from genonaut.jobs.lifecycle.cancellation import CancellationService
from genonaut.jobs.states import ErrorCode, JobStatus
from genonaut.jobs.tables import GenerationJob


class _Position(Position, frozen=True, tag="grids"):
    """Content of a cursor: the last grid of a page."""

    grid_id: Id


class CellDetails(msgspec.Struct, frozen=True, kw_only=True):
    """A cell with its newest job and image."""

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


class GridHead(msgspec.Struct, frozen=True, kw_only=True):
    """A grid, the states of its cells, and an image of it."""

    grid: Grid
    axes: list[Axis]
    counts: dict[JobStatus, int]
    images: ImageCounts
    cell_count: int
    cover: ImageView | None


class GridDetails(msgspec.Struct, frozen=True):
    """A grid with its cells by z, y, x."""

    head: GridHead
    cells: list[CellDetails]


class GridService:
    """The grids of one user; administrators see no more than other users."""

    def __init__(self, uow: UnitOfWork, owner_id: UUID) -> None:
        self._uow = uow
        self._owner_id = owner_id
        self._rows = GridRepository(uow.session)

    async def page(
        self, *, batch_id: UUID | None, cursor: str | None, limit: int
    ) -> Slice[GridHead]:
        """Return one page, the newest first; the first page has the total.

        Raises:
            InvalidInputError: the cursor is invalid.
        """
        after = None if cursor is None else decode_cursor(cursor, _Position).grid_id
        rows = await self._rows.page(
            self._owner_id, batch_id=batch_id, after=after, limit=limit + 1
        )
        shown = rows[:limit]
        following = encode_cursor(_Position(shown[-1].id)) if len(rows) > limit else None
        total = None
        if after is None:
            counted = await self._rows.count(self._owner_id) if following else len(shown)
            total = bounded_total(counted)
        return Slice(await self._heads(shown), following, total)

    async def get(self, grid_id: int) -> GridDetails:
        """Return a grid with its cells.

        Raises:
            NotFoundError: there is no such grid of this user.
        """
        grid = await self._find(grid_id)
        rows = await self._rows.cells(grid_id)
        made = [job.content_id for _, job in rows if job is not None and job.content_id is not None]
        images = await images_of(self._uow.session, made)
        cells = [_cell(cell, job, images) for cell, job in rows]
        # Of the same rows as the cells: a job may end between two queries.
        counts = Counter(cell.status for cell in cells if cell.status is not None)
        head = (await self._heads([grid]))[0]
        axes = axes_of(grid, has_layers=any(cell.z for cell in cells))
        images_there = image_counts((cell.status, cell.deleted, 1) for cell in cells)
        head = msgspec.structs.replace(head, counts=dict(counts), images=images_there, axes=axes)
        return GridDetails(head, cells)

    async def rename(self, grid_id: int, title: str) -> GridDetails:
        """Change the title.

        Raises:
            NotFoundError: there is no such grid of this user.
        """
        grid = await self._find(grid_id, lock=True)
        grid.title = title
        await self._uow.session.flush()
        return await self.get(grid_id)

    async def cancel(self, grid_id: int) -> int:
        """Cancel the jobs of a grid that have not ended; returns their number.

        Raises:
            NotFoundError: there is no such grid of this user.
        """
        await self._find(grid_id)
        open_jobs = [one for one in JobStatus if not one.is_terminal]
        jobs = await self._rows.jobs(grid_id, open_jobs)
        service = CancellationService(self._uow)
        count = 0
        for batch_id in sorted({job.batch_id for job in jobs}):
            count += len(await service.cancel_batch(batch_id, owner_id=self._owner_id))
        return count

    async def delete(self, grid_id: int) -> None:
        """Delete a grid; its jobs and images remain.

        Raises:
            NotFoundError: there is no such grid of this user.
        """
        grid = await self._find(grid_id, lock=True)
        await self._uow.session.delete(grid)
        await self._uow.session.flush()

    async def _find(self, grid_id: int, *, lock: bool = False) -> Grid:
        grid = await self._rows.find(grid_id, self._owner_id, lock=lock)
        if grid is None:
            raise NotFoundError(f"no grid {grid_id}")
        return grid

    async def _heads(self, grids: Sequence[Grid]) -> list[GridHead]:
        ids = [grid.id for grid in grids]
        counts = await self._rows.counts(ids)
        items = await self._rows.covers(ids)
        images = await images_of(self._uow.session, list(items.values()))
        return [
            GridHead(
                grid=grid,
                axes=axes_of(grid),
                counts=_by_status(counts[grid.id]),
                images=image_counts(counts[grid.id]),
                cell_count=sum(count for _, _, count in counts[grid.id]),
                cover=images.get(items.get(grid.id, 0)),
            )
            for grid in grids
        ]


def axes_of(grid: Grid, *, has_layers: bool = False) -> list[Axis]:
    """Return the axes with their names, which grids of earlier versions do not have.

    Of two axes of such a grid with layers, the second is z.
    """
    axes = msgspec.convert(grid.axes, list[Axis])
    names = "xz" if has_layers and len(axes) == len("xz") else "xyz"
    return [
        axis if axis.name else msgspec.structs.replace(axis, name=name)
        for axis, name in zip(axes, names, strict=False)
    ]


def _by_status(counts: Sequence[CellCount]) -> dict[JobStatus, int]:
    found: Counter[JobStatus] = Counter()
    for status, _, count in counts:
        if status is not None:
            found[status] += count
    return dict(found)


def _cell(cell: GridCell, job: GenerationJob | None, images: dict[int, ImageView]) -> CellDetails:
    place: dict[str, Any] = {"x": cell.x, "y": cell.y, "z": cell.z, "job_id": cell.job_id}
    if job is None:
        empty = dict.fromkeys(CellDetails.__struct_fields__)
        return CellDetails(**{**empty, **place, "deleted": Deleted.PURGED})
    picture = None if job.content_id is None else images.get(job.content_id)
    has_item = job.content_id is not None
    return CellDetails(
        **place,
        status=job.status,
        seed=job.params.get("seed"),
        content_id=job.content_id,
        picture=picture,
        deleted=deleted_of(job.status, has_item=has_item, is_trashed=picture is None),
        error_code=job.error_code,
        error_message=job.error_message,
        render_seconds=job.render_seconds or None,
    )
