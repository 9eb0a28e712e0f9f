"""Which job is next, and whose it becomes."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID, uuid4

import msgspec
import structlog
from sqlalchemy import Float, cast, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.db import UnitOfWork
from genonaut.jobs.attempts import abandon_prompt
from genonaut.jobs.claim_query import BEST_JOB
from genonaut.jobs.params import Drawing
from genonaut.jobs.states import WAITING, ErrorCode, JobStatus
from genonaut.jobs.tables import ComfyuiBackend, GenerationAttempt, GenerationJob
from genonaut.jobs.transitions import Transitions

log = structlog.get_logger()
_LOST_RACES = 5
"""Jobs that were cancelled or taken under our eyes before we let it be until the next wake-up."""


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
    executing_seconds: float | None
    """How long a resumed prompt had been executing by the database's clock; None: not begun."""
    seq: int
    failures: int
    out_of_memory_count: int
    batch_id: UUID
    batch_size: int
    drawing: Drawing


class _Choice(msgspec.Struct, frozen=True):
    job: GenerationJob
    backend: str
    is_resumed: bool


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
        for _ in range(_LOST_RACES):
            choice = await self._choose(slots) if slots else None
            if choice is None:
                return None
            claim = await self._take(choice, worker_id)
            if claim is not None:
                return claim
        return None

    async def _choose(self, slots: Mapping[str, int]) -> "_Choice | None":
        resumable = await self._resumable(list(slots))
        if resumable is not None:
            return _Choice(resumable, resumable.backend or "", is_resumed=True)
        free = await self._free(slots)
        if not free:
            return None
        parameters = {"names": list(free), "loads": list(free.values())}
        best = (await self._session.execute(BEST_JOB, parameters)).one_or_none()
        if best is None:
            return None
        job = await self._session.get_one(GenerationJob, best.id, populate_existing=True)
        return _Choice(job, best.backend, is_resumed=False)

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

    async def _take(self, choice: "_Choice", worker_id: UUID) -> Claim | None:
        job, backend, is_resumed = choice.job, choice.backend, choice.is_resumed
        drawing = await self._readable(job)
        if drawing is None:
            return None
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
                "unavailable_since": None,
            },
            GenerationJob.status.in_(WAITING),
            GenerationJob.cancel_requested_at.is_(None),
            detail={"backend": backend, "resumed": is_resumed},
        )
        if claimed is None:
            return None
        resumed_from = earlier if is_resumed else None
        executing_seconds = await self._session.scalar(
            insert(GenerationAttempt)
            .values(
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
            .returning(cast(func.extract("epoch", now - GenerationAttempt.executing_at), Float))
        )
        return Claim(
            job_id=claimed.id,
            user_id=claimed.user_id,
            attempt=claimed.attempt,
            worker_id=worker_id,
            backend=backend,
            prompt_id=prompt_id,
            is_resumed=is_resumed,
            was_posted=resumed_from is not None and resumed_from.posted_at is not None,
            executing_seconds=executing_seconds,
            seq=claimed.seq,
            failures=claimed.failures,
            out_of_memory_count=claimed.out_of_memory_count,
            batch_id=claimed.batch_id,
            batch_size=claimed.batch_size,
            drawing=drawing,
        )

    async def _readable(self, job: GenerationJob) -> Drawing | None:
        """Return what to draw; a job nobody can read fails here, else it would stop every worker."""
        stored = {field: getattr(job, field) for field in Drawing.__struct_fields__}
        try:
            return msgspec.convert(stored, Drawing)
        except msgspec.ValidationError as error:
            log.exception("job.unreadable", job=job.id)
            values = {
                "status": JobStatus.FAILED,
                "error_code": ErrorCode.INTERNAL_ERROR,
                "error_message": f"what to draw is stored in a form that cannot be read: {error}",
                "completed_at": func.clock_timestamp(),
                "resume_until": None,
                "waiting_reason": None,
            }
            waits = GenerationJob.status.in_(WAITING)
            await self._transitions.apply(job.id, "failed", values, waits)
            return None


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
