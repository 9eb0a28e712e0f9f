"""Notify the owner when the last job of a batch ends."""

from uuid import UUID

from sqlalchemy import Uuid, bindparam, text

from genonaut.db.fast_work import Transaction
from genonaut.db.statement import Statement
from genonaut.notifications.dispatcher import notify_batch_ended
from genonaut.notifications.outcomes import BatchOutcome, JobOutcome

# The columns are the fields of ``JobOutcome`` in their order.
_ENDED_JOBS = Statement(
    text(
        """
SELECT j.id, j.status, j.prompt, j.content_id, j.error_code, j.error_message, j.job_type,
    v.workflow_id
FROM generation_jobs j LEFT JOIN workflow_versions v ON v.id = j.workflow_version_id
WHERE j.batch_id = :batch_id AND j.status IN ('completed', 'failed', 'cancelled')
ORDER BY j.batch_index
"""
    ).bindparams(bindparam("batch_id", type_=Uuid))
)


async def announce_batch(
    uow: Transaction, batch_id: UUID, user_id: UUID, *, only_job: JobOutcome | None = None
) -> None:
    """Notify the owner of the batch's outcome, in the transaction that ends it.

    ``only_job`` is the outcome of a batch of one job, if it is known; otherwise the jobs are read.

    The caller has decremented the batch's count to 0 and so locked its row: if the last two jobs
    end at the same time, the second transaction sees the first one's commit.
    """
    if only_job is None:
        rows = await uow.fetch(_ENDED_JOBS, batch_id=batch_id)
        names = JobOutcome.__struct_fields__
        jobs = [JobOutcome(**dict(zip(names, row, strict=True))) for row in rows]
    else:
        jobs = [only_job]
    await notify_batch_ended(uow, BatchOutcome(batch_id=batch_id, user_id=user_id, jobs=jobs))
