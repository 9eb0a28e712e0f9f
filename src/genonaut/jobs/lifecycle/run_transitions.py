"""The two transitions of every successful run: start and complete, each as one statement."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from uuid import UUID

import msgspec

from genonaut.content.recording import StoredImage, record_parameters
from genonaut.core.metrics import ATTEMPTS_CLAIMED, ATTEMPTS_RESUMED, JOB_WAIT, count_job_end
from genonaut.db.fast_work import Transaction
from genonaut.jobs.lifecycle.transition_query import COMPLETE
from genonaut.jobs.lifecycle.transitions import (
    make_frame,
    outcome_of_completed,
)
from genonaut.jobs.messages import JobChanged
from genonaut.jobs.states import JobStatus


class Started(msgspec.Struct, frozen=True):
    """A started attempt: the columns of ``start`` in ``NEXT_JOB`` in their order."""

    attempt: int
    seq: int
    prompt_id: str
    was_posted: bool
    executing_seconds: float | None
    """How long a resumed prompt has been executing (database clock); None: not started."""
    waited_seconds: float | None
    """From submission to this claim; None unless it is the first one."""


class Completed(msgspec.Struct, frozen=True):
    """A completed job: the open jobs of its batch, and its main item."""

    open_count: int
    content_id: int


class RunTransitions:
    """Starts and completes jobs within one transaction, with or without the ORM."""

    def __init__(self, uow: Transaction) -> None:
        self._uow = uow

    def note_start(
        self,
        started: Started,
        *,
        job_id: int,
        user_id: UUID,
        backend: str,
        is_resumed: bool,
        operation: str,
    ) -> None:
        """Publish after the commit that ``NEXT_JOB`` has set a waiting job to running, and count it."""
        frame = make_frame(job_id, JobStatus.RUNNING, attempt=started.attempt, seq=started.seq)
        self._uow.publish(JobChanged(user_id=user_id, job=frame))

        def count() -> None:
            ATTEMPTS_CLAIMED.labels(backend).inc()
            if is_resumed:
                ATTEMPTS_RESUMED.labels(backend).inc()
            if started.waited_seconds is not None:
                JOB_WAIT.labels(operation).observe(started.waited_seconds)

        self._uow.after_commit(count)

    async def complete(
        self,
        *,
        job_id: int,
        user_id: UUID,
        attempt: int,
        worker_id: UUID,
        executed: timedelta | None,
        items: Sequence[StoredImage],
        backend: str,
        architecture: str | None,
        operation: str,
    ) -> Completed | None:
        """Store a job's results and complete it with its attempt.

        When no job of its batch is open, the caller notifies the owner. None: the lease is lost; the
        caller must roll back. ``items`` are the results, the main one first. ``executed`` is how long ago
        the prompt started; None if unknown.
        """
        parameters = {
            "job_id": job_id,
            "attempt": attempt,
            "worker_id": worker_id,
            "executed": executed,
            "job_type": items[0].content_type,
            **record_parameters(items),
        }
        rows = await self._uow.fetch(COMPLETE, **parameters)
        if not rows:
            return None
        seq, open_count, content_ids = rows[0]
        frame = make_frame(
            job_id,
            JobStatus.COMPLETED,
            attempt=attempt,
            seq=seq,
            **outcome_of_completed(content_ids, items[0].content_type),
        )
        self._uow.publish(JobChanged(user_id=user_id, job=frame))
        self._uow.after_commit(
            partial(
                count_job_end,
                outcome=JobStatus.COMPLETED,
                error_code=None,
                backend=backend,
                architecture=architecture,
                operation=operation,
            )
        )
        return Completed(open_count, content_ids[0])
