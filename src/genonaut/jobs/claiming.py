"""Which job is next, and whose it becomes."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.db import UnitOfWork
from genonaut.jobs.attempts import abandon_prompt
from genonaut.jobs.claim_query import BEST_JOB
from genonaut.jobs.params import Drawing
from genonaut.jobs.states import WAITING, JobStatus
from genonaut.jobs.tables import ComfyuiBackend, GenerationAttempt, GenerationJob
from genonaut.jobs.transitions import Transitions


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt at one job, held by one worker."""

    job_id: int
    user_id: UUID
    attempt: int
    worker_id: UUID
    backend: str
    prompt_id: str
    is_resumed: bool
    """The prompt was posted by an earlier attempt and may still be at the backend."""
    was_posted: bool
    seq: int
    failures: int
    out_of_memory_count: int
    batch_id: UUID
    batch_size: int
    drawing: Drawing


class ClaimService:
    """Hands out jobs without ever overbooking a backend's slots."""

    def __init__(self, uow: UnitOfWork, *, lease: timedelta) -> None:
        self._session: AsyncSession = uow.session
        self._transitions = Transitions(uow)
        self._lease = lease

    async def claim_next(self, worker_id: UUID, reachable: Sequence[str]) -> Claim | None:
        """Claim the best job for one of the reachable backends; None when there is none.

        A job whose prompt may still be at a backend goes first, and keeps its slot there.
        """
        slots = await self._lock_backends(reachable)
        if not slots:
            return None
        resumable = await self._resumable(list(slots))
        if resumable is not None:
            return await self._take(resumable, resumable.backend or "", worker_id, is_resumed=True)
        free = await self._free(slots)
        if not free:
            return None
        parameters = {"names": list(free), "loads": list(free.values())}
        best = (await self._session.execute(BEST_JOB, parameters)).one_or_none()
        if best is None:
            return None
        job = await self._session.get_one(GenerationJob, best.id)
        return await self._take(job, best.backend, worker_id, is_resumed=False)

    async def _lock_backends(self, reachable: Sequence[str]) -> dict[str, int]:
        query = (
            select(ComfyuiBackend.name, ComfyuiBackend.slots)
            .where(ComfyuiBackend.name.in_(reachable), ComfyuiBackend.enabled)
            .order_by(ComfyuiBackend.name)
            .with_for_update()
        )
        return dict((await self._session.execute(query)).all())

    async def _resumable(self, backends: Sequence[str]) -> GenerationJob | None:
        query = (
            select(GenerationJob)
            .where(
                GenerationJob.status.in_(WAITING),
                GenerationJob.resume_until > func.clock_timestamp(),
                GenerationJob.backend.in_(backends),
            )
            .order_by(GenerationJob.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        return await self._session.scalar(query)

    async def _free(self, slots: Mapping[str, int]) -> dict[str, float]:
        """Return the load, 0..1, of each backend that has a free slot."""
        used = await slots_in_use(self._session)
        return {
            name: used.get(name, 0) / count
            for name, count in slots.items()
            if used.get(name, 0) < count
        }

    async def _take(
        self, job: GenerationJob, backend: str, worker_id: UUID, *, is_resumed: bool
    ) -> Claim | None:
        earlier = await self._session.get(GenerationAttempt, (job.id, job.attempt))
        if not is_resumed:
            await abandon_prompt(self._session, job)
        prompt_id = job.comfyui_prompt_id if is_resumed else None
        prompt_id = prompt_id or str(uuid4())
        now = func.clock_timestamp()
        claimed = await self._transitions.apply(
            job.id,
            "started",
            {
                "status": JobStatus.RUNNING,
                "attempt": GenerationJob.attempt + 1,
                "backend": backend,
                "comfyui_prompt_id": prompt_id,
                "started_at": func.coalesce(GenerationJob.started_at, now),
                "resume_until": None,
                "not_before": None,
                "waiting_reason": None,
            },
            GenerationJob.status.in_(WAITING),
            GenerationJob.cancel_requested_at.is_(None),
            detail={"backend": backend, "resumed": is_resumed},
        )
        if claimed is None:
            return None
        resumed_from = earlier if is_resumed else None
        await self._session.execute(
            insert(GenerationAttempt).values(
                job_id=claimed.id,
                attempt=claimed.attempt,
                worker_id=worker_id,
                backend=backend,
                comfyui_prompt_id=prompt_id,
                is_resumed=is_resumed,
                claimed_at=now,
                lease_until=now + self._lease,
                posted_at=resumed_from.posted_at if resumed_from else None,
                executing_at=resumed_from.executing_at if resumed_from else None,
            )
        )
        was_posted = resumed_from is not None and resumed_from.posted_at is not None
        return _claim_of(claimed, worker_id, is_resumed=is_resumed, was_posted=was_posted)


async def slots_in_use(session: AsyncSession) -> dict[str, int]:
    """Return how many slots of each backend are taken.

    An open attempt takes one, and so does a waiting job whose prompt may still be there.
    """
    open_attempts = (
        select(GenerationAttempt.backend, func.count())
        .where(GenerationAttempt.ended_at.is_(None))
        .group_by(GenerationAttempt.backend)
    )
    pinned = (
        select(GenerationJob.backend, func.count())
        .where(
            GenerationJob.status.in_(WAITING),
            GenerationJob.resume_until > func.clock_timestamp(),
        )
        .group_by(GenerationJob.backend)
    )
    used: dict[str, int] = {}
    for name, count in await session.execute(open_attempts.union_all(pinned)):
        used[name or ""] = used.get(name or "", 0) + count
    return used


def _claim_of(job: GenerationJob, worker_id: UUID, *, is_resumed: bool, was_posted: bool) -> Claim:
    return Claim(
        job_id=job.id,
        user_id=job.user_id,
        attempt=job.attempt,
        worker_id=worker_id,
        backend=job.backend or "",
        prompt_id=job.comfyui_prompt_id or "",
        is_resumed=is_resumed,
        was_posted=was_posted,
        seq=job.seq,
        failures=job.failures,
        out_of_memory_count=job.out_of_memory_count,
        batch_id=job.batch_id,
        batch_size=job.batch_size,
        drawing=msgspec.convert(
            {field: getattr(job, field) for field in Drawing.__struct_fields__}, Drawing
        ),
    )
