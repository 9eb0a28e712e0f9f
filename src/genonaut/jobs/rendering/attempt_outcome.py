"""Store the outcome of an attempt; every write is fenced by job, attempt and worker."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, func, select

from genonaut.comfyui import without_paths
from genonaut.content.recording import StoredImage
from genonaut.core.errors import ConflictError
from genonaut.core.metrics import ATTEMPT_RETRIES
from genonaut.db import UnitOfWork
from genonaut.db.fast_work import Transaction
from genonaut.jobs.lifecycle.attempts import AttemptRepository
from genonaut.jobs.lifecycle.batch_completion import announce_batch
from genonaut.jobs.lifecycle.run_transitions import RunTransitions
from genonaut.jobs.lifecycle.transitions import Transitions
from genonaut.jobs.queue.claim import Claim
from genonaut.jobs.rendering.active_attempt import ActiveAttempt
from genonaut.jobs.rendering.retry_policy import Fault, Retry
from genonaut.jobs.states import AttemptResult, ErrorCode, JobStatus
from genonaut.jobs.tables import GenerationAttempt, GenerationJob
from genonaut.notifications.outcomes import JobOutcome


class FencedError(ConflictError):
    """The lease is lost; the worker may no longer write."""

    code = "fenced"


async def complete(uow: Transaction, attempt: ActiveAttempt, items: Sequence[StoredImage]) -> None:
    """Store the rows of all results and complete the job in this transaction.

    Raises:
        FencedError: the lease is lost, or an unacknowledged commit already completed the job.
    """
    claim = attempt.claim
    completed = await RunTransitions(uow).complete(
        job_id=claim.job_id,
        user_id=claim.user_id,
        attempt=claim.attempt,
        worker_id=claim.worker_id,
        executed=_executed(attempt),
        items=items,
        backend=claim.backend,
        architecture=claim.spec.architecture,
        operation=claim.spec.operation_name,
    )
    if completed is None:
        raise _fenced(claim)
    if completed.open_count == 0:
        only_job = _only_job(claim, completed.content_id, items[0].content_type)
        await announce_batch(uow, claim.batch_id, claim.user_id, only_job=only_job)


def _only_job(claim: Claim, content_id: int, content_type: str) -> JobOutcome | None:
    """Return the outcome of a completed job that is its whole batch; None if it is not known here."""
    if claim.batch_size > 1 or claim.spec.workflow is not None:
        return None
    return JobOutcome(
        id=claim.job_id,
        status="completed",
        prompt=claim.spec.prompt,
        content_id=content_id,
        error_code=None,
        error_message=None,
        job_type=content_type,
    )


class OutcomeService:
    """Ends one attempt in another way than by completing it; stores when its prompt started if no heartbeat did."""

    def __init__(self, uow: UnitOfWork, attempt: ActiveAttempt) -> None:
        self._uow, self._session = uow, uow.session
        self._transitions = Transitions(uow)
        self._attempts = AttemptRepository(uow.session)
        self._attempt, self._claim = attempt, attempt.claim

    @property
    def _fence(self) -> tuple[ColumnElement[bool], ...]:
        """Return the conditions on the job's row under which this attempt may write."""
        claim = self._claim
        return (
            GenerationJob.attempt == claim.attempt,
            GenerationJob.status == JobStatus.RUNNING,
            # The attempt number alone excludes other attempts; this also checks the worker.
            select(GenerationAttempt.job_id)
            .where(
                GenerationAttempt.job_id == claim.job_id,
                GenerationAttempt.attempt == claim.attempt,
                GenerationAttempt.worker_id == claim.worker_id,
                GenerationAttempt.ended_at.is_(None),
            )
            .exists(),
        )

    async def fail(
        self,
        code: ErrorCode,
        message: str,
        *,
        unless_cancelled: bool = False,
        leaves_prompt: bool = False,
    ) -> GenerationJob:
        """Fail the job permanently.

        Args:
            code: error code, for programs.
            message: error message; users see it without absolute paths, administrators the whole.
            unless_cancelled: cancel the job instead if that was requested; the fault may be its
                effect.
            leaves_prompt: the prompt may still be at the backend and must be removed there.
        """
        values = {
            "status": JobStatus.FAILED,
            "error_code": code,
            "error_message": without_paths(message),
            **_ENDED,
        }
        detail = {"code": code, "message": without_paths(message)}
        if unless_cancelled:
            not_cancelled = GenerationJob.cancel_requested_at.is_(None)
            job = await self._try_move("failed", values, detail, not_cancelled)
            job = job or await self.cancelled(leaves_prompt=leaves_prompt)
        else:
            job = await self._move("failed", values, detail)
        await self._end(AttemptResult.FAILED, message, is_abandoned=leaves_prompt)
        return job

    async def cancelled(self, *, leaves_prompt: bool = False) -> GenerationJob:
        """Cancel the job."""
        job = await self._move("cancelled", {"status": JobStatus.CANCELLED, **_ENDED}, {})
        await self._end(AttemptResult.CANCELLED, None, is_abandoned=leaves_prompt)
        return job

    async def retry(
        self, decision: Retry, fault: Fault, message: str, *, leaves_prompt: bool = False
    ) -> GenerationJob:
        """Queue the job for another attempt, or cancel it if that was requested."""
        values: dict[str, Any] = {
            "status": JobStatus.QUEUED,
            "not_before": func.clock_timestamp() + timedelta(seconds=decision.delay_seconds),
            "avoid_backend": self._claim.backend if decision.avoid_backend else None,
        }
        if decision.counts:
            values["failures"] = GenerationJob.failures + 1
        if fault is Fault.OUT_OF_MEMORY:
            values["out_of_memory_count"] = GenerationJob.out_of_memory_count + 1
        verdict = AttemptResult.RETRIED if decision.counts else AttemptResult.HANDED_BACK
        detail = {
            "fault": fault,
            "message": without_paths(message),
            "delay_seconds": round(decision.delay_seconds, 1),
        }
        self._uow.after_commit(ATTEMPT_RETRIES.labels(fault).inc)
        full = msgspec.json.encode(detail | {"message": message}).decode()
        return await self._requeue(verdict, values, detail, full, is_abandoned=leaves_prompt)

    async def hand_back(self, reason: str, *, resume: timedelta | None) -> GenerationJob:
        """Queue the job again without counting a failure, or cancel it if that was requested.

        Args:
            reason: for the timeline.
            resume: how long the job is reserved for this backend, where the prompt may still be;
                None if it was never posted.
        """
        values = {
            "status": JobStatus.QUEUED,
            "resume_until": None if resume is None else func.clock_timestamp() + resume,
        }
        detail = {"reason": reason}
        not_cancelled = GenerationJob.cancel_requested_at.is_(None)
        job = await self._try_move("queued", values, detail, not_cancelled)
        if job is None:
            job = await self.cancelled(leaves_prompt=resume is not None)
        await self._end(AttemptResult.HANDED_BACK, reason)
        return job

    async def is_ours(self) -> bool:
        """Return whether this attempt still has its lease."""
        found = await self._session.scalar(
            select(GenerationJob.id).where(GenerationJob.id == self._claim.job_id, *self._fence)
        )
        return found is not None

    async def is_completed_by_us(self) -> bool:
        """Return whether this attempt completed the job, as after an unacknowledged commit."""
        found = await self._session.scalar(
            select(GenerationJob.id).where(
                GenerationJob.id == self._claim.job_id,
                GenerationJob.attempt == self._claim.attempt,
                GenerationJob.status == JobStatus.COMPLETED,
            )
        )
        return found is not None

    async def _requeue(
        self,
        verdict: AttemptResult,
        values: dict[str, Any],
        detail: dict[str, Any],
        full_detail: str,
        *,
        is_abandoned: bool,
    ) -> GenerationJob:
        not_cancelled = GenerationJob.cancel_requested_at.is_(None)
        job = await self._try_move("queued", values, detail, not_cancelled)
        if job is None:
            job = await self.cancelled(leaves_prompt=is_abandoned)
        await self._end(verdict, full_detail, is_abandoned=is_abandoned)
        return job

    async def _move(
        self, kind: str, values: dict[str, Any], detail: dict[str, Any]
    ) -> GenerationJob:
        job = await self._try_move(kind, values, detail)
        if job is None:
            raise _fenced(self._claim)
        return job

    async def _try_move(
        self,
        kind: str,
        values: dict[str, Any],
        detail: dict[str, Any],
        *conditions: ColumnElement[bool],
    ) -> GenerationJob | None:
        return await self._transitions.apply(
            self._claim.job_id, kind, values, *self._fence, *conditions, detail=detail
        )

    async def _end(
        self, verdict: AttemptResult, detail: str | None, *, is_abandoned: bool = False
    ) -> None:
        """Close the attempt; an attempt that is already closed keeps its verdict."""
        await self._attempts.end(
            self._claim.job_id,
            self._claim.attempt,
            verdict,
            detail=detail,
            executed=_executed(self._attempt),
            is_abandoned=is_abandoned,
        )


_ENDED: dict[str, Any] = {"completed_at": func.clock_timestamp(), "waiting_reason": None}


def _fenced(claim: Claim) -> FencedError:
    return FencedError(f"attempt {claim.attempt} of job {claim.job_id} has ended")


def _executed(attempt: ActiveAttempt) -> timedelta | None:
    """Return how long ago the prompt of an attempt started; None if it has not."""
    seconds = attempt.executing_seconds
    return None if seconds is None else timedelta(seconds=seconds)
