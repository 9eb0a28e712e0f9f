"""Read one job or the newest jobs of a user in one statement, without the ORM and a transaction.

Waiting and running jobs cost one more request for their queue position or progress.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, Select, and_, bindparam, case, func, select
from sqlalchemy.orm import aliased

from genonaut.accounts.audit import AuditLog, is_foreign
from genonaut.accounts.identity import Identity
from genonaut.content.filters import NOT_TRASHED
from genonaut.content.image_views import ImageRow, ImageView, read_image, thumbnails_of
from genonaut.content.tables import ContentItem
from genonaut.core.errors import NotFoundError
from genonaut.core.ids import is_valid_id
from genonaut.core.pagination import COUNTED_UP_TO, Slice, bounded_total
from genonaut.db.reader import ReadStatement, Row
from genonaut.jobs.queries import JobDetails, JobRow, read_cursor, standings_of, write_cursor
from genonaut.jobs.states import JobStatus
from genonaut.jobs.tables import GenerationAttempt, GenerationJob
from genonaut.runtime import Runtime

_JOB_COLUMNS = len(JobRow.__struct_fields__)
_MORE_COLUMNS = 2 + len(ImageRow.__struct_fields__)


def _details_query() -> Select[*tuple[Any, ...]]:
    """Return the query for jobs with everything that their views need from PostgreSQL."""
    job, attempt, item = GenerationJob, GenerationAttempt, ContentItem
    sibling = aliased(job)
    siblings = select(sibling.id).where(sibling.batch_id == job.batch_id)
    siblings = siblings.order_by(sibling.batch_index).correlate(job)
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
    image = [getattr(item, name) for name in ImageRow.__struct_fields__ if name != "thumbnails"]
    return select(
        *(getattr(job, name) for name in JobRow.__struct_fields__),
        case((job.batch_size > 1, func.array(siblings.scalar_subquery()))),
        case((job.status == JobStatus.RUNNING, is_in_queue), else_=False),
        *image,
        thumbnails_of(item.id),
    ).outerjoin(item, and_(item.id == job.content_id, NOT_TRASHED))


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
        self._runtime = runtime

    async def get(self, job_id: int) -> JobDetails:
        """Return one job of the viewer; an administrator may read every job.

        Raises:
            NotFoundError: there is no such job that the viewer may see.
        """
        owner_id = self.viewer.owner_filter
        row = None
        if is_valid_id(job_id):
            row = await self._runtime.reader.fetch_one(_ONE, job_id=job_id)
        details = None if row is None else (await self._details([row]))[0]
        if details is None or (owner_id is not None and details.job.user_id != owner_id):
            raise NotFoundError(f"no job {job_id}")
        if is_foreign(details.job.user_id):
            async with self._runtime.begin() as uow:
                audit = AuditLog(uow.session)
                await audit.record_foreign_read(f"job:{job_id}", owner_id=details.job.user_id)
        return details

    async def newest(self, *, cursor: str | None, limit: int) -> Slice[JobDetails]:
        """Return one page of the viewer's jobs, the newest first; the first page has the total.

        Raises:
            InvalidInputError: the cursor is invalid or belongs to another sort order.
        """
        wanted: dict[str, Any] = {"owner_id": self.viewer.user_id, "limit": limit + 1}
        after = None if cursor is None else read_cursor(cursor, "newest")
        if after is None:
            rows = await self._runtime.reader.fetch(_FIRST_PAGE, **wanted)
        else:
            rows = await self._runtime.reader.fetch(_NEXT_PAGE, after=after, **wanted)
        shown = await self._details(rows[:limit])
        following = write_cursor(shown[-1].job.id, "newest") if len(rows) > limit else None
        total = None
        if after is None:
            total = bounded_total(rows[0][-1] if rows else 0)
        return Slice(shown, following, total)

    async def _details(self, rows: Sequence[Row]) -> list[JobDetails]:
        jobs = [JobRow(*row[:_JOB_COLUMNS]) for row in rows]
        running = [job.id for job in jobs if job.status is JobStatus.RUNNING]
        progress = await self._runtime.progress.read(running) if running else {}
        standings = await standings_of(self._runtime, jobs)
        details = []
        for job, row in zip(jobs, rows, strict=True):
            siblings, is_in_queue, *image = row[_JOB_COLUMNS : _JOB_COLUMNS + _MORE_COLUMNS]
            details.append(
                JobDetails(
                    job,
                    [job.id] if siblings is None else siblings,
                    progress.get(job.id),
                    standings[job.id].position,
                    is_in_queue and job.id not in progress,
                    None if image[0] is None else ImageView.of(read_image(image)),
                    standings[job.id].wait_seconds,
                )
            )
        return details
