"""Old jobs, their timelines and attempts, batches without jobs, and workers that are gone."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.config.settings import RetentionSettings
from genonaut.content.tables import ContentItem
from genonaut.db.retention import ExpiredRows, older_than, table_of
from genonaut.jobs.tables import (
    GenerationAttempt,
    GenerationBatch,
    GenerationJob,
    GenerationJobEvent,
    Worker,
)


def expired_jobs(settings: RetentionSettings) -> list[ExpiredRows]:
    """Return the rules of jobs; 0 days: these rows are kept."""
    has_jobs = exists().where(GenerationJob.batch_id == GenerationBatch.id)
    attempt_age = timedelta(days=settings.attempt_days)
    return [
        *older_than(
            timedelta(days=settings.job_days),
            table_of(GenerationJob).c.completed_at,
            name="ended jobs",
            setting="retention.job_days",
            prepare=_lock_items,
        ),
        *older_than(
            timedelta(days=settings.event_days),
            table_of(GenerationJobEvent).c.at,
            name="timelines of jobs",
            setting="retention.event_days",
        ),
        *older_than(
            attempt_age,
            table_of(GenerationAttempt).c.ended_at,
            name="attempts",
            setting="retention.attempt_days",
            # The condition of the index.
            only=GenerationAttempt.claimed_at < func.now() - attempt_age,
        ),
        *older_than(
            timedelta(days=settings.batch_days),
            table_of(GenerationBatch).c.ended_at,
            name="batches without jobs",
            setting="retention.batch_days",
            only=~has_jobs,
        ),
        *older_than(
            timedelta(days=settings.worker_days),
            table_of(Worker).c.seen_at,
            name="workers",
            setting="retention.worker_days",
        ),
    ]


async def _lock_items(session: AsyncSession, job_ids: Sequence[Any]) -> None:
    """Lock the items of jobs, whose references to the jobs become null."""
    items = select(ContentItem.id).where(ContentItem.job_id.in_(job_ids)).order_by(ContentItem.id)
    await session.execute(items.with_for_update(key_share=True))
