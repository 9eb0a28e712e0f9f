"""Send wake-ups for jobs that were just committed."""

import asyncio
from collections.abc import Sequence

import structlog
from redis.exceptions import RedisError

from genonaut.core.metrics import WAKE_UPS_SENT
from genonaut.jobs.messages import WakeRender
from genonaut.jobs.states import JobStatus
from genonaut.jobs.submission.service import mark_pending
from genonaut.jobs.tables import GenerationJob
from genonaut.runtime import RELEASE_SECONDS, Runtime

log = structlog.get_logger()


async def send_wake_ups(runtime: Runtime, jobs: Sequence[GenerationJob]) -> None:
    """Send one wake-up per queued job, in at most 250 ms altogether.

    Jobs whose wake-up failed become pending, so that the sweep sends it.
    """
    waiting = [job for job in jobs if job.status is JobStatus.QUEUED]
    sent: set[int] = set()
    try:
        async with asyncio.timeout(RELEASE_SECONDS):
            for job in waiting:
                await runtime.queue.send(WakeRender(), arq_id=job.arq_job_id)
                sent.add(job.id)
                WAKE_UPS_SENT.inc()
    except (RedisError, OSError, TimeoutError) as error:
        log.warning("queue.wake_up_failed", error=type(error).__name__)
    unsent = [job for job in waiting if job.id not in sent]
    if not unsent:
        return
    async with runtime.begin() as uow:
        await mark_pending(uow, [job.id for job in unsent])
    for job in unsent:
        job.status = JobStatus.PENDING
