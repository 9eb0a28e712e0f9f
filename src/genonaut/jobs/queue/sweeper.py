"""The sweep: requeue expired leases, resend wake-ups, update waiting reasons."""

import time
from datetime import datetime, timedelta

import structlog
from sqlalchemy import exists, func, select, text

from genonaut.config.settings import JobSettings
from genonaut.core.metrics import LEASES_EXPIRED
from genonaut.db import UnitOfWork
from genonaut.db.advisory_locks import AdvisoryLock, try_lock_transaction
from genonaut.jobs.backends.repository import SILENT_AFTER
from genonaut.jobs.lifecycle.attempts import AttemptRepository, abandon_prompt
from genonaut.jobs.lifecycle.transitions import Transitions
from genonaut.jobs.queue.claim_query import CLAIMABLE, SLOTS_IN_USE
from genonaut.jobs.queue.pauses import is_not_paused
from genonaut.jobs.queue.waiting_reasons import update_reasons
from genonaut.jobs.states import WAITING, AttemptResult, ErrorCode, JobStatus
from genonaut.jobs.tables import ComfyuiBackend, GenerationAttempt, GenerationJob

log = structlog.get_logger()
_CLOCK_TOLERANCE_SECONDS = 5.0
_MAX_ROWS = 500
_SHORT_GAP_SHARE = 0.75

_SLOTS_IN_USE = text(SLOTS_IN_USE)
_PROMOTE = text(
    """
UPDATE generation_jobs SET status = 'queued' WHERE id IN (
    SELECT id FROM generation_jobs WHERE status = 'pending' ORDER BY id FOR UPDATE SKIP LOCKED
)
"""
)


class SweepClock:
    """Decides whether expired leases prove that their workers are lost.

    Leases also expire when the database was unreachable, when its clock jumped, or when all
    processes of the machine were frozen. After that no worker is considered lost until a full lease
    was observed, in sweeps without a gap. Short gaps, as when the database flaps, delay that only
    until two leases were observed in all.
    """

    def __init__(self, lease_seconds: float, *, pause_seconds: float) -> None:
        """Take the length of a lease and the pause between two sweeps, in seconds."""
        self._lease_seconds = lease_seconds
        # Shorter than a lease minus a heartbeat: leases that expired in the gap prove nothing.
        self._gap_seconds = max(lease_seconds / 2, pause_seconds * 2)
        # In a shorter gap live workers do not lose their leases.
        self._short_gap_seconds = lease_seconds * _SHORT_GAP_SHARE
        # What a sweep counts that follows a gap.
        self._single_seconds = min(pause_seconds, lease_seconds / 8)
        self._observing_since = 0.0
        self._previous: tuple[float, float] | None = None
        self._swept_at: float | None = None
        self._total_seconds = 0.0
        self._is_trusted = False

    def reset(self) -> None:
        """Start observing again with the next sweep, as after losing the database."""
        self._previous = None
        if self._is_trusted:
            self._is_trusted, self._total_seconds = False, 0.0

    def observe(self, database_seconds: float) -> bool:
        """Record a sweep and return whether expired leases are to be trusted.

        Args:
            database_seconds: the database's time since the epoch.
        """
        now = time.monotonic()
        if self._previous is not None:
            ours, theirs = now - self._previous[0], database_seconds - self._previous[1]
            if abs(ours - theirs) > _CLOCK_TOLERANCE_SECONDS:
                log.warning("sweep.clock_jumped", seconds=round(theirs - ours, 1))
                self.reset()
                self._total_seconds = 0.0
            elif ours > self._gap_seconds:
                log.warning("sweep.gap_found", seconds=round(ours, 1))
                self.reset()
        self._count(now)
        self._previous, self._swept_at = (now, database_seconds), now
        is_bounded = self._total_seconds >= 2 * self._lease_seconds
        self._is_trusted = is_bounded or self.has_observed(self._lease_seconds)
        return self._is_trusted

    def has_observed(self, seconds: float) -> bool:
        """Return whether sweeps without a gap span ``seconds``, or leases are trusted anyway."""
        if self._previous is None:
            return False
        observed = self._previous[0] - self._observing_since
        return self._is_trusted or observed >= min(seconds, self._lease_seconds)

    def _count(self, now: float) -> None:
        """Add the time since the last sweep to the observed time, unless there was a gap."""
        if self._previous is not None:
            self._total_seconds += now - self._previous[0]
            return
        self._observing_since = now
        if self._swept_at is None or now - self._swept_at > self._short_gap_seconds:
            self._total_seconds = 0.0
        self._total_seconds += self._single_seconds


class Sweep:
    """One sweep; does nothing in a worker while another worker sweeps.

    One transaction changes many jobs and batches. It skips locked rows and leaves them to the next
    sweep, so that it cannot deadlock with a worker.
    """

    def __init__(self, uow: UnitOfWork, settings: JobSettings) -> None:
        self._uow, self._session = uow, uow.session
        self._transitions = Transitions(uow)
        self._attempts = AttemptRepository(uow.session)
        self._settings = settings

    async def run(self, clock: SweepClock, *, has_reported_all: bool = True) -> int:
        """Do what is due; return the number of wake-ups to send.

        Args:
            clock: decides whether expired leases are trusted.
            has_reported_all: whether this worker has updated the rows of all its backends. Before
                that they may be outdated, and no prompt is abandoned because of them.
        """
        # Before the lock: this worker must observe the clock even while others sweep.
        now = (await self._session.execute(select(func.clock_timestamp()))).scalar_one()
        is_trusted = clock.observe(now.timestamp())
        if not await try_lock_transaction(self._session, AdvisoryLock.SWEEP):
            return 0
        if is_trusted:
            await self._requeue_expired(now)
        if has_reported_all and clock.has_observed(self._settings.resume_seconds):
            await self._abandon_unreachable_prompts(now)
        await update_reasons(self._session)
        if has_reported_all:
            await self._fail_unavailable()
        await self._session.execute(_PROMOTE)
        return await self._wake_ups_due()

    async def _requeue_expired(self, now: datetime) -> None:
        """Requeue the jobs whose leases had expired at ``now``, when the clock was trusted."""
        query = (
            select(GenerationAttempt.job_id, GenerationAttempt.attempt)
            .join(GenerationJob, GenerationJob.id == GenerationAttempt.job_id)
            .where(
                GenerationAttempt.ended_at.is_(None),
                GenerationAttempt.lease_until < now,
            )
            .order_by(GenerationAttempt.job_id)
            .limit(_MAX_ROWS)
            .with_for_update(
                of=[GenerationJob, GenerationAttempt], key_share=True, skip_locked=True
            )
        )
        for job_id, attempt in (await self._session.execute(query)).all():
            await self._requeue(job_id, attempt, now)

    async def _requeue(self, job_id: int, attempt: int, now: datetime) -> None:
        expired = select(GenerationAttempt.job_id).where(
            GenerationAttempt.job_id == job_id,
            GenerationAttempt.attempt == attempt,
            GenerationAttempt.ended_at.is_(None),
            GenerationAttempt.lease_until < now,
        )
        # Checked again in the update: a heartbeat may have renewed the lease meanwhile.
        is_unchanged = (
            GenerationJob.attempt == attempt,
            GenerationJob.status == JobStatus.RUNNING,
            expired.exists(),
        )
        resume = func.clock_timestamp() + timedelta(seconds=self._settings.resume_seconds)
        job = await self._transitions.apply(
            job_id,
            "queued",
            {"status": JobStatus.QUEUED, "resume_until": resume},
            *is_unchanged,
            GenerationJob.cancel_requested_at.is_(None),
            detail={"reason": "the worker was lost"},
        )
        is_cancelled = job is None
        if job is None:
            # The worker that was to cancel it is lost; a monitor removes the prompt later.
            ended = {"status": JobStatus.CANCELLED, "completed_at": func.clock_timestamp()}
            job = await self._transitions.apply(
                job_id,
                "cancelled",
                ended,
                *is_unchanged,
                GenerationJob.cancel_requested_at.is_not(None),
            )
        if job is None:
            return
        log.warning("job.orphaned", job=job_id, attempt=attempt)
        self._uow.after_commit(LEASES_EXPIRED.inc)
        verdict = AttemptResult.CANCELLED if is_cancelled else AttemptResult.ORPHANED
        await self._attempts.end(
            job_id, attempt, verdict, detail="lease expired", is_abandoned=is_cancelled
        )

    async def _abandon_unreachable_prompts(self, now: datetime) -> None:
        """Abandon prompts whose backend did not answer in time, so that other backends may render.

        A backend that no worker reports on counts as not answering.
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
            await abandon_prompt(self._uow, job.id, job.attempt)
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
            .limit(_MAX_ROWS)
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
        in_use = await self._session.execute(_SLOTS_IN_USE)
        used: dict[str, int] = {row.backend: row.used for row in in_use}
        up = select(ComfyuiBackend.name, ComfyuiBackend.slots).where(
            ComfyuiBackend.enabled, ComfyuiBackend.status == "up", is_not_paused()
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
