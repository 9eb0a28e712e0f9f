"""Old jobs, their timelines and attempts, batches without jobs, and workers that are gone."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.config.settings import RetentionSettings
from genonaut.content.tables import ContentItem
from genonaut.db.retention import ExpiredRows, table_of
from genonaut.jobs.tables import (
    GenerationAttempt,
    GenerationBatch,
    GenerationJob,
    GenerationJobEvent,
    Worker,
)


def expired_jobs(settings: RetentionSettings) -> list[ExpiredRows]:
    """Return the rules of jobs; 0 days: these rows are kept."""
    now = func.now()
    job, event, attempt, batch = (
        GenerationJob,
        GenerationJobEvent,
        GenerationAttempt,
        GenerationBatch,
    )
    has_jobs = exists().where(GenerationJob.batch_id == GenerationBatch.id)
    attempts_before = now - timedelta(days=settings.attempt_days)
    rules = [
        (
            settings.job_days,
            ExpiredRows(
                name="ended jobs",
                setting="retention.job_days",
                table=table_of(job),
                condition=job.completed_at < now - timedelta(days=settings.job_days),
                at=table_of(job).c.completed_at,
                prepare=_lock_items,
            ),
        ),
        (
            settings.event_days,
            ExpiredRows(
                name="timelines of jobs",
                setting="retention.event_days",
                table=table_of(event),
                condition=event.at < now - timedelta(days=settings.event_days),
                at=table_of(event).c.at,
            ),
        ),
        (
            settings.attempt_days,
            ExpiredRows(
                name="attempts",
                setting="retention.attempt_days",
                table=table_of(attempt),
                # The first condition is the one of the index.
                condition=and_(
                    attempt.claimed_at < attempts_before, attempt.ended_at < attempts_before
                ),
                at=table_of(attempt).c.ended_at,
            ),
        ),
        (
            settings.batch_days,
            ExpiredRows(
                name="batches without jobs",
                setting="retention.batch_days",
                table=table_of(batch),
                condition=and_(
                    batch.ended_at < now - timedelta(days=settings.batch_days), ~has_jobs
                ),
                at=table_of(batch).c.ended_at,
            ),
        ),
        (settings.worker_days, _workers(settings)),
    ]
    return [rule for days, rule in rules if days]


def _workers(settings: RetentionSettings) -> ExpiredRows:
    return ExpiredRows(
        name="workers",
        setting="retention.worker_days",
        table=table_of(Worker),
        condition=Worker.seen_at < func.now() - timedelta(days=settings.worker_days),
        at=table_of(Worker).c.seen_at,
    )


async def _lock_items(session: AsyncSession, job_ids: Sequence[Any]) -> None:
    """Lock the items of jobs, whose references to the jobs become null."""
    items = select(ContentItem.id).where(ContentItem.job_id.in_(job_ids)).order_by(ContentItem.id)
    await session.execute(items.with_for_update(key_share=True))
