"""Queries on jobs for reading services; no rules, no commit."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Float, and_, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.db.counting import bounded_count
from genonaut.db.query_plans import USE_CUSTOM_PLANS
from genonaut.db.word_search import may_contain
from genonaut.jobs.states import TERMINAL, JobStatus, JobType
from genonaut.jobs.tables import GenerationAttempt, GenerationJob, GenerationJobEvent
from genonaut.workflows.tables import WorkflowVersion

Sort = Literal["newest", "oldest"]
_MEAN_OVER = 1_000


class JobFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Filter of the job list; None or empty means no restriction."""

    owner_id: UUID | None = None
    statuses: Sequence[JobStatus] = ()
    job_type: JobType | None = None
    search: str | None = None
    batch_id: UUID | None = None
    checkpoint_model: str | None = None
    workflow_id: int | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the filter as SQL conditions."""
        job = GenerationJob
        asked: list[tuple[Any, Callable[[Any], ColumnElement[bool]]]] = [
            (self.owner_id, job.user_id.__eq__),
            (self.statuses, job.status.in_),
            (self.job_type, job.job_type.__eq__),
            (self.search, _contains),
            (self.batch_id, job.batch_id.__eq__),
            (self.checkpoint_model, job.checkpoint_model.__eq__),
            (self.workflow_id, _of_workflow),
            (self.created_from, job.created_at.__ge__),
            (self.created_to, job.created_at.__le__),
        ]
        return [condition(value) for value, condition in asked if value]


def _contains(phrase: str) -> ColumnElement[bool]:
    """Return the condition "the prompt contains this", which the index of words serves."""
    job = GenerationJob
    is_inside = job.prompt.icontains(phrase, autoescape=True)
    return and_(is_inside, *may_contain(job.prompt_words, phrase))


def _of_workflow(workflow_id: int) -> ColumnElement[bool]:
    versions = select(WorkflowVersion.id).where(WorkflowVersion.workflow_id == workflow_id)
    return GenerationJob.workflow_version_id.in_(versions)


class JobRepository:
    """Reads jobs and timelines."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, job_id: int) -> GenerationJob | None:
        """Return one job."""
        return await self._session.get(GenerationJob, job_id)

    async def of_ids(self, job_ids: Sequence[int]) -> Sequence[GenerationJob]:
        """Return these jobs, in the order of their ids."""
        query = (
            select(GenerationJob).where(GenerationJob.id.in_(job_ids)).order_by(GenerationJob.id)
        )
        return (await self._session.scalars(query)).all()

    async def page(
        self, wanted: JobFilter, *, sort: Sort, after: int | None, limit: int
    ) -> Sequence[GenerationJob]:
        """Return the jobs beyond the id ``after`` in the order of ``sort``."""
        if wanted.search:
            await self._session.execute(USE_CUSTOM_PLANS)
        column = GenerationJob.id
        query = select(GenerationJob).where(*wanted.conditions())
        if sort == "newest":
            query = query.order_by(column.desc())
            query = query.where(column < after) if after is not None else query
        else:
            query = query.order_by(column)
            query = query.where(column > after) if after is not None else query
        return (await self._session.scalars(query.limit(limit))).all()

    async def count(self, wanted: JobFilter) -> int:
        """Return the number of matching jobs, at most 10,001."""
        query = select(GenerationJob.id).where(*wanted.conditions())
        return await bounded_count(self._session, query)

    async def active_of(self, owner_id: UUID) -> Sequence[GenerationJob]:
        """Return the open jobs of an owner, the newest first."""
        query = (
            select(GenerationJob)
            .where(GenerationJob.user_id == owner_id, GenerationJob.status.not_in(TERMINAL))
            .order_by(GenerationJob.id.desc())
        )
        return (await self._session.scalars(query)).all()

    async def batch_ids(self, batch_ids: Sequence[UUID]) -> dict[UUID, list[int]]:
        """Return the job ids of each batch, in the order of their seeds."""
        query = (
            select(GenerationJob.batch_id, GenerationJob.id)
            .where(GenerationJob.batch_id.in_(batch_ids))
            .order_by(GenerationJob.batch_id, GenerationJob.batch_index)
        )
        found: dict[UUID, list[int]] = {}
        for batch_id, job_id in await self._session.execute(query):
            found.setdefault(batch_id, []).append(job_id)
        return found

    async def events(self, job_id: int) -> Sequence[GenerationJobEvent]:
        """Return a job's stored timeline entries, the oldest first."""
        query = (
            select(GenerationJobEvent)
            .where(GenerationJobEvent.job_id == job_id)
            .order_by(GenerationJobEvent.id)
        )
        return (await self._session.scalars(query)).all()

    async def in_backend_queue(self, job_ids: Sequence[int]) -> set[int]:
        """Return the running jobs whose prompts were posted and have not started."""
        query = select(GenerationAttempt.job_id).where(
            GenerationAttempt.job_id.in_(job_ids),
            GenerationAttempt.ended_at.is_(None),
            GenerationAttempt.posted_at.is_not(None),
            GenerationAttempt.executing_at.is_(None),
        )
        return set(await self._session.scalars(query))

    async def counts(self, owner_id: UUID | None) -> dict[JobStatus, int]:
        """Return how many jobs are in each status."""
        query = select(GenerationJob.status, func.count()).group_by(GenerationJob.status)
        if owner_id is not None:
            query = query.where(GenerationJob.user_id == owner_id)
        return dict((await self._session.execute(query)).all())

    async def mean_seconds(self, owner_id: UUID | None) -> tuple[float | None, float | None]:
        """Return the mean wait and run time of the newest 1,000 completed jobs.

        A job runs from the start of its prompt; until then it waits, also in a backend's queue.
        """
        attempt = GenerationAttempt
        started_at = func.coalesce(attempt.executing_at, GenerationJob.started_at)
        recent = (
            select(
                GenerationJob.created_at,
                started_at.label("started_at"),
                GenerationJob.completed_at,
            )
            .outerjoin(
                attempt,
                (attempt.job_id == GenerationJob.id) & (attempt.attempt == GenerationJob.attempt),
            )
            .where(GenerationJob.status == JobStatus.COMPLETED)
            .order_by(GenerationJob.id.desc())
            .limit(_MEAN_OVER)
        )
        if owner_id is not None:
            recent = recent.where(GenerationJob.user_id == owner_id)
        rows = recent.subquery()
        query = select(
            _mean(rows.c.started_at - rows.c.created_at),
            _mean(rows.c.completed_at - rows.c.started_at),
        )
        wait, run = (await self._session.execute(query)).one()
        return wait, run

    async def changed_since(self, event_id: int) -> Sequence[int]:
        """Return the ids of the jobs that have events newer than ``event_id``, in ascending order."""
        changed = select(GenerationJobEvent.job_id).where(GenerationJobEvent.id > event_id)
        return sorted((await self._session.scalars(changed.distinct())).all())

    async def watched(
        self, ids: Sequence[int], *, owner_ids: Sequence[UUID], watched_ids: Sequence[int]
    ) -> Sequence[GenerationJob]:
        """Return those of the jobs whose owner, or which themselves, are watched."""
        query = select(GenerationJob).where(
            GenerationJob.id.in_(ids),
            GenerationJob.user_id.in_(owner_ids) | GenerationJob.id.in_(watched_ids),
        )
        return (await self._session.scalars(query)).all()

    async def newest_event_id(self) -> int:
        """Return the id of the newest event of all."""
        return await self._session.scalar(select(func.max(GenerationJobEvent.id))) or 0


def _mean(interval: ColumnElement[object]) -> ColumnElement[float]:
    return cast(func.avg(func.extract("epoch", interval)), Float)
