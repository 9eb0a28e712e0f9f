"""Queries on batches; no rules, no commit."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Row, Select, UnaryExpression, exists, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.accounts.tables import User
from genonaut.db.counting import bounded_count
from genonaut.jobs.states import JobStatus
from genonaut.jobs.tables import GenerationBatch, GenerationJob

BatchSort = Literal["newest", "queue"]
BatchRow = Row[GenerationBatch, GenerationJob, str]
"""A batch, one of its jobs, and the name of its owner."""
_HAS_JOBS = exists().where(GenerationJob.batch_id == GenerationBatch.id)
"""Jobs can be deleted, and their batch stays."""


class BatchPosition(msgspec.Struct, frozen=True):
    """The sort keys of a batch; ``ended_at`` is None while jobs of it are open."""

    ended_at: datetime | None
    created_at: datetime
    batch_id: UUID
    priority: int = 0


class BatchFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Filter of the list of batches; None or empty means no restriction.

    ``statuses`` and ``backend`` match batches with at least one such job.
    """

    owner_id: UUID | None
    is_open: bool | None = None
    statuses: Sequence[JobStatus] = ()
    checkpoint_model: str | None = None
    backend: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the filter as SQL conditions."""
        batch = GenerationBatch
        conditions: list[ColumnElement[bool]] = [self._has_matching_job()]
        if self.owner_id is not None:
            conditions.append(batch.user_id == self.owner_id)
        if self.is_open is True:
            # ended_at limits the scan of the index to the few open batches.
            conditions += [batch.ended_at.is_(None), batch.open_count > 0]
        if self.is_open is False:
            conditions.append(batch.open_count == 0)
        return conditions

    def _has_matching_job(self) -> ColumnElement[bool]:
        job = GenerationJob
        matching = _HAS_JOBS
        if self.statuses:
            matching = matching.where(job.status.in_(self.statuses))
        if self.checkpoint_model is not None:
            matching = matching.where(job.checkpoint_model == self.checkpoint_model)
        if self.backend is not None:
            matching = matching.where(job.backend == self.backend)
        return matching


class BatchRepository:
    """Reads batches together with their jobs."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, batch_id: UUID) -> Sequence[BatchRow]:
        """Return a batch with each of its jobs, in the order of their seeds."""
        query = _JOBS_OF_BATCHES.where(GenerationBatch.id == batch_id)
        query = query.order_by(GenerationJob.batch_index)
        return (await self._session.execute(query)).all()

    async def page(
        self,
        wanted: BatchFilter,
        *,
        sort: BatchSort = "newest",
        after: BatchPosition | None,
        limit: int,
    ) -> Sequence[BatchRow]:
        """Return the batches beyond ``after`` with each of their jobs, in one statement.

        Sort ``newest``: open batches first, the newest of them first, then ended ones, the last to
        end first. Sort ``queue``: by priority, the oldest first.
        """
        batch = GenerationBatch
        query = select(batch.id).where(*wanted.conditions())
        if after is not None:
            query = query.where(_BEYOND[sort](after))
        page = query.order_by(*_ORDERS[sort]).limit(limit).subquery()
        jobs = _JOBS_OF_BATCHES.join(page, page.c.id == batch.id)
        jobs = jobs.order_by(*_ORDERS[sort], GenerationJob.batch_index)
        return (await self._session.execute(jobs)).all()

    async def count(self, wanted: BatchFilter) -> int:
        """Return the number of matching batches, at most 10,001."""
        query = select(GenerationBatch.id).where(*wanted.conditions())
        return await bounded_count(self._session, query)


_ORDERS: Mapping[BatchSort, tuple[UnaryExpression[Any], ...]] = {
    "newest": (
        # Descending order has nulls, the open batches, first.
        GenerationBatch.ended_at.desc(),
        GenerationBatch.created_at.desc(),
        GenerationBatch.id.desc(),
    ),
    "queue": (
        GenerationBatch.priority.desc(),
        GenerationBatch.created_at.asc(),
        GenerationBatch.id.asc(),
    ),
}
_JOBS_OF_BATCHES: Select[GenerationBatch, GenerationJob, str] = (
    select(GenerationBatch, GenerationJob, User.username)
    .join(GenerationJob, GenerationJob.batch_id == GenerationBatch.id)
    .join(User, User.id == GenerationBatch.user_id)
)


def _beyond_newest(after: BatchPosition) -> ColumnElement[bool]:
    batch = GenerationBatch
    if after.ended_at is None:
        is_older = tuple_(batch.created_at, batch.id) < (after.created_at, after.batch_id)
        return batch.ended_at.is_not(None) | (batch.ended_at.is_(None) & is_older)
    key = tuple_(batch.ended_at, batch.created_at, batch.id)
    return key < (after.ended_at, after.created_at, after.batch_id)


def _beyond_in_queue(after: BatchPosition) -> ColumnElement[bool]:
    batch = GenerationBatch
    is_later = tuple_(batch.created_at, batch.id) > (after.created_at, after.batch_id)
    return (batch.priority < after.priority) | ((batch.priority == after.priority) & is_later)


_BEYOND: Mapping[BatchSort, Callable[[BatchPosition], ColumnElement[bool]]] = {
    "newest": _beyond_newest,
    "queue": _beyond_in_queue,
}
"""The condition on batches that come after a position."""
