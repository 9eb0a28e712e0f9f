"""Read jobs: one job, pages, snapshots, timelines, statistics."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from genonaut.accounts.audit import AuditLog
from genonaut.content.image_views import ImageView, contents_of_jobs, images_of
from genonaut.core.errors import NotFoundError
from genonaut.core.ids import Id, is_valid_id
from genonaut.core.pagination import Position, Slice, bounded_total, decode_cursor, encode_cursor
from genonaut.db import UnitOfWork
from genonaut.jobs.lifecycle.attempts import AttemptRepository
from genonaut.jobs.queue.positions import queue_positions
from genonaut.jobs.queue.wait_estimates import kept_estimates, wait_estimates
from genonaut.jobs.repository import JobFilter, JobRepository, Sort
from genonaut.jobs.states import ErrorCode, JobStatus, JobType
from genonaut.jobs.tables import GenerationAttempt, GenerationJob
from genonaut.realtime import JobProgress
from genonaut.runtime import Runtime

SNAPSHOT_NEWEST = 50


class _Position(Position, frozen=True):
    """Content of a cursor: the last job of a page."""

    list: Literal["jobs"]
    sort: Sort
    job_id: Id


def write_cursor(job_id: int, sort: Sort) -> str:
    """Return the cursor of the page after a job."""
    return encode_cursor(_Position("jobs", sort, job_id))


def read_cursor(cursor: str, sort: Sort) -> int:
    """Return the id of the job that ``write_cursor`` encoded for the same sort order.

    Raises:
        InvalidInputError: the cursor is invalid or belongs to another sort order.
    """
    position = decode_cursor(cursor, _Position)
    if position.sort != sort:
        decode_cursor("", _Position)
    return position.job_id


class JobRow(msgspec.Struct):
    """The columns of a job that its view shows; each has the name of the column."""

    id: int
    user_id: UUID
    batch_id: UUID
    job_type: JobType
    status: JobStatus
    prompt: str
    negative_prompt: str
    checkpoint_model: str
    lora_models: list[dict[str, Any]]
    width: int
    height: int
    batch_size: int
    params: dict[str, Any]
    inputs: dict[str, Any] | None
    workflow_version_id: int | None
    content_id: int | None
    arq_job_id: str | None
    comfyui_prompt_id: str | None
    backend: str | None
    attempt: int
    seq: int
    cancel_requested_at: datetime | None
    waiting_reason: str | None
    error_code: ErrorCode | None
    error_message: str | None
    created_at: datetime
    queued_at: datetime | None
    started_at: datetime | None
    completed_at: datetime | None
    updated_at: datetime

    def __post_init__(self) -> None:
        """Convert the texts of the driver to enums."""
        self.job_type = JobType(self.job_type)
        self.status = JobStatus(self.status)
        self.error_code = None if self.error_code is None else ErrorCode(self.error_code)


AnyJob = GenerationJob | JobRow


class JobDetails(msgspec.Struct, frozen=True):
    """A job's row with its batch, progress, queue position and image."""

    job: AnyJob
    batch_job_ids: Sequence[int]
    progress: JobProgress | None
    queue_position: int | None
    is_in_backend_queue: bool
    """Its prompt waits in the queue of its backend."""
    picture: ImageView | None
    content_ids: Sequence[int]
    """All results, in their order."""
    wait_seconds: int | None
    """Estimated seconds until it starts; None if it does not wait, or unknown."""


class TimelineEntry(msgspec.Struct, frozen=True):
    """Entry of a job's timeline; ``id`` is None for entries derived from attempts."""

    id: int | None
    attempt: int
    kind: str
    detail: dict[str, Any]
    at: datetime
    attempt_row: GenerationAttempt | None = None
    """The attempt that a ``started`` entry belongs to, for administrators."""


class JobStats(msgspec.Struct, frozen=True):
    """Counts by status, and means in seconds."""

    counts: dict[JobStatus, int]
    mean_wait_seconds: float | None
    mean_run_seconds: float | None


class Standing(msgspec.Struct, frozen=True):
    """Where a waiting job is in the queue; None: it does not wait, or unknown."""

    position: int | None = None
    wait_seconds: int | None = None


async def standings_of(
    runtime: Runtime, jobs: Sequence[AnyJob], *, may_read_estimates: bool = True
) -> dict[int, Standing]:
    """Return where each of the jobs is in the queue.

    Without ``may_read_estimates`` waits are unknown unless the estimates were read a moment ago.
    """
    found = dict.fromkeys((job.id for job in jobs), Standing())
    waiting = [job for job in jobs if job.status.is_waiting]
    positions = await queue_positions(runtime, [job.id for job in waiting])
    if not positions:
        return found
    estimates = kept_estimates(runtime)
    if estimates is None and may_read_estimates:
        estimates = await wait_estimates(runtime)
    for job in waiting:
        if (position := positions.get(job.id)) is not None:
            wait_seconds = (
                None
                if estimates is None
                else estimates.seconds(
                    position,
                    checkpoint_model=job.checkpoint_model,
                    pixels=job.width * job.height,
                    steps=job.params.get("steps", 0),
                )
            )
            # No server that answers can render it: when that changes is unknown.
            is_stuck = job.waiting_reason is not None
            found[job.id] = Standing(position, None if is_stuck else wait_seconds)
    return found


class JobQueryService:
    """Reads jobs. Jobs of other users raise NotFoundError unless the caller is an administrator."""

    def __init__(self, uow: UnitOfWork, runtime: Runtime) -> None:
        self._session = uow.session
        self._jobs = JobRepository(uow.session)
        self._runtime = runtime
        self._audit = AuditLog(uow.session)

    async def get(self, job_id: int, *, owner_id: UUID | None) -> JobDetails:
        """Return one job.

        Raises:
            NotFoundError: no such job of this owner (of any owner if None).
        """
        job = await self._get_visible(job_id, owner_id)
        return (await self.details([job]))[0]

    async def page(
        self, wanted: JobFilter, *, sort: Sort, cursor: str | None, limit: int
    ) -> Slice[JobDetails]:
        """Return one page, with the total on the first.

        Raises:
            InvalidInputError: the cursor is invalid or belongs to another sort order.
        """
        after = None if cursor is None else read_cursor(cursor, sort)
        await self._audit.record_foreign_read("jobs", owner_id=wanted.owner_id)
        rows = await self._jobs.page(wanted, sort=sort, after=after, limit=limit + 1)
        shown = rows[:limit]
        has_more = len(rows) > limit
        cursor = write_cursor(shown[-1].id, sort) if has_more else None
        total = None
        if after is None:
            counted = await self._jobs.count(wanted) if has_more else len(shown)
            total = bounded_total(counted)
        return Slice(await self.details(shown), cursor, total)

    async def snapshot(
        self, job_ids: Sequence[int] | None, *, owner_id: UUID | None, viewer_id: UUID
    ) -> tuple[list[JobDetails], list[int]]:
        """Return the jobs of a websocket's first frame, and the requested ids that are not visible.

        Args:
            job_ids: requested jobs; None for the viewer's open jobs and newest 50.
            owner_id: only this user's jobs are visible; None for an administrator.
            viewer_id: the user whose jobs are returned if ``job_ids`` is None.
        """
        if job_ids is None:
            own = JobFilter(owner_id=viewer_id)
            newest = await self._jobs.page(own, sort="newest", after=None, limit=SNAPSHOT_NEWEST)
            known = {job.id: job for job in [*await self._jobs.active_of(viewer_id), *newest]}
            ordered = [known[job_id] for job_id in sorted(known, reverse=True)]
            return await self.details(ordered), []
        possible = [job_id for job_id in job_ids if is_valid_id(job_id)]
        found = await self._jobs.of_ids(possible)
        visible = [job for job in found if owner_id is None or job.user_id == owner_id]
        for job in visible:
            await self._audit.record_foreign_read(f"job:{job.id}", owner_id=job.user_id)
        ids = {job.id for job in visible}
        return await self.details(visible), [job_id for job_id in job_ids if job_id not in ids]

    async def timeline(
        self, job_id: int, *, owner_id: UUID | None, with_attempts: bool = False
    ) -> list[TimelineEntry]:
        """Return a job's timeline, the oldest entry first; ``with_attempts`` adds attempt rows.

        Entries of kind ``executing`` come from the attempts, which learn the start from a
        heartbeat (up to five seconds later). Attempts that resumed one prompt share its entry.

        Raises:
            NotFoundError: no such job of this owner.
        """
        await self._get_visible(job_id, owner_id)
        attempts = await AttemptRepository(self._session).of_job(job_id)
        shown = {one.attempt: one for one in attempts} if with_attempts else {}
        entries = [
            TimelineEntry(
                row.id,
                row.attempt,
                row.kind,
                row.detail,
                row.at,
                shown.get(row.attempt) if row.kind == "started" else None,
            )
            for row in await self._jobs.events(job_id)
        ]
        starts: dict[datetime, TimelineEntry] = {}
        for one in attempts:
            if (at := one.executing_at) is not None:
                entry = TimelineEntry(None, one.attempt, "executing", {"backend": one.backend}, at)
                starts.setdefault(at, entry)
        return sorted([*entries, *starts.values()], key=lambda entry: entry.at)

    async def stats(self, *, owner_id: UUID | None) -> JobStats:
        """Return counts and means over one owner's jobs, or over all (None)."""
        wait, run = await self._jobs.mean_seconds(owner_id)
        return JobStats(await self._jobs.counts(owner_id), wait, run)

    async def details(self, jobs: Sequence[GenerationJob]) -> list[JobDetails]:
        """Return the rows with batch, progress, queue position and image."""
        running = [job.id for job in jobs if job.status is JobStatus.RUNNING]
        batches = [job.batch_id for job in jobs if job.batch_size > 1]
        progress = await self._runtime.progress.read(running)
        unstarted = [job_id for job_id in running if job_id not in progress]
        in_queue = await self._jobs.in_backend_queue(unstarted) if unstarted else set()
        standings = await standings_of(self._runtime, jobs)
        made = [job.content_id for job in jobs if job.content_id is not None]
        images = await images_of(self._session, made)
        siblings = await self._jobs.batch_ids(batches) if batches else {}
        runs = [job.id for job in jobs if job.workflow_version_id is not None]
        results = await contents_of_jobs(self._session, runs)
        return [
            JobDetails(
                job,
                siblings.get(job.batch_id, [job.id]),
                progress.get(job.id),
                standings[job.id].position,
                job.id in in_queue,
                None if job.content_id is None else images.get(job.content_id),
                results.get(job.id, [] if job.content_id is None else [job.content_id]),
                standings[job.id].wait_seconds,
            )
            for job in jobs
        ]

    async def _get_visible(self, job_id: int, owner_id: UUID | None) -> GenerationJob:
        job = await self._jobs.find(job_id) if is_valid_id(job_id) else None
        if job is None or (owner_id is not None and job.user_id != owner_id):
            raise NotFoundError(f"no job {job_id}")
        await self._audit.record_foreign_read(f"job:{job_id}", owner_id=job.user_id)
        return job
