"""Heartbeat: renew the leases of this process's attempts and read cancellations."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import ARRAY, BigInteger, Float, bindparam, func, text, update
from sqlalchemy.exc import SQLAlchemyError

from genonaut.db import UnitOfWork
from genonaut.jobs.rendering.active_attempt import ActiveAttempt
from genonaut.jobs.tables import Worker
from genonaut.runtime import Runtime

log = structlog.get_logger()
FRESH_SHARE = 0.75
"""A worker posts and claims nothing if its last heartbeat is older than this share of a lease."""
_PAUSE_AFTER_FAILURE_SECONDS = 1.0

# Only attempts in memory are renewed: after a lost COMMIT or a crashed task the lease expires.
_RENEW = text(
    """
UPDATE generation_attempts a
SET lease_until = clock_timestamp() + :lease,
    executing_at = COALESCE(
        a.executing_at, clock_timestamp() - make_interval(secs => active.executing_seconds))
FROM unnest(:job_ids, :attempts, :executing) AS active(job_id, attempt, executing_seconds),
     generation_jobs j
WHERE a.job_id = active.job_id AND a.attempt = active.attempt AND a.worker_id = :worker_id
  AND a.ended_at IS NULL AND j.id = a.job_id
RETURNING a.job_id, a.attempt, j.cancel_requested_at
"""
).bindparams(
    bindparam("job_ids", type_=ARRAY(BigInteger)),
    bindparam("attempts", type_=ARRAY(BigInteger)),
    bindparam("executing", type_=ARRAY(Float)),
)


class Heartbeat:
    """Renews the leases of all active attempts of this process."""

    def __init__(
        self,
        runtime: Runtime,
        worker_id: UUID,
        *,
        failing_loops: Callable[[], list[str]] = list,
    ) -> None:
        self._runtime = runtime
        self._failing_loops = failing_loops
        self._worker_id = worker_id
        self._attempts: dict[tuple[int, int], ActiveAttempt] = {}
        self._renewed_at = time.monotonic()
        jobs = runtime.settings.jobs
        self._lease = timedelta(seconds=jobs.lease_seconds)
        self._pause_seconds = jobs.beat_seconds

    @property
    def is_fresh(self) -> bool:
        """Return whether the last heartbeat is recent enough to claim or post."""
        return time.monotonic() - self._renewed_at < self._lease.total_seconds() * FRESH_SHARE

    @property
    def attempts(self) -> list[ActiveAttempt]:
        """Return the active attempts."""
        return list(self._attempts.values())

    def add(self, attempt: ActiveAttempt) -> None:
        """Renew the lease of this attempt from the next heartbeat on."""
        self._attempts[attempt.key] = attempt

    def remove(self, attempt: ActiveAttempt) -> None:
        """Stop renewing the lease of this attempt."""
        self._attempts.pop(attempt.key, None)

    def cancel_job(self, job_id: int) -> None:
        """Request cancellation of the job's active attempt, if it runs here."""
        for attempt in self.attempts:
            if attempt.claim.job_id == job_id:
                attempt.cancel()

    async def run(self) -> None:
        """Beat until cancelled."""
        while True:
            pause = self._pause_seconds
            try:
                # Half a lease leaves time for another try, which comes soon.
                async with asyncio.timeout(self._lease.total_seconds() / 2):
                    await self.renew()
            except (SQLAlchemyError, OSError, TimeoutError) as error:
                log.warning("worker.heartbeat_failed", error=type(error).__name__)
                pause = min(pause, _PAUSE_AFTER_FAILURE_SECONDS)
            await asyncio.sleep(pause)

    async def renew(self) -> None:
        """Renew all leases; mark attempts that were cancelled or lost their lease."""
        attempts = self.attempts
        began = time.monotonic()
        async with self._runtime.begin() as uow:
            await self._update_worker(uow)
            answers = await self._renew_leases(uow, attempts) if attempts else {}
        self._renewed_at = began
        for one in attempts:
            if one.key not in answers:
                # Removed meanwhile, or ended by a sweep that considered this worker lost.
                if one.key in self._attempts:
                    one.fence()
            elif answers[one.key] is not None:
                one.cancel()

    async def _update_worker(self, uow: UnitOfWork) -> None:
        await uow.session.execute(
            update(Worker)
            .where(Worker.id == self._worker_id)
            .values(seen_at=func.clock_timestamp(), failing_loops=self._failing_loops())
        )

    async def _renew_leases(
        self, uow: UnitOfWork, attempts: list[ActiveAttempt]
    ) -> dict[tuple[int, int], datetime | None]:
        rows = await uow.session.execute(
            _RENEW,
            {
                "lease": self._lease,
                "worker_id": self._worker_id,
                "job_ids": [one.claim.job_id for one in attempts],
                "attempts": [one.claim.attempt for one in attempts],
                "executing": [one.executing_seconds for one in attempts],
            },
        )
        return {(job_id, attempt): cancelled for job_id, attempt, cancelled in rows}
