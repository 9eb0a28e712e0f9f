"""What a worker may do with a job it has claimed; every write is fenced by the attempt."""

from datetime import timedelta
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, func, select

from genonaut.content.recording import Picture, record_picture
from genonaut.core.errors import ConflictError
from genonaut.db import UnitOfWork
from genonaut.jobs.attempts import AttemptRepository
from genonaut.jobs.claiming import Claim
from genonaut.jobs.faults import Fault, TryAgain
from genonaut.jobs.states import ErrorCode, JobStatus, Verdict
from genonaut.jobs.tables import GenerationAttempt, GenerationJob
from genonaut.jobs.transitions import Transitions


class FencedError(ConflictError):
    """The attempt is no longer this worker's; it must touch nothing more."""

    code = "fenced"


class OutcomeService:
    """Ends one attempt."""

    def __init__(self, uow: UnitOfWork, claim: Claim) -> None:
        self._session = uow.session
        self._transitions = Transitions(uow)
        self._attempts = AttemptRepository(uow.session)
        self._claim = claim
        self._holds = (
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

    async def complete(self, picture: Picture) -> GenerationJob:
        """Store the picture's rows and complete the job, in this one transaction.

        Raises:
            FencedError: the attempt is not ours any more, or a lost answer had completed it.
        """
        await self._require_held()
        content_id = await record_picture(self._session, picture)
        values = {"status": JobStatus.COMPLETED, "content_id": content_id, **_ENDED}
        job = await self._move("completed", values, {"content_id": content_id})
        await self._end(Verdict.COMPLETED, None)
        return job

    async def fail(self, code: ErrorCode, message: str) -> GenerationJob:
        """Fail the job for good, with words for people."""
        values = {
            "status": JobStatus.FAILED,
            "error_code": code,
            "error_message": message,
            **_ENDED,
        }
        job = await self._move("failed", values, {"code": code, "message": message})
        await self._end(Verdict.FAILED, message)
        return job

    async def cancelled(self) -> GenerationJob:
        """End the job as its owner wished."""
        job = await self._move("cancelled", {"status": JobStatus.CANCELLED, **_ENDED}, {})
        await self._end(Verdict.CANCELLED, None)
        return job

    async def try_again(self, again: TryAgain, fault: Fault, message: str) -> GenerationJob:
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
        verdict = Verdict.RETRIED if again.counts else Verdict.HANDED_BACK
        detail = {
            "fault": fault,
            "message": message,
            "delay_seconds": round(again.delay_seconds, 1),
        }
        return await self._give_back(verdict, values, detail, is_abandoned=False)

    async def hand_back(self, reason: str, *, resume: timedelta | None) -> GenerationJob:
        """Give the job back without a fault of its own.

        Args:
            reason: why, for the timeline.
            resume: how long only this backend may claim it, since the prompt may still be there.
        """
        until = None if resume is None else func.clock_timestamp() + resume
        values = {"status": JobStatus.QUEUED, "resume_until": until}
        return await self._give_back(
            Verdict.HANDED_BACK, values, {"reason": reason}, is_abandoned=resume is not None
        )

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

    async def _require_held(self) -> None:
        query = (
            select(GenerationJob.id)
            .where(GenerationJob.id == self._claim.job_id, *self._holds)
            .with_for_update()
        )
        if await self._session.scalar(query) is None:
            raise FencedError(f"attempt {self._claim.attempt} of job {self._claim.job_id} is over")

    async def _give_back(
        self,
        verdict: Verdict,
        values: dict[str, Any],
        detail: dict[str, Any],
        *,
        is_abandoned: bool,
    ) -> GenerationJob:
        wanted = GenerationJob.cancel_requested_at.is_(None)
        job = await self._try_move("queued", values, detail, wanted)
        if job is None:
            job = await self.cancelled()
            if is_abandoned:
                await self._abandon()
            return job
        await self._end(verdict, msgspec.json.encode(detail).decode())
        return job

    async def _abandon(self) -> None:
        attempt = await self._session.get_one(
            GenerationAttempt, (self._claim.job_id, self._claim.attempt)
        )
        attempt.is_abandoned = True

    async def _move(
        self, kind: str, values: dict[str, Any], detail: dict[str, Any]
    ) -> GenerationJob:
        job = await self._try_move(kind, values, detail)
        if job is None:
            raise FencedError(f"attempt {self._claim.attempt} of job {self._claim.job_id} is over")
        return job

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

    async def _end(self, verdict: Verdict, detail: str | None) -> None:
        await self._attempts.end(self._claim.job_id, self._claim.attempt, verdict, detail=detail)


_ENDED: dict[str, Any] = {"completed_at": func.clock_timestamp(), "waiting_reason": None}
