"""Submit the spec of a failed or cancelled job as a new job."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from genonaut.core.errors import ConflictError, NotFoundError
from genonaut.core.ids import is_valid_id
from genonaut.jobs.params import GenerationSpec
from genonaut.jobs.queries import AnyJob
from genonaut.jobs.repository import JobRepository
from genonaut.jobs.states import JobStatus
from genonaut.jobs.submission.service import SubmissionRequest, SubmissionService
from genonaut.jobs.submission.workflow_service import WorkflowSubmission
from genonaut.jobs.tables import GenerationJob
from genonaut.runtime import Runtime

_RETRIABLE = {JobStatus.FAILED, JobStatus.CANCELLED}


async def retry(
    runtime: Runtime,
    services: tuple[SubmissionService, WorkflowSubmission],
    job_id: int,
    *,
    owner_id: UUID | None,
) -> Sequence[AnyJob]:
    """Submit the same spec, seed included, as a new batch.

    Raises:
        NotFoundError: no such job of this owner.
        ConflictError: the job is neither failed nor cancelled.
        InvalidInputError: a model that it needs is missing.
    """
    job = await _find(runtime, job_id) if is_valid_id(job_id) else None
    if job is None or (owner_id is not None and job.user_id != owner_id):
        raise NotFoundError(f"no job {job_id}")
    if job.status not in _RETRIABLE:
        raise ConflictError(
            f"job {job_id} is {job.status}; only failed and cancelled jobs can be retried"
        )
    fields = {field: getattr(job, field) for field in GenerationSpec.__struct_fields__}
    spec = msgspec.convert(fields, GenerationSpec)
    submission, workflows = services
    if spec.workflow is not None:
        return await workflows.retry(spec, owner_id=job.user_id)
    request = SubmissionRequest(
        spec=spec,
        has_seed=True,
        batch_size=1,
        idempotency_key=None,
    )
    return await submission.submit(request, owner_id=job.user_id)


async def _find(runtime: Runtime, job_id: int) -> GenerationJob | None:
    async with runtime.begin() as uow:
        return await JobRepository(uow.session).find(job_id)
