"""Queries on ``generation_attempts``."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Double, Uuid, bindparam, cast, func, select, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.db.fast_work import Transaction
from genonaut.db.statement import Statement
from genonaut.jobs.states import AttemptResult
from genonaut.jobs.tables import GenerationAttempt, GenerationJob

_NOTE_POSTED = Statement(
    text(
        """
WITH noted AS (
    UPDATE generation_attempts
    SET posted_at = clock_timestamp(), comfyui_version = :comfyui_version, graph = :graph
    WHERE job_id = :job_id AND attempt = :attempt AND worker_id = :worker_id AND ended_at IS NULL
    RETURNING job_id
), asynchronous AS (
    SELECT set_config('synchronous_commit', 'off', true)
)
SELECT EXISTS (SELECT FROM noted),
    EXISTS (SELECT FROM generation_jobs WHERE id = :job_id AND cancel_requested_at IS NOT NULL)
FROM asynchronous
"""
    ).bindparams(bindparam("worker_id", type_=Uuid), bindparam("graph", type_=JSONB))
)
_ABANDON = Statement(
    text(
        """
UPDATE generation_attempts SET is_abandoned = true WHERE job_id = :job_id AND attempt = :attempt
"""
    )
)


_RESUMABLE = frozenset({AttemptResult.HANDED_BACK, AttemptResult.ORPHANED})
"""The attempt that resumes the prompt counts its whole time."""


class Posted(msgspec.Struct, frozen=True):
    """State of an attempt whose prompt was just posted."""

    is_lease_valid: bool
    is_cancelled: bool


class AttemptRepository:
    """Queries on attempts; no rules, no commit."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def end(
        self,
        job_id: int,
        attempt: int,
        verdict: AttemptResult,
        *,
        detail: str | None,
        executed: timedelta | None = None,
        **values: Any,  # noqa: ANN401
    ) -> None:
        """Close an attempt if it is open, and add its render time to that of the job.

        The caller has changed the job, and so locked it, before.
        ``executed`` is how long ago its prompt started, for attempts too short for a heartbeat.
        """
        if executed is not None:
            started_at = func.clock_timestamp() - executed
            values["executing_at"] = func.coalesce(GenerationAttempt.executing_at, started_at)
        rendered = func.extract(
            "epoch", GenerationAttempt.ended_at - GenerationAttempt.executing_at
        )
        seconds = await self._session.scalar(
            update(GenerationAttempt)
            .where(
                GenerationAttempt.job_id == job_id,
                GenerationAttempt.attempt == attempt,
                GenerationAttempt.ended_at.is_(None),
            )
            .values(ended_at=func.clock_timestamp(), verdict=verdict, detail=detail, **values)
            .returning(cast(rendered, Double))
        )
        if seconds and verdict not in _RESUMABLE:
            await self._session.execute(
                update(GenerationJob)
                .where(GenerationJob.id == job_id)
                .values(render_seconds=GenerationJob.render_seconds + seconds)
                .execution_options(synchronize_session=False)
            )

    async def of_job(self, job_id: int) -> Sequence[GenerationAttempt]:
        """Return a job's attempts, the oldest first."""
        query = (
            select(GenerationAttempt)
            .where(GenerationAttempt.job_id == job_id)
            .order_by(GenerationAttempt.attempt)
        )
        return (await self._session.scalars(query)).all()

    async def abandoned_at(self, backend: str) -> Sequence[GenerationAttempt]:
        """Return the attempts whose abandoned prompts must be removed from a backend."""
        query = select(GenerationAttempt).where(
            GenerationAttempt.is_abandoned, GenerationAttempt.backend == backend
        )
        return (await self._session.scalars(query)).all()

    async def forget_abandoned(self, backend: str, prompt_ids: Sequence[str]) -> None:
        """Record that these prompts were removed from the backend."""
        await self._session.execute(
            update(GenerationAttempt)
            .where(
                GenerationAttempt.is_abandoned,
                GenerationAttempt.backend == backend,
                GenerationAttempt.comfyui_prompt_id.in_(prompt_ids),
            )
            .values(is_abandoned=False)
        )


async def abandon_prompt(uow: Transaction, job_id: int, attempt: int) -> None:
    """Mark the prompt of a waiting job's last attempt for removal from its backend."""
    await uow.fetch(_ABANDON, job_id=job_id, attempt=attempt)


async def note_posted(
    uow: Transaction,
    *,
    job_id: int,
    attempt: int,
    worker_id: UUID,
    comfyui_version: str | None,
    graph: Mapping[str, Any],
) -> Posted:
    """Store what was posted if the lease is valid; return lease and cancellation.

    The commit does not wait for the disk: if a crash loses it, re-attaching asks the backend.
    """
    rows = await uow.fetch(
        _NOTE_POSTED,
        job_id=job_id,
        attempt=attempt,
        worker_id=worker_id,
        comfyui_version=comfyui_version,
        graph=msgspec.json.encode(graph).decode(),
    )
    return Posted(*rows[0])
