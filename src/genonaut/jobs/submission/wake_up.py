"""Send the wake-up and the events of jobs that were just committed."""

import asyncio
from collections.abc import Sequence

import structlog
from redis.exceptions import RedisError
from sqlalchemy import update

from genonaut.core.metrics import WAKE_UPS_SENT
from genonaut.db import UnitOfWork
from genonaut.jobs.lifecycle.transitions import new_job_event
from genonaut.jobs.messages import WakeRender
from genonaut.jobs.queries import AnyJob, JobRow
from genonaut.jobs.states import JobStatus
from genonaut.jobs.tables import GenerationJob
from genonaut.runtime import RELEASE_SECONDS, Runtime
from genonaut.taskqueue.queue import task_id

log = structlog.get_logger()


async def announce(runtime: Runtime, jobs: Sequence[AnyJob]) -> None:
    """Send one wake-up for all queued jobs of a submission, with their events, in at most 250 ms.

    A worker that is woken claims until no job is left or its slots are full. If the wake-up fails, the
    jobs become pending, so that the sweep sends it. The jobs of an earlier submission have no events.
    """
    waiting = [job for job in jobs if job.status is JobStatus.QUEUED]
    if not waiting:
        return
    events = [
        new_job_event(job.id, job.user_id, job.seq) for job in jobs if isinstance(job, JobRow)
    ]
    arq_id = waiting[0].arq_job_id or task_id(runtime.settings.redis.namespace, "wake")
    try:
        async with asyncio.timeout(RELEASE_SECONDS):
            await runtime.send(WakeRender(), arq_id=arq_id, events=events)
    except (RedisError, OSError, TimeoutError) as error:
        log.warning("queue.wake_up_failed", error=type(error).__name__)
    else:
        WAKE_UPS_SENT.inc()
        return
    async with runtime.begin() as uow:
        await mark_pending(uow, [job.id for job in waiting])
    for job in waiting:
        job.status = JobStatus.PENDING


async def mark_pending(uow: UnitOfWork, job_ids: Sequence[int]) -> None:
    """Mark jobs as pending so that the sweep sends the wake-up that failed."""
    await uow.session.execute(
        update(GenerationJob)
        .where(GenerationJob.id.in_(job_ids), GenerationJob.status == JobStatus.QUEUED)
        .values(status=JobStatus.PENDING)
    )
