"""Queries on batches; no rules, no commit."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Row, Select, exists, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.core.pagination import COUNTED_UP_TO
from genonaut.jobs.tables import GenerationBatch, GenerationJob

_HAS_JOBS = exists().where(GenerationJob.batch_id == GenerationBatch.id)
"""Jobs can be deleted, and their batch stays."""


class BatchPosition(msgspec.Struct, frozen=True):
    """The sort key of a batch; ``ended_at`` is None while jobs of it are open."""

    ended_at: datetime | None
    created_at: datetime
    batch_id: UUID


class BatchFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Filter of the list of batches; ``is_open`` None means open and ended ones."""

    owner_id: UUID
    is_open: bool | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the filter as SQL conditions."""
        batch = GenerationBatch
        conditions: list[ColumnElement[bool]] = [batch.user_id == self.owner_id, _HAS_JOBS]
        if self.is_open is True:
            # ended_at limits the scan of the index to the few open batches.
            conditions += [batch.ended_at.is_(None), batch.open_count > 0]
        if self.is_open is False:
            conditions.append(batch.open_count == 0)
        return conditions


class BatchRepository:
    """Reads batches together with their jobs."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, batch_id: UUID) -> Sequence[Row[GenerationBatch, GenerationJob]]:
        """Return a batch with each of its jobs, in the order of their seeds."""
        return await self._rows(_JOBS_OF_BATCHES.where(GenerationBatch.id == batch_id))

    async def page(
        self, wanted: BatchFilter, *, after: BatchPosition | None, limit: int
    ) -> Sequence[Row[GenerationBatch, GenerationJob]]:
        """Return the batches beyond ``after`` with each of their jobs, in one statement.

        Open batches come first, the newest of them first, then ended ones, the last to end first.
        """
        batch = GenerationBatch
        query = select(batch.id).where(*wanted.conditions())
        if after is not None:
            query = query.where(_beyond(after))
        page = query.order_by(*_ORDER).limit(limit).subquery()
        return await self._rows(_JOBS_OF_BATCHES.join(page, page.c.id == batch.id))

    async def count(self, wanted: BatchFilter) -> int:
        """Return the number of matching batches, at most 10,001."""
        limited = (
            select(GenerationBatch.id)
            .where(*wanted.conditions())
            .limit(COUNTED_UP_TO + 1)
            .subquery()
        )
        return await self._session.scalar(select(func.count()).select_from(limited)) or 0

    async def _rows(
        self, query: Select[GenerationBatch, GenerationJob]
    ) -> Sequence[Row[GenerationBatch, GenerationJob]]:
        return (await self._session.execute(query)).all()


_ORDER = (
    # Descending order has nulls, the open batches, first.
    GenerationBatch.ended_at.desc(),
    GenerationBatch.created_at.desc(),
    GenerationBatch.id.desc(),
)
_JOBS_OF_BATCHES = (
    select(GenerationBatch, GenerationJob)
    .join(GenerationJob, GenerationJob.batch_id == GenerationBatch.id)
    .order_by(*_ORDER, GenerationJob.batch_index)
)


def _beyond(after: BatchPosition) -> ColumnElement[bool]:
    """Return the condition on batches that come after the position."""
    batch = GenerationBatch
    if after.ended_at is None:
        is_older = tuple_(batch.created_at, batch.id) < (after.created_at, after.batch_id)
        return batch.ended_at.is_not(None) | (batch.ended_at.is_(None) & is_older)
    key = tuple_(batch.ended_at, batch.created_at, batch.id)
    return key < (after.ended_at, after.created_at, after.batch_id)
