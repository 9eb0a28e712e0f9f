"""Send the wake-up of a submission that was just stored, and describe its first job."""

import asyncio
from collections.abc import Sequence
from typing import NoReturn

from genonaut.accounts.identity import Identity
from genonaut.core.decoded_body import PartialDocument
from genonaut.core.errors import FieldError
from genonaut.jobs.queries import AnyJob, JobDetails, JobQueryService, standings_of
from genonaut.jobs.submission.dynamic import submit_dynamic
from genonaut.jobs.submission.lora_tags import with_lora_tags
from genonaut.jobs.submission.service import SubmissionRequest, SubmissionService
from genonaut.jobs.submission.wake_up import announce
from genonaut.jobs.tables import GenerationJob
from genonaut.runtime import Runtime


class JobSubmitter:
    """Accepts the submissions of one caller."""

    def __init__(self, runtime: Runtime, service: SubmissionService, identity: Identity) -> None:
        self._runtime = runtime
        self._service = service
        self._identity = identity

    async def submit(
        self, request: SubmissionRequest, *, is_dynamic: bool, has_lora_tags: bool = False
    ) -> JobDetails:
        """Store the jobs of a request and wake a worker; return the first one.

        With ``is_dynamic`` its prompts are templates; with ``has_lora_tags`` its prompt names LoRAs.

        Raises:
            InvalidInputError: and the other errors of ``SubmissionService.submit``.
        """
        owner_id = self._identity.user_id
        if has_lora_tags:
            request = await with_lora_tags(self._runtime, request, is_dynamic=is_dynamic)
        if is_dynamic:
            jobs = await submit_dynamic(self._runtime, self._service, request, owner_id=owner_id)
        else:
            jobs = await self._service.submit(request, owner_id=owner_id)
        return await accept(self._runtime, jobs)

    async def refuse(self, errors: Sequence[FieldError], document: PartialDocument) -> NoReturn:
        """Refuse a body that does not fit its type; see ``SubmissionService.refuse``."""
        await self._service.refuse(errors, document)


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
