"""Statistics of ended jobs: added up by hour, so that no request reads the jobs themselves."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import Interval, case, cast, func, literal, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.elements import ColumnElement

from genonaut.core.clock import utcnow
from genonaut.db.advisory_locks import AdvisoryLock, try_lock_transaction
from genonaut.jobs.tables import GenerationJob
from genonaut.monitoring.tables import JobStatistics
from genonaut.runtime import Runtime

_HOUR = timedelta(hours=1)
_CHUNK = timedelta(days=1)
"""Ended jobs that one transaction adds up."""
_TOP = 20
# The numbers of an hour never decrease: jobs that were deleted since remain counted.
_ROLL_UP = text(
    """
INSERT INTO job_statistics_hourly AS known (hour, outcome, error_code, backend, model, architecture,
    operation, job_count, wait_count, wait_seconds, wait_seconds_max, render_count, render_seconds,
    render_seconds_max)
SELECT date_trunc('hour', j.completed_at, 'UTC'), j.status, COALESCE(j.error_code, ''),
    COALESCE(j.backend, ''), j.checkpoint_model, COALESCE(j.models->>'architecture', 'unknown'),
    CASE WHEN j.workflow_version_id IS NULL THEN COALESCE(j.inputs->>'operation', 'generate')
        ELSE 'workflow' END, count(*),
    count(j.started_at),
    COALESCE(sum(extract(epoch FROM j.started_at - j.created_at)), 0),
    COALESCE(max(extract(epoch FROM j.started_at - j.created_at)), 0),
    count(a.executing_at),
    COALESCE(sum(extract(epoch FROM a.ended_at - a.executing_at)), 0),
    COALESCE(max(extract(epoch FROM a.ended_at - a.executing_at)), 0)
FROM generation_jobs j
LEFT JOIN generation_attempts a
    ON a.job_id = j.id AND a.attempt = j.attempt AND j.status = 'completed'
WHERE j.completed_at >= :since AND j.completed_at < :until
GROUP BY 1, 2, 3, 4, 5, 6, 7
ON CONFLICT (hour, outcome, error_code, backend, model, architecture, operation) DO UPDATE SET
    job_count = excluded.job_count,
    wait_count = excluded.wait_count, wait_seconds = excluded.wait_seconds,
    wait_seconds_max = excluded.wait_seconds_max,
    render_count = excluded.render_count, render_seconds = excluded.render_seconds,
    render_seconds_max = excluded.render_seconds_max
WHERE excluded.job_count > known.job_count
"""
)


class Period(StrEnum):
    """How far statistics reach back."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


_LENGTHS = {
    Period.DAY: (timedelta(hours=24), timedelta(hours=1)),
    Period.WEEK: (timedelta(days=7), timedelta(hours=6)),
    Period.MONTH: (timedelta(days=30), timedelta(days=1)),
}


class Amounts(msgspec.Struct, frozen=True, kw_only=True):
    """Ended jobs and their times in seconds; None without such jobs."""

    completed: int = 0
    failed: int = 0
    cancelled: int = 0
    wait_seconds: float | None = None
    """The mean from submission to the first claim."""
    wait_seconds_max: float | None = None
    render_seconds: float | None = None
    """The mean from the start of execution to the completed job."""
    render_seconds_max: float | None = None


class JobsOfPeriod(msgspec.Struct, frozen=True, kw_only=True):
    """The statistics of one period."""

    since: datetime
    bucket: timedelta
    total: Amounts
    buckets: Sequence[tuple[datetime, Amounts]]
    models: Sequence[tuple[str, Amounts]]
    backends: Sequence[tuple[str, Amounts]]
    error_codes: Sequence[tuple[str, int]]


async def roll_up(runtime: Runtime, *, now: datetime | None = None) -> None:
    """Add up the jobs that ended since the last call; the first call adds up all of them.

    Repeated and concurrent calls have no further effect. Does nothing while another process does it.
    """
    now = now or utcnow()
    since: datetime | None = None
    while since is None or since < now:
        async with runtime.begin() as uow:
            if not await try_lock_transaction(uow.session, AdvisoryLock.STATISTICS):
                return
            since = since or await _first_hour(uow.session, now)
            until = since + _CHUNK
            await uow.session.execute(_ROLL_UP, {"since": since, "until": until})
        since = until


async def _first_hour(session: AsyncSession, now: datetime) -> datetime:
    """Return where to continue: the newest hour that was added up, which may be incomplete."""
    current = now.replace(minute=0, second=0, microsecond=0)
    # Jobs commit after the time that they record: the hour before may still change.
    latest = current - _HOUR
    known: datetime | None = await session.scalar(select(func.max(JobStatistics.hour)))
    if known is not None:
        return min(known, latest)
    first: datetime | None = await session.scalar(select(func.min(GenerationJob.completed_at)))
    if first is None:
        return latest
    return min(first.astimezone(UTC).replace(minute=0, second=0, microsecond=0), latest)


async def jobs_of_period(
    session: AsyncSession,
    period: Period,
    *,
    model: str | None = None,
    backend: str | None = None,
    now: datetime | None = None,
) -> JobsOfPeriod:
    """Return the statistics of a period that ends now; None: all models, all backends."""
    length, bucket = _LENGTHS[period]
    since = _floor(now or utcnow(), bucket) + bucket - length
    row = JobStatistics
    conditions: list[ColumnElement[bool]] = [row.hour >= since]
    if model is not None:
        conditions.append(row.model == model)
    if backend is not None:
        conditions.append(row.backend == backend)
    step = cast(literal(bucket), Interval)
    at = func.date_bin(step, row.hour, since).label("at")
    by_time: dict[datetime, Amounts] = dict(await _grouped(session, at, conditions))
    total = await _grouped(session, literal("total").label("total"), conditions)
    starts = [since + bucket * number for number in range(length // bucket)]
    return JobsOfPeriod(
        since=since,
        bucket=bucket,
        total=total[0][1] if total else Amounts(),
        buckets=[(start, by_time.get(start, Amounts())) for start in starts],
        models=_top(await _grouped(session, row.model, conditions)),
        backends=_top(await _grouped(session, row.backend, [*conditions, row.backend != ""])),
        error_codes=await _error_codes(session, conditions),
    )


async def _grouped(
    session: AsyncSession,
    key: ColumnElement[Any] | InstrumentedAttribute[str],
    conditions: Sequence[ColumnElement[bool]],
) -> list[tuple[Any, Amounts]]:
    row = JobStatistics
    counts = [
        func.coalesce(func.sum(case((row.outcome == outcome, row.job_count), else_=0)), 0)
        for outcome in ("completed", "failed", "cancelled")
    ]
    times = [
        value
        for name in ("wait", "render")
        for value in (
            func.sum(getattr(row, f"{name}_seconds"))
            / func.nullif(func.sum(getattr(row, f"{name}_count")), 0),
            func.max(
                case((getattr(row, f"{name}_count") > 0, getattr(row, f"{name}_seconds_max")))
            ),
        )
    ]
    query = select(key, *counts, *times).where(*conditions).group_by(key)
    found = []
    for name, completed, failed, cancelled, *seconds in await session.execute(query):
        wait, wait_max, render, render_max = (None if s is None else float(s) for s in seconds)
        amounts = Amounts(
            completed=int(completed),
            failed=int(failed),
            cancelled=int(cancelled),
            wait_seconds=wait,
            wait_seconds_max=wait_max,
            render_seconds=render,
            render_seconds_max=render_max,
        )
        found.append((name, amounts))
    return found


async def _error_codes(
    session: AsyncSession, conditions: Sequence[ColumnElement[bool]]
) -> list[tuple[str, int]]:
    row = JobStatistics
    count = func.sum(row.job_count)
    query = (
        select(row.error_code, count)
        .where(*conditions, row.error_code != "")
        .group_by(row.error_code)
        .order_by(count.desc(), row.error_code)
    )
    return [(code, int(number)) for code, number in await session.execute(query)]


def _top(found: list[tuple[str, Amounts]]) -> list[tuple[str, Amounts]]:
    """Return the names with the most jobs."""

    def rank(one: tuple[str, Amounts]) -> tuple[int, str]:
        name, amounts = one
        return (-amounts.completed - amounts.failed - amounts.cancelled, name)

    return sorted(found, key=rank)[:_TOP]


def _floor(moment: datetime, bucket: timedelta) -> datetime:
    """Return the start of the bucket of a moment; buckets begin at midnight UTC."""
    midnight = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + (moment - midnight) // bucket * bucket
