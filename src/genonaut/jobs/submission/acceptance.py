"""Send the wake-up of a submission that was just stored, and describe its first job."""

import asyncio
from collections.abc import Sequence

from genonaut.accounts.identity import Identity
from genonaut.core.decoded_body import DecodedBody
from genonaut.jobs.queries import AnyJob, JobDetails, JobQueryService, standings_of
from genonaut.jobs.submission.schemas import JobSubmit
from genonaut.jobs.submission.service import SubmissionService
from genonaut.jobs.submission.wake_up import announce
from genonaut.jobs.tables import GenerationJob
from genonaut.runtime import Runtime


class JobSubmitter:
    """Accepts the submissions of one caller."""

    def __init__(self, runtime: Runtime, service: SubmissionService, identity: Identity) -> None:
        self._runtime = runtime
        self._service = service
        self._identity = identity

    async def submit(self, body: DecodedBody[JobSubmit], idempotency_key: str | None) -> JobDetails:
        """Store the jobs of a body and wake a worker; return the first one.

        Raises:
            InvalidInputError: and the other errors of ``SubmissionService.submit``.
        """
        if body.value is None:
            await self._service.refuse(body.errors, body.document)
        request = body.value.to_request(idempotency_key)
        jobs = await self._service.submit(request, owner_id=self._identity.user_id)
        return await accept(self._runtime, jobs)


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
