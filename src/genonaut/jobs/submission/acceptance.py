"""Send the wake-up of a submission that was just stored, and describe its first job."""

import asyncio
from collections.abc import Sequence

from genonaut.jobs.queries import AnyJob, JobDetails, JobQueryService, standings_of
from genonaut.jobs.submission.wake_up import announce
from genonaut.jobs.tables import GenerationJob
from genonaut.runtime import Runtime


async def accept(runtime: Runtime, jobs: Sequence[AnyJob]) -> JobDetails:
    """Send the wake-up of committed jobs and return the first one."""
    first = jobs[0]
    if isinstance(first, GenerationJob):  # of an earlier request with the same key
        await announce(runtime, jobs)
        async with runtime.begin() as uow:
            return (await JobQueryService(uow, runtime).details([first]))[0]
    sending = asyncio.create_task(announce(runtime, jobs))
    try:
        standing = (await standings_of(runtime, [first], may_read_estimates=False))[first.id]
    finally:
        await sending
    return JobDetails(
        first,
        [job.id for job in jobs],
        None,
        standing.position,
        is_in_backend_queue=False,
        picture=None,
        content_ids=[],
        wait_seconds=standing.wait_seconds,
    )
