"""Claim the next job for a backend with a free slot."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import structlog
from sqlalchemy import func

from genonaut.db import UnitOfWork
from genonaut.db.fast_work import Transaction
from genonaut.jobs.lifecycle.attempts import abandon_prompt
from genonaut.jobs.lifecycle.run_transitions import RunTransitions, Started
from genonaut.jobs.lifecycle.transitions import Transitions
from genonaut.jobs.params import GenerationSpec
from genonaut.jobs.queue.claim_query import ANY_WAIT, NEXT_JOB, lock_backends
from genonaut.jobs.states import WAITING, ErrorCode, JobStatus
from genonaut.jobs.tables import GenerationJob

log = structlog.get_logger()
_MAX_LOST_RACES = 5
"""Give up until the next wake-up after so many chosen jobs were cancelled or claimed first."""


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A claimed job: one attempt by one worker on one backend."""

    job_id: int
    user_id: UUID
    attempt: int
    worker_id: UUID
    backend: str
    prompt_id: str
    is_resumed: bool
    """The prompt was posted by an earlier attempt and may still be at the backend."""
    was_posted: bool
    waited_seconds: float | None
    """From submission to this claim, if it is the first."""
    executing_seconds: float | None
    """How long a resumed prompt has been executing (database clock); None: not started."""
    seq: int
    failures: int
    out_of_memory_count: int
    batch_id: UUID
    batch_size: int
    traceparent: str | None
    """The span that the attempt continues; None without traces."""
    more_wait: bool = False
    """Whether other jobs were waiting, claimable or not."""
    spec: GenerationSpec


class _Choice(msgspec.Struct, frozen=True):
    """The next job and its backend: the columns of ``NEXT_JOB`` in their order."""

    backend: str
    is_resumed: bool
    id: int
    user_id: UUID
    earlier_attempt: int
    resume_until: datetime | None
    started: Started | None
    """None if the job was cancelled or claimed first."""
    failures: int
    out_of_memory_count: int
    batch_id: UUID
    batch_size: int
    traceparent: str | None
    more_wait: bool
    stored_spec: Mapping[str, Any]


_BEFORE_START = _Choice.__struct_fields__.index("started")
_AFTER_START = _BEFORE_START + len(Started.__struct_fields__)
_BEFORE_SPEC = len(_Choice.__struct_fields__) - 2 + len(Started.__struct_fields__)


class UnreadableSpecError(Exception):
    """The stored spec of the next job cannot be read; see ``fail_unreadable``."""

    def __init__(self, job_id: int, reason: str) -> None:
        super().__init__(f"job {job_id}: {reason}")
        self.job_id = job_id
        self.reason = reason


class ClaimService:
    """Claims jobs; never more than a backend has slots."""

    def __init__(self, uow: Transaction, *, lease: timedelta) -> None:
        self._uow = uow
        self._run = RunTransitions(uow)
        self._lease = lease

    async def claim_next(
        self, worker_id: UUID, reachable: Sequence[str], rendered: Sequence[int] = ()
    ) -> Claim | None:
        """Claim the next job for one of the reachable backends; None if there is none.

        A job whose prompt may still be at a backend comes first and keeps its slot there.

        Args:
            worker_id: the claiming worker.
            reachable: names of the backends to which it can post.
            rendered: its own jobs whose prompts have ended; they occupy no slot.

        Raises:
            UnreadableSpecError: the next job has to be failed first.
        """
        if not reachable:
            return None
        await self._uow.lock(lock_backends(reachable))
        for _ in range(_MAX_LOST_RACES):
            choice = await self._choose(reachable, worker_id, rendered)
            if choice is None:
                return None
            if choice.started is not None:
                return await self._claim(choice, choice.started, worker_id)
        return None

    async def _choose(
        self, reachable: Sequence[str], worker_id: UUID, rendered: Sequence[int]
    ) -> _Choice | None:
        rows = await self._uow.fetch(
            NEXT_JOB,
            names=list(reachable),
            worker_id=worker_id,
            rendered=list(rendered),
            prompt_id=str(uuid4()),
            lease=self._lease,
        )
        if not rows:
            return None
        columns = list(rows[0])
        start, rest = columns[_BEFORE_START:_AFTER_START], columns[_AFTER_START:_BEFORE_SPEC]
        started = None if start[0] is None else Started(*start)
        spec = dict(zip(GenerationSpec.__struct_fields__, columns[_BEFORE_SPEC:], strict=True))
        values = [*columns[:_BEFORE_START], started, *rest, spec]
        return _Choice(*values)

    async def _claim(self, choice: _Choice, started: Started, worker_id: UUID) -> Claim:
        spec = _decode_spec(choice)
        self._run.note_start(
            started,
            job_id=choice.id,
            user_id=choice.user_id,
            backend=choice.backend,
            is_resumed=choice.is_resumed,
            operation=spec.operation_name,
        )
        # Only after the claim succeeded: no other worker can be resuming this prompt.
        if not choice.is_resumed and choice.resume_until is not None:
            await abandon_prompt(self._uow, choice.id, choice.earlier_attempt)
        return Claim(
            job_id=choice.id,
            user_id=choice.user_id,
            attempt=started.attempt,
            worker_id=worker_id,
            backend=choice.backend,
            prompt_id=started.prompt_id,
            is_resumed=choice.is_resumed,
            was_posted=started.was_posted,
            waited_seconds=started.waited_seconds,
            executing_seconds=started.executing_seconds,
            seq=started.seq,
            failures=choice.failures,
            out_of_memory_count=choice.out_of_memory_count,
            batch_id=choice.batch_id,
            batch_size=choice.batch_size,
            traceparent=choice.traceparent,
            more_wait=choice.more_wait,
            spec=spec,
        )


async def any_wait(uow: Transaction) -> bool:
    """Return whether a job waits, claimable or not."""
    return bool((await uow.fetch(ANY_WAIT))[0][0])


def _decode_spec(choice: _Choice) -> GenerationSpec:
    try:
        return msgspec.convert(choice.stored_spec, GenerationSpec)
    except msgspec.ValidationError as error:
        raise UnreadableSpecError(choice.id, str(error)) from error


async def fail_unreadable(uow: UnitOfWork, error: UnreadableSpecError) -> None:
    """Fail a job with an unreadable spec, or else it would block every worker."""
    log.error("job.unreadable", job=error.job_id, reason=error.reason)
    values = {
        "status": JobStatus.FAILED,
        "error_code": ErrorCode.INTERNAL_ERROR,
        "error_message": f"the stored spec cannot be read: {error.reason}",
        "completed_at": func.clock_timestamp(),
        "resume_until": None,
        "waiting_reason": None,
    }
    is_waiting = GenerationJob.status.in_(WAITING)
    await Transitions(uow).apply(error.job_id, "failed", values, is_waiting)
