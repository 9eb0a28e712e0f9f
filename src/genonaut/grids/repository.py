"""Queries on grids."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.content.filters import NOT_TRASHED
from genonaut.content.tables import ContentItem, ContentThumbnail
from genonaut.core.ids import is_valid_id
from genonaut.db.counting import bounded_count
from genonaut.grids.states import Deleted, deleted_of
from genonaut.grids.tables import Grid, GridCell
from genonaut.jobs.states import JobStatus
from genonaut.jobs.tables import GenerationJob
from genonaut.storage.thumbnails import ThumbnailSize

CellCount = tuple[JobStatus | None, Deleted | None, int]
"""Status of the job, None if it was deleted; why the image is gone; number of cells."""


class GridRepository:
    """Reads grids, their cells and the jobs of these."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, grid_id: int, owner_id: UUID, *, lock: bool = False) -> Grid | None:
        """Return a grid of an owner."""
        if not is_valid_id(grid_id):
            return None
        query = select(Grid).where(Grid.id == grid_id, Grid.user_id == owner_id)
        if lock:
            query = query.with_for_update()
        return (await self._session.scalars(query)).one_or_none()

    async def page(
        self, owner_id: UUID, *, batch_id: UUID | None, after: int | None, limit: int
    ) -> Sequence[Grid]:
        """Return the grids of an owner, the newest first."""
        query = select(Grid).where(Grid.user_id == owner_id).order_by(Grid.id.desc()).limit(limit)
        if batch_id is not None:
            query = query.where(Grid.batch_id == batch_id)
        if after is not None:
            query = query.where(Grid.id < after)
        return (await self._session.scalars(query)).all()

    async def count(self, owner_id: UUID) -> int:
        """Return the number of grids of an owner, at most 10,001."""
        query = select(Grid.id).where(Grid.user_id == owner_id)
        return await bounded_count(self._session, query)

    async def counts(self, grid_ids: Sequence[int]) -> dict[int, list[CellCount]]:
        """Return the numbers of cells of each grid by status of the job and state of the image."""
        has_item = ContentItem.id.is_not(None)
        is_trashed = ContentItem.deleted_at.is_not(None)
        query = (
            select(GridCell.grid_id, GenerationJob.status, has_item, is_trashed, func.count())
            .outerjoin(GenerationJob, GenerationJob.id == GridCell.job_id)
            .outerjoin(ContentItem, ContentItem.id == GenerationJob.content_id)
            .where(GridCell.grid_id.in_(grid_ids))
            .group_by(GridCell.grid_id, GenerationJob.status, has_item, is_trashed)
        )
        found: dict[int, list[CellCount]] = {one: [] for one in grid_ids}
        for grid_id, status, is_there, in_trash, count in await self._session.execute(query):
            deleted = deleted_of(status, has_item=is_there, is_trashed=in_trash)
            found[grid_id].append((status, deleted, count))
        return found

    async def covers(self, grid_ids: Sequence[int]) -> dict[int, int]:
        """Return the first item of each grid that has one."""
        query = (
            select(GridCell.grid_id, func.min(GenerationJob.content_id))
            .join(GenerationJob, GenerationJob.id == GridCell.job_id)
            .join(ContentItem, ContentItem.id == GenerationJob.content_id)
            .where(GridCell.grid_id.in_(grid_ids), NOT_TRASHED)
            .group_by(GridCell.grid_id)
        )
        rows = await self._session.execute(query)
        return {grid_id: item for grid_id, item in rows if item is not None}

    async def cells(self, grid_id: int) -> Sequence[tuple[GridCell, GenerationJob | None]]:
        """Return the cells with their jobs, by z, y, x."""
        cell = GridCell
        query = (
            select(cell, GenerationJob)
            .outerjoin(GenerationJob, GenerationJob.id == cell.job_id)
            .where(cell.grid_id == grid_id)
            .order_by(cell.z, cell.y, cell.x)
        )
        return [(row[0], row[1]) for row in await self._session.execute(query)]

    async def jobs(self, grid_id: int, statuses: Sequence[JobStatus]) -> Sequence[GenerationJob]:
        """Return the newest jobs of the cells that have one of these statuses."""
        query = (
            select(GenerationJob)
            .join(GridCell, GridCell.job_id == GenerationJob.id)
            .where(GridCell.grid_id == grid_id, GenerationJob.status.in_(statuses))
            .order_by(GenerationJob.id)
        )
        return (await self._session.scalars(query)).all()

    async def thumbnails(
        self, content_ids: Sequence[int], size: ThumbnailSize
    ) -> dict[int, tuple[str, int, int]]:
        """Return file, width and height of a thumbnail of each item."""
        one = ContentThumbnail
        query = select(one.content_id, one.storage_key, one.width, one.height).where(
            one.content_id.in_(content_ids), one.size == size
        )
        return {row[0]: (row[1], row[2], row[3]) for row in await self._session.execute(query)}
