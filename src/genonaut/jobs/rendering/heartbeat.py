"""The beat: renews the leases of what this process really holds, and hears what is asked of it."""

import asyncio
import time
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
"""A worker whose last beat is older than this share of a lease posts and claims nothing."""
_PAUSE_AFTER_FAILURE_SECONDS = 1.0

# The pairs come as arrays; only what is in memory is renewed, so a lost COMMIT or a died coroutine
# lets its lease run out by itself.
_RENEW = text(
    """
UPDATE generation_attempts a
SET lease_until = clock_timestamp() + :lease,
    executing_at = COALESCE(
        a.executing_at, clock_timestamp() - make_interval(secs => held.executing_seconds))
FROM unnest(:job_ids, :attempts, :executing) AS held(job_id, attempt, executing_seconds),
     generation_jobs j
WHERE a.job_id = held.job_id AND a.attempt = held.attempt AND a.worker_id = :worker_id
  AND a.ended_at IS NULL AND j.id = a.job_id
RETURNING a.job_id, a.attempt, j.cancel_requested_at
"""
).bindparams(
    bindparam("job_ids", type_=ARRAY(BigInteger)),
    bindparam("attempts", type_=ARRAY(BigInteger)),
    bindparam("executing", type_=ARRAY(Float)),
)


class Heartbeat:
    """Knows every attempt this process holds."""

    def __init__(self, runtime: Runtime, worker_id: UUID) -> None:
        self._runtime = runtime
        self._worker_id = worker_id
        self._held: dict[tuple[int, int], ActiveAttempt] = {}
        self._beat_at = time.monotonic()
        jobs = runtime.settings.jobs
        self._lease = timedelta(seconds=jobs.lease_seconds)
        self._pause_seconds = jobs.beat_seconds

    @property
    def is_fresh(self) -> bool:
        """Tell whether the last beat succeeded recently enough to begin something new."""
        return time.monotonic() - self._beat_at < self._lease.total_seconds() * FRESH_SHARE

    @property
    def held(self) -> list[ActiveAttempt]:
        """Return what is held at the moment."""
        return list(self._held.values())

    def take(self, held: ActiveAttempt) -> None:
        """Keep the lease of this attempt from the next beat on."""
        self._held[held.key] = held

    def drop(self, held: ActiveAttempt) -> None:
        """Let go of an attempt."""
        self._held.pop(held.key, None)

    def cancel(self, job_id: int) -> None:
        """Pass on the wish to stop a job, if it is held here."""
        for held in self.held:
            if held.claim.job_id == job_id:
                held.cancel()

    async def run(self) -> None:
        """Beat until cancelled."""
        while True:
            pause = self._pause_seconds
            try:
                # Half a lease leaves time for another try, which comes soon.
                async with asyncio.timeout(self._lease.total_seconds() / 2):
                    await self.beat()
            except (SQLAlchemyError, OSError, TimeoutError) as error:
                log.warning("worker.beat_failed", error=type(error).__name__)
                pause = min(pause, _PAUSE_AFTER_FAILURE_SECONDS)
            await asyncio.sleep(pause)

    async def beat(self) -> None:
        """Renew every lease held, and note what was cancelled or lost."""
        held = self.held
        began = time.monotonic()
        async with self._runtime.begin() as uow:
            await self._note_presence(uow)
            answers = await self._renew(uow, held) if held else {}
        self._beat_at = began
        for one in held:
            if one.key not in answers:
                # Let go of meanwhile, or ended by a sweep that took us for dead.
                if one.key in self._held:
                    one.fence()
            elif answers[one.key] is not None:
                one.cancel()

    async def _note_presence(self, uow: UnitOfWork) -> None:
        await uow.session.execute(
            update(Worker)
            .where(Worker.id == self._worker_id)
            .values(seen_at=func.clock_timestamp())
        )

    async def _renew(
        self, uow: UnitOfWork, held: list[ActiveAttempt]
    ) -> dict[tuple[int, int], datetime | None]:
        rows = await uow.session.execute(
            _RENEW,
            {
                "lease": self._lease,
                "worker_id": self._worker_id,
                "job_ids": [one.claim.job_id for one in held],
                "attempts": [one.claim.attempt for one in held],
                "executing": [one.executing_seconds for one in held],
            },
        )
        return {(job_id, attempt): cancelled for job_id, attempt, cancelled in rows}
