"""Read one job or the newest jobs of a user in one statement, without the ORM and a transaction.

Waiting and running jobs cost one more request for their queue position or progress.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    BigInteger,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    null,
    select,
)
from sqlalchemy.orm import aliased

from genonaut.accounts.audit import AuditLog, is_foreign
from genonaut.accounts.identity import Identity
from genonaut.content.filters import NOT_TRASHED
from genonaut.content.image_views import thumbnails_of
from genonaut.content.tables import ContentItem
from genonaut.core.errors import NotFoundError
from genonaut.core.ids import is_valid_id
from genonaut.core.pagination import COUNTED_UP_TO, Slice, bounded_total
from genonaut.db.reader import ReadStatement, Row
from genonaut.jobs.queries import JobRow, Standing, read_cursor, standings_of, write_cursor
from genonaut.jobs.states import JobStatus
from genonaut.jobs.tables import GenerationAttempt, GenerationJob
from genonaut.realtime import JobProgress
from genonaut.runtime import Runtime

_PLAIN = (
    "id", "user_id", "job_type", "status", "prompt", "negative_prompt", "checkpoint_model", "width",
    "height", "batch_size", "batch_id", "content_id", "arq_job_id", "comfyui_prompt_id", "backend",
    "attempt", "seq", "waiting_reason", "cancel_requested_at", "error_code", "error_message",
    "created_at", "queued_at", "started_at", "completed_at", "updated_at", "workflow_version_id",
)  # fmt: skip
_COMPUTED = (
    "lora_models", "params", "inputs", "batch_job_ids", "is_in_backend_queue", "image_id", "sha256",
    "placeholder", "image_width", "image_height", "thumbnails", "content_ids", "nothing",
)  # fmt: skip
COLUMNS = {name: place for place, name in enumerate((*_PLAIN, *_COMPUTED))}
"""The place of each column in a row. JSON is text; ``nothing`` is always None."""


def _details_query() -> Select[*tuple[Any, ...]]:
    """Return the query for jobs, with the columns of ``FoundJob``."""
    job, attempt, item = GenerationJob, GenerationAttempt, ContentItem
    sibling = aliased(job)
    siblings = select(sibling.id).where(sibling.batch_id == job.batch_id)
    siblings = siblings.order_by(sibling.batch_index).correlate(job)
    result = aliased(item)
    results = select(result.id).where(result.job_id == job.id)
    results = results.order_by(result.output_index).correlate(job)
    is_in_queue = (
        select(attempt.job_id)
        .where(
            attempt.job_id == job.id,
            attempt.ended_at.is_(None),
            attempt.posted_at.is_not(None),
            attempt.executing_at.is_(None),
        )
        .correlate(job)
        .exists()
    )
    return select(
        *(getattr(job, name) for name in _PLAIN),
        cast(job.lora_models, Text),
        cast(job.params, Text),
        cast(job.inputs, Text),
        case((job.batch_size > 1, func.array(siblings.scalar_subquery()))),
        case((job.status == JobStatus.RUNNING, is_in_queue), else_=False),
        item.id,
        item.sha256,
        item.placeholder,
        item.width,
        item.height,
        thumbnails_of(item.id),
        case((job.workflow_version_id.is_not(None), func.array(results.scalar_subquery()))),
        null().label("nothing"),
    ).outerjoin(item, and_(item.id == job.content_id, NOT_TRASHED))


class FoundJob(msgspec.Struct, frozen=True, gc=False):
    """A job as the driver returned it, and what is known about it beside its row."""

    row: Row
    progress: JobProgress | None = None
    standing: Standing | None = None
    """Where it is in the queue, if it waits."""

    @property
    def id(self) -> int:
        """Return the id of the job."""
        found: int = self.row[_ID]
        return found

    @property
    def user_id(self) -> UUID:
        """Return the id of the owner."""
        found: UUID = self.row[_USER_ID]
        return found


_ID, _USER_ID, _STATUS = COLUMNS["id"], COLUMNS["user_id"], COLUMNS["status"]
_WAITING = frozenset(status for status in JobStatus if status.is_waiting)


def _page_query(*, is_first: bool) -> Select[*tuple[Any, ...]]:
    """Return the query for the newest jobs of a user; the first page has the total as last column."""
    job = GenerationJob
    query = _details_query().where(job.user_id == bindparam("owner_id"))
    query = query.order_by(job.id.desc()).limit(bindparam("limit", type_=BigInteger))
    if not is_first:
        return query.where(job.id < bindparam("after"))
    counted = aliased(job)
    limited = select(counted.id).where(counted.user_id == bindparam("owner_id"))
    limited = limited.limit(COUNTED_UP_TO + 1)
    total = select(func.count()).select_from(limited.subquery())
    return query.add_columns(total.scalar_subquery())


_ONE = ReadStatement(_details_query().where(GenerationJob.id == bindparam("job_id")))
_FIRST_PAGE = ReadStatement(_page_query(is_first=True))
_NEXT_PAGE = ReadStatement(_page_query(is_first=False))


class FastJobQueries:
    """Reads jobs like ``JobQueryService``, with the same answers and errors."""

    def __init__(self, runtime: Runtime, viewer: Identity) -> None:
        self.viewer = viewer
        self.runtime = runtime

    async def get(self, job_id: int) -> FoundJob:
        """Return one job of the viewer; an administrator may read every job.

        Raises:
            NotFoundError: there is no such job that the viewer may see.
        """
        owner_id = self.viewer.owner_filter
        row = None
        if is_valid_id(job_id):
            row = await self.runtime.reader.fetch_one(_ONE, job_id=job_id)
        if row is None or owner_id not in {None, row[_USER_ID]}:
            raise NotFoundError(f"no job {job_id}")
        found = (await self._found([row]))[0]
        if is_foreign(found.user_id):
            async with self.runtime.begin() as uow:
                audit = AuditLog(uow.session)
                await audit.record_foreign_read(f"job:{job_id}", owner_id=found.user_id)
        return found

    async def newest(self, *, cursor: str | None, limit: int) -> Slice[FoundJob]:
        """Return one page of the viewer's jobs, the newest first; the first page has the total.

        Raises:
            InvalidInputError: the cursor is invalid or belongs to another sort order.
        """
        wanted: dict[str, Any] = {"owner_id": self.viewer.user_id, "limit": limit + 1}
        after = None if cursor is None else read_cursor(cursor, "newest")
        if after is None:
            rows = await self.runtime.reader.fetch(_FIRST_PAGE, **wanted)
        else:
            rows = await self.runtime.reader.fetch(_NEXT_PAGE, after=after, **wanted)
        shown = await self._found(rows[:limit])
        following = write_cursor(shown[-1].id, "newest") if len(rows) > limit else None
        total = None
        if after is None:
            total = bounded_total(rows[0][-1] if rows else 0)
        return Slice(shown, following, total)

    async def _found(self, rows: Sequence[Row]) -> list[FoundJob]:
        running, waiting = [], []
        for row in rows:
            if row[_STATUS] == JobStatus.RUNNING:
                running.append(row[_ID])
            elif row[_STATUS] in _WAITING:
                waiting.append(_job_row(row))
        if not running and not waiting:
            return [FoundJob(row) for row in rows]
        progress = await self.runtime.progress.read(running) if running else {}
        standings = await standings_of(self.runtime, waiting) if waiting else {}
        return [FoundJob(row, progress.get(row[_ID]), standings.get(row[_ID])) for row in rows]


def _job_row(row: Row) -> JobRow:
    values = {name: row[COLUMNS[name]] for name in JobRow.__struct_fields__}
    for name in ("lora_models", "params"):
        values[name] = msgspec.json.decode(values[name])
    if values["inputs"] is not None:
        values["inputs"] = msgspec.json.decode(values["inputs"])
    return JobRow(**values)
