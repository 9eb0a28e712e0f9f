"""The conditions of which administrators are told, each as one cheap query."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import Interval, bindparam, cast, func, or_, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import Text

from genonaut.catalog.tables import ModelRefresh
from genonaut.config.settings import Settings
from genonaut.jobs.backends.repository import SILENT_AFTER, BackendRepository
from genonaut.jobs.queue.claim_query import CLAIMABLE, SLOTS_IN_USE
from genonaut.jobs.states import JobStatus
from genonaut.jobs.tables import ComfyuiBackend, GenerationJob, Worker
from genonaut.notifications.webhooks.tables import Webhook

_FAILURE_WINDOW = timedelta(hours=1)
_MISSED_REFRESHES = 3
"""The catalogue is not refreshed if this many intervals passed without a refresh that ended."""
_NAMED_PROBLEMS = 3
_WAITING_JOB = text(
    f"""
SELECT j.id, CAST(extract(epoch FROM clock_timestamp() - j.created_at) AS float) AS seconds
FROM generation_jobs j
WHERE {CLAIMABLE} AND j.created_at < clock_timestamp() - :limit
  AND EXISTS (
    SELECT FROM comfyui_backends b
    LEFT JOIN ({SLOTS_IN_USE}) AS taken ON taken.backend = b.name
    WHERE b.enabled AND b.status = 'up' AND b.checked_at > clock_timestamp() - :silent
      AND COALESCE(taken.used, 0) < b.slots AND b.offers @> j.needs
      AND NOT EXISTS (SELECT FROM queue_pauses p WHERE p.backend IN ('', b.name)))
ORDER BY j.id LIMIT 1
"""  # noqa: S608  # constants of this program
).bindparams(bindparam("limit", type_=Interval), bindparam("silent", type_=Interval))


class AlertKind(StrEnum):
    """What an alert is about."""

    NO_WORKER = "no_worker"
    BACKEND_DOWN = "backend_down"
    QUEUE_STUCK = "queue_stuck"
    JOBS_FAILING = "jobs_failing"
    DISK_LOW = "disk_low"
    WEBHOOK_DISABLED = "webhook_disabled"
    CATALOG_FAILING = "catalog_failing"
    LOOP_FAILING = "loop_failing"


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """A condition that holds; ``subject`` is what is affected, empty for the installation."""

    kind: AlertKind
    subject: str = ""
    title: str
    message: str
    details: dict[str, Any] = {}


async def no_worker(session: AsyncSession, settings: Settings, since: datetime) -> list[Condition]:
    """Return whether no worker has run for a while; ``since``: when this process started."""
    if await BackendRepository(session).count_workers():
        return []
    last_seen = func.max(func.coalesce(Worker.stopped_at, Worker.seen_at))
    seen_at: datetime | None = await session.scalar(select(last_seen))
    absent_since = since if seen_at is None else seen_at
    now: datetime = (await session.execute(select(func.clock_timestamp()))).scalar_one()
    if now - absent_since < timedelta(seconds=settings.alerts.worker_missing_seconds):
        return []
    return [
        Condition(
            kind=AlertKind.NO_WORKER,
            title="No worker is running",
            message="Jobs wait until a worker runs. Start one with: genonaut worker",
            details={"last_seen_at": None if seen_at is None else seen_at.isoformat()},
        )
    ]


async def backends_down(session: AsyncSession, settings: Settings) -> list[Condition]:
    """Return the ComfyUI servers that have not been up for a while."""
    limit = timedelta(minutes=settings.alerts.backend_down_minutes)
    before = func.clock_timestamp() - limit
    query = (
        select(ComfyuiBackend)
        .where(
            ComfyuiBackend.enabled,
            or_(ComfyuiBackend.down_since < before, ComfyuiBackend.checked_at < before),
        )
        .order_by(ComfyuiBackend.name)
    )
    return [
        Condition(
            kind=AlertKind.BACKEND_DOWN,
            subject=row.name,
            title=f"The ComfyUI server {row.name} is {'stuck' if row.status == 'stuck' else 'down'}",
            message=row.last_error or f"No worker could use it for {_minutes(limit)}.",
            details={"status": row.status, "url": row.url},
        )
        for row in await session.scalars(query)
    ]


async def queue_stuck(session: AsyncSession, settings: Settings) -> list[Condition]:
    """Return whether a job waits for long although a slot that could take it is free."""
    limit = timedelta(minutes=settings.alerts.waiting_minutes)
    found = await session.execute(_WAITING_JOB, {"limit": limit, "silent": SILENT_AFTER})
    row = found.one_or_none()
    if row is None:
        return []
    return [
        Condition(
            kind=AlertKind.QUEUE_STUCK,
            title="The queue does not advance",
            message=f"Job {row.id} has waited for {_minutes(timedelta(seconds=row.seconds))}, "
            "although a ComfyUI server with its models has a free slot. Check the log of the workers.",
            details={"job_id": row.id, "waited_seconds": round(row.seconds)},
        )
    ]


async def jobs_failing(session: AsyncSession, settings: Settings) -> list[Condition]:
    """Return whether too many of the jobs of the last hour failed."""
    is_failed = GenerationJob.status == JobStatus.FAILED
    query = select(func.count(), func.count().filter(is_failed)).where(
        GenerationJob.completed_at > func.clock_timestamp() - _FAILURE_WINDOW,
        GenerationJob.status.in_([JobStatus.COMPLETED, JobStatus.FAILED]),
    )
    ended, failed = (await session.execute(query)).one()
    alerts = settings.alerts
    if ended < alerts.failure_min_jobs or failed * 100 < alerts.failure_percent * ended:
        return []
    return [
        Condition(
            kind=AlertKind.JOBS_FAILING,
            title="Many jobs fail",
            message=f"{failed} of the {ended} jobs that ended in the last hour failed.",
            details={"failed": failed, "ended": ended},
        )
    ]


async def webhooks_disabled(session: AsyncSession, _settings: Settings) -> list[Condition]:
    """Return the webhooks that were disabled because of what their receiver answered."""
    query = (
        select(Webhook.id, Webhook.disabled_reason)
        .where(~Webhook.is_enabled, Webhook.disabled_reason.is_not(None))
        .order_by(Webhook.id)
    )
    return [
        Condition(
            kind=AlertKind.WEBHOOK_DISABLED,
            subject=f"webhook:{webhook_id}",
            title=f"Webhook {webhook_id} was disabled",
            message=f"{_as_sentence(reason or '')}. Its owner can enable or delete it.",
        )
        for webhook_id, reason in await session.execute(query)
    ]


def _as_sentence(text: str) -> str:
    """Return the text with a capital letter."""
    return text[:1].upper() + text[1:]


async def catalog_failing(session: AsyncSession, settings: Settings) -> list[Condition]:
    """Return whether the catalogue is not refreshed, or its last refresh had problems.

    Servers that do not answer are left out: they have an alert of their own.
    """
    state = await session.scalar(select(ModelRefresh))
    if state is None or not await BackendRepository(session).count_workers():
        return []
    now: datetime = (await session.execute(select(func.clock_timestamp()))).scalar_one()
    limit = timedelta(minutes=settings.catalog.refresh_minutes) * _MISSED_REFRESHES
    ended = state.finished_at or state.started_at
    if ended is not None and now - ended > limit:
        message = f"No refresh has ended for {_minutes(now - ended)}. Check the log of the workers."
        return [_catalog_condition(message, [])]
    names = set(await session.scalars(select(ComfyuiBackend.name)))
    problems = [
        problem
        for problem in map(str, state.report.get("problems", []))
        if problem.split(":", 1)[0] not in names
    ]
    if not problems:
        return []
    return [_catalog_condition("; ".join(problems[:_NAMED_PROBLEMS]), problems)]


def _catalog_condition(message: str, problems: Sequence[str]) -> Condition:
    return Condition(
        kind=AlertKind.CATALOG_FAILING,
        title="The refresh of the catalogue fails",
        message=message,
        details={"problems": list(problems)},
    )


async def loops_failing(session: AsyncSession, _settings: Settings) -> list[Condition]:
    """Return the background loops that fail in a worker."""
    loop = func.unnest(cast(Worker.failing_loops, ARRAY(Text))).label("loop")
    query = select(loop, Worker.hostname).where(
        Worker.stopped_at.is_(None), Worker.seen_at > func.clock_timestamp() - SILENT_AFTER
    )
    hosts: dict[str, set[str]] = {}
    for name, host in await session.execute(query):
        hosts.setdefault(name, set()).add(host)
    return [
        Condition(
            kind=AlertKind.LOOP_FAILING,
            subject=f"worker/{name}",
            title=f"The loop {name} of a worker fails",
            message=f"It is restarted again and again on {', '.join(sorted(where))}. Its log says why.",
        )
        for name, where in sorted(hosts.items())
    ]


def api_loops_failing(names: Sequence[str], *, host: str) -> list[Condition]:
    """Return the background loops that fail in an API process on this host."""
    return [
        Condition(
            kind=AlertKind.LOOP_FAILING,
            subject=f"api/{name}",
            title=f"The loop {name} of the API fails",
            message=f"It is restarted again and again on {host}. Its log says why.",
        )
        for name in sorted(names)
    ]


def _minutes(span: timedelta) -> str:
    minutes = round(span.total_seconds() / 60)
    return "less than a minute" if minutes == 0 else f"{minutes} minute{'s' * (minutes != 1)}"


CHECKS = {
    AlertKind.BACKEND_DOWN: backends_down,
    AlertKind.QUEUE_STUCK: queue_stuck,
    AlertKind.JOBS_FAILING: jobs_failing,
    AlertKind.WEBHOOK_DISABLED: webhooks_disabled,
    AlertKind.CATALOG_FAILING: catalog_failing,
    AlertKind.LOOP_FAILING: loops_failing,
}
"""The checks of a worker that need the database alone."""
