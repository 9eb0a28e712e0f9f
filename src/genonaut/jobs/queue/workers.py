"""List the worker processes for administrators."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec
from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.jobs.backends.repository import SILENT_AFTER
from genonaut.jobs.tables import GenerationAttempt, Worker

_LISTED_FOR = timedelta(hours=1)
"""How long workers that stopped or are silent are listed."""
_MAX_WORKERS = 100


class WorkerState(StrEnum):
    """State of a worker: running, heartbeat overdue, or stopped."""

    RUNNING = "running"
    SILENT = "silent"
    STOPPED = "stopped"


class AssignedJob(msgspec.Struct, frozen=True):
    """A job that a worker runs."""

    job_id: int
    attempt: int
    backend: str
    claimed_at: datetime


class WorkerDetails(msgspec.Struct, frozen=True):
    """A worker with its state and its jobs."""

    worker: Worker
    state: WorkerState
    jobs: Sequence[AssignedJob]


async def list_workers(session: AsyncSession) -> list[WorkerDetails]:
    """Return the newest 100 workers with a heartbeat in the last hour, the newest first."""
    now = func.clock_timestamp()
    is_silent = Worker.seen_at < now - SILENT_AFTER
    query = (
        select(Worker, is_silent)
        .where(or_(Worker.seen_at > now - _LISTED_FOR, Worker.stopped_at > now - _LISTED_FOR))
        .order_by(Worker.started_at.desc(), Worker.id)
        .limit(_MAX_WORKERS)
    )
    found = (await session.execute(query)).all()
    assigned = await _assigned_jobs(session)
    return [
        WorkerDetails(worker, _state_of(worker, is_silent=silent), assigned[worker.id])
        for worker, silent in found
    ]


def _state_of(worker: Worker, *, is_silent: bool) -> WorkerState:
    if worker.stopped_at is not None:
        return WorkerState.STOPPED
    return WorkerState.SILENT if is_silent else WorkerState.RUNNING


async def _assigned_jobs(session: AsyncSession) -> defaultdict[object, list[AssignedJob]]:
    query = (
        select(GenerationAttempt)
        .where(GenerationAttempt.ended_at.is_(None))
        .order_by(GenerationAttempt.job_id)
    )
    assigned: defaultdict[object, list[AssignedJob]] = defaultdict(list)
    for one in await session.scalars(query):
        job = AssignedJob(one.job_id, one.attempt, one.backend, one.claimed_at)
        assigned[one.worker_id].append(job)
    return assigned
