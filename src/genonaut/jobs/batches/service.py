"""Read batches: one, or a page of one owner's."""

from collections.abc import Sequence
from itertools import groupby
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from genonaut.accounts.audit import AuditLog
from genonaut.core.errors import NotFoundError
from genonaut.core.pagination import (
    CursorTime,
    Position,
    Slice,
    bounded_total,
    decode_cursor,
    encode_cursor,
    from_cursor_time,
    to_cursor_time,
)
from genonaut.db import UnitOfWork
from genonaut.jobs.batches.repository import (
    BatchFilter,
    BatchPosition,
    BatchRepository,
    BatchRow,
    BatchSort,
)
from genonaut.jobs.params import MAX_PRIORITY
from genonaut.jobs.queries import JobDetails, JobQueryService
from genonaut.jobs.tables import GenerationBatch
from genonaut.runtime import Runtime


class _Cursor(Position, frozen=True):
    """Content of a cursor: the last batch of a page."""

    list: Literal["batches"]
    sort: BatchSort
    priority: Annotated[int, Meta(ge=0, le=MAX_PRIORITY)]
    ended_us: CursorTime
    """0 while the batch is open."""
    created_us: CursorTime
    batch_id: UUID


class BatchDetails(msgspec.Struct, frozen=True):
    """A batch with its jobs in the order of their seeds; at least one."""

    batch: GenerationBatch
    jobs: Sequence[JobDetails]
    username: str
    """Of the owner."""


class BatchQueryService:
    """Reads batches."""

    def __init__(self, uow: UnitOfWork, runtime: Runtime) -> None:
        self._batches = BatchRepository(uow.session)
        self._jobs = JobQueryService(uow, runtime)
        self._audit = AuditLog(uow.session)

    async def get(self, batch_id: UUID, *, owner_id: UUID | None) -> BatchDetails:
        """Return one batch.

        Raises:
            NotFoundError: no such batch of this owner (of any owner if None), or all of its jobs
                were deleted.
        """
        rows = await self._batches.find(batch_id)
        if not rows or (owner_id is not None and rows[0][0].user_id != owner_id):
            raise NotFoundError(f"no batch {batch_id}")
        await self._audit.record_foreign_read(f"batch:{batch_id}", owner_id=rows[0][0].user_id)
        return (await self._details(rows))[0]

    async def page(
        self, wanted: BatchFilter, *, sort: BatchSort = "newest", cursor: str | None, limit: int
    ) -> Slice[BatchDetails]:
        """Return one page, with the total on the first.

        Raises:
            InvalidInputError: the cursor is invalid or belongs to another sort order.
        """
        after = None if cursor is None else _position_of(cursor, sort)
        await self._audit.record_foreign_read("jobs", owner_id=wanted.owner_id)
        rows = await self._batches.page(wanted, sort=sort, after=after, limit=limit + 1)
        found = list({row[0].id: row[0] for row in rows}.values())
        shown, has_more = found[:limit], len(found) > limit
        ids = {batch.id for batch in shown}
        total = None
        if after is None:
            counted = await self._batches.count(wanted) if has_more else len(shown)
            total = bounded_total(counted)
        return Slice(
            await self._details([row for row in rows if row[0].id in ids]),
            _cursor_of(shown[-1], sort) if has_more else None,
            total,
        )

    async def _details(self, rows: Sequence[BatchRow]) -> list[BatchDetails]:
        jobs = await self._jobs.details([row[1] for row in rows])
        pairs = zip(rows, jobs, strict=True)
        groups = groupby(pairs, key=lambda pair: pair[0][0].id)
        members = [list(group) for _, group in groups]
        return [
            BatchDetails(group[0][0][0], [job for _, job in group], group[0][0][2])
            for group in members
        ]


def _position_of(cursor: str, sort: BatchSort) -> BatchPosition:
    position = decode_cursor(cursor, _Cursor)
    if position.sort != sort:
        decode_cursor("", _Cursor)
    return BatchPosition(
        from_cursor_time(position.ended_us) if position.ended_us else None,
        from_cursor_time(position.created_us),
        position.batch_id,
        position.priority,
    )


def _cursor_of(batch: GenerationBatch, sort: BatchSort) -> str:
    ended_us = to_cursor_time(batch.ended_at) if batch.ended_at else 0
    created_us = to_cursor_time(batch.created_at)
    return encode_cursor(_Cursor("batches", sort, batch.priority, ended_us, created_us, batch.id))
