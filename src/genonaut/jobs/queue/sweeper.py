"""The plain loop that keeps jobs moving whatever was lost: wake-ups, leases, reasons to wait."""

import time
from datetime import datetime, timedelta

import structlog
from sqlalchemy import exists, func, select, text

from genonaut.config.settings import JobSettings
from genonaut.db import UnitOfWork
from genonaut.db.advisory_locks import AdvisoryLock, try_lock_transaction
from genonaut.jobs.backends.repository import SILENT_AFTER
from genonaut.jobs.lifecycle.attempts import AttemptRepository, abandon_prompt
from genonaut.jobs.lifecycle.transitions import Transitions
from genonaut.jobs.queue.claim_query import CLAIMABLE, SLOTS_IN_USE
from genonaut.jobs.queue.pauses import is_open
from genonaut.jobs.queue.waiting_reasons import EXPLAIN
from genonaut.jobs.states import WAITING, AttemptResult, ErrorCode, JobStatus
from genonaut.jobs.tables import ComfyuiBackend, GenerationAttempt, GenerationJob

log = structlog.get_logger()
_CLOCK_TOLERANCE_SECONDS = 5.0
_AT_ONCE = 500

_SLOTS_IN_USE = text(SLOTS_IN_USE)
_PROMOTE = text(
    """
UPDATE generation_jobs SET status = 'queued' WHERE id IN (
    SELECT id FROM generation_jobs WHERE status = 'pending' ORDER BY id FOR UPDATE SKIP LOCKED
)
"""
)


class SweepClock:
    """Tells whether what has expired can be believed.

    Leases look expired when the database was away, when its clock jumped, or when this process stood
    still and all others may have; then nobody is taken for dead until a whole lease has passed under
    our eyes, from one look to the next.
    """

    def __init__(self, lease_seconds: float, *, pause_seconds: float) -> None:
        """Take how long a lease lasts, and the pause between two looks."""
        self._lease_seconds = lease_seconds
        # Shorter than a lease less a beat, so that what expired meanwhile is not believed either.
        self._gap_seconds = max(lease_seconds / 2, pause_seconds * 2)
        self._watching_since = 0.0
        self._previous: tuple[float, float] | None = None

    def distrust(self) -> None:
        """Begin to watch again with the next look, as after losing the database."""
        self._previous = None

    def trusts(self, database_seconds: float) -> bool:
        """Compare both clocks; ``database_seconds`` is the database's time since the epoch."""
        now = time.monotonic()
        if self._previous is not None:
            ours, theirs = now - self._previous[0], database_seconds - self._previous[1]
            if abs(ours - theirs) > _CLOCK_TOLERANCE_SECONDS:
                log.warning("sweep.clock_jumped", seconds=round(theirs - ours, 1))
                self.distrust()
            elif ours > self._gap_seconds:
                log.warning("sweep.stood_still", seconds=round(ours, 1))
                self.distrust()
        if self._previous is None:
            self._watching_since = now
        self._previous = (now, database_seconds)
        return self.has_watched(self._lease_seconds)

    def has_watched(self, seconds: float) -> bool:
        """Tell whether at the last look so many seconds, or a lease, had passed under our eyes."""
        if self._previous is None:
            return False
        watched = self._previous[0] - self._watching_since
        return watched >= min(seconds, self._lease_seconds)


class Sweep:
    """One pass; of all workers one wins, the others go on.

    One transaction changes many jobs and counts their batches down: it never waits for a job, or a
    beat, that may wait for it. What somebody holds is left to the next pass.
    """

    def __init__(self, uow: UnitOfWork, settings: JobSettings) -> None:
        self._session = uow.session
        self._transitions = Transitions(uow)
        self._attempts = AttemptRepository(uow.session)
        self._settings = settings

    async def run(self, clock: SweepClock, *, has_looked: bool = True) -> int:
        """Do what is due; returns how many wake-ups are to be sent.

        Args:
            clock: tells whether expired leases can be believed.
            has_looked: the servers' rows are true. At first they are as old as the last worker;
                then nothing that was left to a server is given up.
        """
        # Also who does not win watches the clock: the next time it may be the winner.
        now = (await self._session.execute(select(func.clock_timestamp()))).scalar_one()
        is_trusted = clock.trusts(now.timestamp())
        if not await try_lock_transaction(self._session, AdvisoryLock.SWEEP):
            return 0
        if is_trusted:
            await self._take_back_expired(now)
        if has_looked and clock.has_watched(self._settings.resume_seconds):
            await self._give_up_resuming(now)
        await self._session.execute(EXPLAIN)
        await self._fail_unavailable()
        await self._session.execute(_PROMOTE)
        return await self._wake_ups_due()

    async def _take_back_expired(self, now: datetime) -> None:
        """Take back what had expired by the look that was trusted; since then we may have stood still."""
        query = (
            select(GenerationAttempt.job_id, GenerationAttempt.attempt)
            .join(GenerationJob, GenerationJob.id == GenerationAttempt.job_id)
            .where(
                GenerationAttempt.ended_at.is_(None),
                GenerationAttempt.lease_until < now,
            )
            .order_by(GenerationAttempt.job_id)
            .limit(_AT_ONCE)
            .with_for_update(
                of=[GenerationJob, GenerationAttempt], key_share=True, skip_locked=True
            )
        )
        for job_id, attempt in (await self._session.execute(query)).all():
            await self._take_back(job_id, attempt, now)

    async def _take_back(self, job_id: int, attempt: int, now: datetime) -> None:
        expired = select(GenerationAttempt.job_id).where(
            GenerationAttempt.job_id == job_id,
            GenerationAttempt.attempt == attempt,
            GenerationAttempt.ended_at.is_(None),
            GenerationAttempt.lease_until < now,
        )
        # Looked at again in the statement that takes it back: a beat may have come just now.
        still = (
            GenerationJob.attempt == attempt,
            GenerationJob.status == JobStatus.RUNNING,
            expired.exists(),
        )
        resume = func.clock_timestamp() + timedelta(seconds=self._settings.resume_seconds)
        job = await self._transitions.apply(
            job_id,
            "queued",
            {"status": JobStatus.QUEUED, "resume_until": resume},
            *still,
            GenerationJob.cancel_requested_at.is_(None),
            detail={"reason": "its worker was lost"},
        )
        is_cancelled = job is None
        if job is None:
            # Whoever was asked to stop it is dead: the prompt is removed by the next worker.
            ended = {"status": JobStatus.CANCELLED, "completed_at": func.clock_timestamp()}
            job = await self._transitions.apply(
                job_id, "cancelled", ended, *still, GenerationJob.cancel_requested_at.is_not(None)
            )
        if job is None:
            return
        log.warning("job.orphaned", job=job_id, attempt=attempt)
        verdict = AttemptResult.CANCELLED if is_cancelled else AttemptResult.ORPHANED
        await self._attempts.end(
            job_id, attempt, verdict, detail="lease expired", is_abandoned=is_cancelled
        )

    async def _give_up_resuming(self, now: datetime) -> None:
        """Give up prompts whose backend did not come back in time, or is watched by nobody.

        After a standstill their servers, and whoever would have come for them, get their time again.
        """
        is_answering = exists().where(
            ComfyuiBackend.name == GenerationJob.backend,
            ComfyuiBackend.enabled,
            ComfyuiBackend.status == "up",
            ComfyuiBackend.checked_at > now - SILENT_AFTER,
        )
        query = select(GenerationJob).where(
            GenerationJob.status.in_(WAITING),
            GenerationJob.resume_until <= now,
            ~is_answering,
        )
        query = query.with_for_update(key_share=True, skip_locked=True)
        for job in (await self._session.scalars(query)).all():
            await abandon_prompt(self._session, job.id, job.attempt)
            job.avoid_backend = job.backend
            job.resume_until = None

    async def _fail_unavailable(self) -> None:
        limit = timedelta(hours=self._settings.model_wait_hours)
        query = (
            select(GenerationJob.id, GenerationJob.waiting_reason)
            .where(
                GenerationJob.status.in_(WAITING),
                GenerationJob.unavailable_since < func.clock_timestamp() - limit,
            )
            .order_by(GenerationJob.id)
            .limit(_AT_ONCE)
            .with_for_update(key_share=True, skip_locked=True)
        )
        for job_id, reason in (await self._session.execute(query)).all():
            values = {
                "status": JobStatus.FAILED,
                "error_code": ErrorCode.MODEL_UNAVAILABLE,
                "error_message": f"waited for {limit.total_seconds() / 3600:g} hours: {reason}",
                "completed_at": func.clock_timestamp(),
                "waiting_reason": None,
            }
            await self._transitions.apply(
                job_id,
                "failed",
                values,
                GenerationJob.status.in_(WAITING),
                GenerationJob.unavailable_since.is_not(None),
            )

    async def _wake_ups_due(self) -> int:
        taken = await self._session.execute(_SLOTS_IN_USE)
        used: dict[str, int] = {row.backend: row.used for row in taken}
        up = select(ComfyuiBackend.name, ComfyuiBackend.slots).where(
            ComfyuiBackend.enabled, ComfyuiBackend.status == "up", is_open()
        )
        free = sum(
            max(slots - used.get(name, 0), 0) for name, slots in (await self._session.execute(up))
        )
        resumable = await self._session.scalar(
            select(func.count())
            .select_from(GenerationJob)
            .where(
                GenerationJob.status.in_(WAITING),
                GenerationJob.resume_until.is_not(None),
            )
        )
        due = free + (resumable or 0)
        if not due:
            return 0
        waiting = await self._session.scalar(
            text(
                "SELECT count(*) FROM (SELECT 1 FROM generation_jobs j "  # noqa: S608
                f"WHERE ({CLAIMABLE}) OR (j.status IN ('pending', 'queued') "
                "AND j.resume_until IS NOT NULL) LIMIT :due) AS claimable"
            ),
            {"due": due},
        )
        return min(due, waiting or 0)
