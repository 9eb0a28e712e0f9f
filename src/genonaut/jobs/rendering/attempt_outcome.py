"""What a worker may do with a job it has claimed; every write is fenced by the attempt."""

from datetime import timedelta
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, func, select

from genonaut.content.recording import Picture, record_picture
from genonaut.core.errors import ConflictError
from genonaut.db import UnitOfWork
from genonaut.jobs.lifecycle.attempts import AttemptRepository
from genonaut.jobs.lifecycle.transitions import Transitions
from genonaut.jobs.rendering.active_attempt import ActiveAttempt
from genonaut.jobs.rendering.retry_policy import Fault, TryAgain
from genonaut.jobs.states import AttemptResult, ErrorCode, JobStatus
from genonaut.jobs.tables import GenerationAttempt, GenerationJob


class FencedError(ConflictError):
    """The attempt is no longer this worker's; it must touch nothing more."""

    code = "fenced"


class OutcomeService:
    """Ends one attempt, and notes when its prompt began to execute if no beat has."""

    def __init__(self, uow: UnitOfWork, held: ActiveAttempt) -> None:
        self._session = uow.session
        self._transitions = Transitions(uow)
        self._attempts = AttemptRepository(uow.session)
        self._held, self._claim = held, held.claim

    @property
    def _holds(self) -> tuple[ColumnElement[bool], ...]:
        """Return what is true of the job's row while this attempt may write."""
        claim = self._claim
        return (
            GenerationJob.attempt == claim.attempt,
            GenerationJob.status == JobStatus.RUNNING,
            # The attempt's row names the worker; its number alone fences all others.
            select(GenerationAttempt.job_id)
            .where(
                GenerationAttempt.job_id == claim.job_id,
                GenerationAttempt.attempt == claim.attempt,
                GenerationAttempt.worker_id == claim.worker_id,
                GenerationAttempt.ended_at.is_(None),
            )
            .exists(),
        )

    async def complete(self, picture: Picture) -> None:
        """Store the picture's rows and complete the job, in this one transaction.

        Raises:
            FencedError: the attempt is not ours any more, or a lost answer had completed it.
        """
        claim = self._claim
        content_id = await record_picture(self._session, picture)
        is_ours = await self._transitions.complete(
            job_id=claim.job_id,
            user_id=claim.user_id,
            batch_id=claim.batch_id,
            attempt=claim.attempt,
            worker_id=claim.worker_id,
            executed=self._executed,
            content_id=content_id,
        )
        if not is_ours:
            raise self._fenced()

    async def fail(
        self,
        code: ErrorCode,
        message: str,
        *,
        unless_cancelled: bool = False,
        leaves_prompt: bool = False,
    ) -> GenerationJob:
        """Fail the job for good, with words for people.

        Args:
            code: for programs.
            message: for people.
            unless_cancelled: the fault may be the effect of a cancel we had not heard of.
            leaves_prompt: the prompt may still be at the backend and is to be removed there.
        """
        values = {
            "status": JobStatus.FAILED,
            "error_code": code,
            "error_message": message,
            **_ENDED,
        }
        detail = {"code": code, "message": message}
        if unless_cancelled:
            wanted = GenerationJob.cancel_requested_at.is_(None)
            job = await self._try_move("failed", values, detail, wanted)
            job = job or await self.cancelled(leaves_prompt=leaves_prompt)
        else:
            job = await self._move("failed", values, detail)
        await self._end(AttemptResult.FAILED, message, is_abandoned=leaves_prompt)
        return job

    async def cancelled(self, *, leaves_prompt: bool = False) -> GenerationJob:
        """End the job as its owner wished."""
        job = await self._move("cancelled", {"status": JobStatus.CANCELLED, **_ENDED}, {})
        await self._end(AttemptResult.CANCELLED, None, is_abandoned=leaves_prompt)
        return job

    async def try_again(
        self, again: TryAgain, fault: Fault, message: str, *, leaves_prompt: bool = False
    ) -> GenerationJob:
        """Give the job back for another attempt, or cancel it if that was asked for meanwhile."""
        values: dict[str, Any] = {
            "status": JobStatus.QUEUED,
            "not_before": func.clock_timestamp() + timedelta(seconds=again.delay_seconds),
            "avoid_backend": self._claim.backend if again.avoid_backend else None,
        }
        if again.counts:
            values["failures"] = GenerationJob.failures + 1
        if fault is Fault.OUT_OF_MEMORY:
            values["out_of_memory_count"] = GenerationJob.out_of_memory_count + 1
        verdict = AttemptResult.RETRIED if again.counts else AttemptResult.HANDED_BACK
        detail = {
            "fault": fault,
            "message": message,
            "delay_seconds": round(again.delay_seconds, 1),
        }
        return await self._give_back(verdict, values, detail, is_abandoned=leaves_prompt)

    async def hand_back(self, reason: str, *, resume: timedelta | None) -> GenerationJob:
        """Give the job back without a fault of its own.

        Args:
            reason: why, for the timeline.
            resume: how long only this backend may claim it, since the prompt may still be there;
                None when it was never posted.
        """
        values = {
            "status": JobStatus.QUEUED,
            "resume_until": None if resume is None else func.clock_timestamp() + resume,
        }
        detail = {"reason": reason}
        wanted = GenerationJob.cancel_requested_at.is_(None)
        job = await self._try_move("queued", values, detail, wanted)
        if job is None:
            job = await self.cancelled(leaves_prompt=resume is not None)
        await self._end(AttemptResult.HANDED_BACK, reason)
        return job

    async def is_ours(self) -> bool:
        """Tell whether this attempt still holds the job."""
        found = await self._session.scalar(
            select(GenerationJob.id).where(GenerationJob.id == self._claim.job_id, *self._holds)
        )
        return found is not None

    async def is_completed_by_us(self) -> bool:
        """Tell whether this very attempt completed the job, as after a lost acknowledgement."""
        found = await self._session.scalar(
            select(GenerationJob.id).where(
                GenerationJob.id == self._claim.job_id,
                GenerationJob.attempt == self._claim.attempt,
                GenerationJob.status == JobStatus.COMPLETED,
            )
        )
        return found is not None

    async def _give_back(
        self,
        verdict: AttemptResult,
        values: dict[str, Any],
        detail: dict[str, Any],
        *,
        is_abandoned: bool,
    ) -> GenerationJob:
        wanted = GenerationJob.cancel_requested_at.is_(None)
        job = await self._try_move("queued", values, detail, wanted)
        if job is None:
            job = await self.cancelled(leaves_prompt=is_abandoned)
        words = msgspec.json.encode(detail).decode()
        await self._end(verdict, words, is_abandoned=is_abandoned)
        return job

    async def _move(
        self, kind: str, values: dict[str, Any], detail: dict[str, Any]
    ) -> GenerationJob:
        job = await self._try_move(kind, values, detail)
        if job is None:
            raise self._fenced()
        return job

    def _fenced(self) -> FencedError:
        return FencedError(f"attempt {self._claim.attempt} of job {self._claim.job_id} is over")

    async def _try_move(
        self,
        kind: str,
        values: dict[str, Any],
        detail: dict[str, Any],
        *conditions: ColumnElement[bool],
    ) -> GenerationJob | None:
        return await self._transitions.apply(
            self._claim.job_id, kind, values, *self._holds, *conditions, detail=detail
        )

    async def _end(
        self, verdict: AttemptResult, detail: str | None, *, is_abandoned: bool = False
    ) -> None:
        """Close the attempt; a second verdict on the same attempt changes nothing."""
        await self._attempts.end(
            self._claim.job_id,
            self._claim.attempt,
            verdict,
            detail=detail,
            executed=self._executed,
            is_abandoned=is_abandoned,
        )

    @property
    def _executed(self) -> timedelta | None:
        seconds = self._held.executing_seconds
        return None if seconds is None else timedelta(seconds=seconds)


_ENDED: dict[str, Any] = {"completed_at": func.clock_timestamp(), "waiting_reason": None}
