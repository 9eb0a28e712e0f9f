"""Notify the owner when the last job of a batch ends."""

from typing import cast
from uuid import UUID

from sqlalchemy import bindparam, select

from genonaut.db import UnitOfWork
from genonaut.jobs.states import TERMINAL
from genonaut.jobs.tables import GenerationJob
from genonaut.notifications.dispatcher import NotificationDispatcher
from genonaut.notifications.outcomes import BatchOutcome, Ending, JobOutcome
from genonaut.workflows.tables import WorkflowVersion

# Built once: building a statement costs as much as running it.
_ENDED_JOBS = (
    select(
        GenerationJob.id,
        GenerationJob.status,
        GenerationJob.prompt,
        GenerationJob.content_id,
        GenerationJob.error_code,
        GenerationJob.error_message,
        GenerationJob.job_type,
        WorkflowVersion.workflow_id,
    )
    .outerjoin(WorkflowVersion, WorkflowVersion.id == GenerationJob.workflow_version_id)
    .where(
        GenerationJob.batch_id == bindparam("batch_id"),
        GenerationJob.status.in_(TERMINAL),
    )
    .order_by(GenerationJob.batch_index)
)


async def announce_batch(uow: UnitOfWork, batch_id: UUID, user_id: UUID) -> None:
    """Notify the owner of the batch's outcome, in the transaction that ends it.

    The caller has decremented the batch's count to 0 and so locked its row: if the last two jobs
    end at the same time, the second transaction sees the first one's commit.
    """
    jobs = (await uow.session.execute(_ENDED_JOBS, {"batch_id": batch_id})).all()
    outcome = BatchOutcome(
        batch_id=batch_id,
        user_id=user_id,
        jobs=[
            JobOutcome(
                id=job.id,
                status=cast(Ending, job.status.value),
                prompt=job.prompt,
                content_id=job.content_id,
                error_code=job.error_code,
                error_message=job.error_message,
                job_type=job.job_type,
                workflow_id=job.workflow_id,
            )
            for job in jobs
        ],
    )
    await NotificationDispatcher(uow).batch_ended(outcome)
