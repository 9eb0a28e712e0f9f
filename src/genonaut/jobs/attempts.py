"""Rows of ``generation_attempts``: one per try, fenced by worker and attempt number."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.jobs.states import Verdict
from genonaut.jobs.tables import GenerationAttempt, GenerationJob


class AttemptRepository:
    """Queries on attempts; no rules, no commit."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def end(
        self,
        job_id: int,
        attempt: int,
        verdict: Verdict,
        *,
        detail: str | None,
        **values: Any,  # noqa: ANN401
    ) -> None:
        """Close an attempt that is still open."""
        await self._session.execute(
            update(GenerationAttempt)
            .where(
                GenerationAttempt.job_id == job_id,
                GenerationAttempt.attempt == attempt,
                GenerationAttempt.ended_at.is_(None),
            )
            .values(ended_at=func.clock_timestamp(), verdict=verdict, detail=detail, **values)
        )

    async def mark(
        self, job_id: int, attempt: int, worker_id: UUID, values: Mapping[str, Any]
    ) -> bool:
        """Write to an attempt this worker still holds; returns whether it does."""
        marked = await self._session.scalar(
            update(GenerationAttempt)
            .where(
                GenerationAttempt.job_id == job_id,
                GenerationAttempt.attempt == attempt,
                GenerationAttempt.worker_id == worker_id,
                GenerationAttempt.ended_at.is_(None),
            )
            .values(**values)
            .returning(GenerationAttempt.job_id)
        )
        return marked is not None

    async def of_job(self, job_id: int) -> Sequence[GenerationAttempt]:
        """Return a job's attempts, the first one first."""
        query = (
            select(GenerationAttempt)
            .where(GenerationAttempt.job_id == job_id)
            .order_by(GenerationAttempt.attempt)
        )
        return (await self._session.scalars(query)).all()

    async def abandoned_at(self, backend: str) -> Sequence[GenerationAttempt]:
        """Return the attempts whose prompts must be removed from a backend."""
        query = select(GenerationAttempt).where(
            GenerationAttempt.is_abandoned, GenerationAttempt.backend == backend
        )
        return (await self._session.scalars(query)).all()

    async def forget_abandoned(self, backend: str, prompt_ids: Sequence[str]) -> None:
        """Note that these prompts are gone from the backend."""
        await self._session.execute(
            update(GenerationAttempt)
            .where(
                GenerationAttempt.is_abandoned,
                GenerationAttempt.backend == backend,
                GenerationAttempt.comfyui_prompt_id.in_(prompt_ids),
            )
            .values(is_abandoned=False)
        )


async def abandon_prompt(session: AsyncSession, job: GenerationJob) -> None:
    """Have the prompt of a waiting job's last attempt removed from its backend, if it is there."""
    if job.resume_until is None:
        return
    await session.execute(
        update(GenerationAttempt)
        .where(GenerationAttempt.job_id == job.id, GenerationAttempt.attempt == job.attempt)
        .values(is_abandoned=True)
    )
