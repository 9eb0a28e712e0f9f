"""The worker processes, as administrators see them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec
from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.jobs.backends.repository import SILENT_AFTER
from genonaut.jobs.tables import GenerationAttempt, Worker

_REMEMBERED = timedelta(hours=1)
"""How long a worker that stopped, or is silent, is still listed."""
_MOST = 100


class WorkerState(StrEnum):
    """Whether a worker beats, should and does not, or ended in order."""

    RUNNING = "running"
    SILENT = "silent"
    STOPPED = "stopped"


class HeldJob(msgspec.Struct, frozen=True):
    """A job in a worker's hands."""

    job_id: int
    attempt: int
    backend: str
    claimed_at: datetime


class SeenWorker(msgspec.Struct, frozen=True):
    """A worker with what it does at the moment."""

    worker: Worker
    state: WorkerState
    held: Sequence[HeldJob]


async def list_workers(session: AsyncSession) -> list[SeenWorker]:
    """Return the workers that beat within the last hour, the newest 100, the newest first."""
    now = func.clock_timestamp()
    is_silent = Worker.seen_at < now - SILENT_AFTER
    query = (
        select(Worker, is_silent)
        .where(or_(Worker.seen_at > now - _REMEMBERED, Worker.stopped_at > now - _REMEMBERED))
        .order_by(Worker.started_at.desc(), Worker.id)
        .limit(_MOST)
    )
    found = (await session.execute(query)).all()
    held = await _held(session)
    return [
        SeenWorker(worker, _state_of(worker, is_silent=silent), held[worker.id])
        for worker, silent in found
    ]


def _state_of(worker: Worker, *, is_silent: bool) -> WorkerState:
    if worker.stopped_at is not None:
        return WorkerState.STOPPED
    return WorkerState.SILENT if is_silent else WorkerState.RUNNING


async def _held(session: AsyncSession) -> defaultdict[object, list[HeldJob]]:
    query = (
        select(GenerationAttempt)
        .where(GenerationAttempt.ended_at.is_(None))
        .order_by(GenerationAttempt.job_id)
    )
    held: defaultdict[object, list[HeldJob]] = defaultdict(list)
    for one in await session.scalars(query):
        job = HeldJob(one.job_id, one.attempt, one.backend, one.claimed_at)
        held[one.worker_id].append(job)
    return held
