"""Rows to watch, and the checks of another process."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import msgspec
from tests.support.service import Api

from genonaut.core.clock import utcnow
from genonaut.jobs.image_work import JobInputs
from genonaut.jobs.params import SamplingParams
from genonaut.jobs.states import AttemptResult, ErrorCode, JobStatus, JobType
from genonaut.jobs.tables import (
    ComfyuiBackend,
    GenerationAttempt,
    GenerationBatch,
    GenerationJob,
    Worker,
)
from genonaut.monitoring.watch import Watch
from genonaut.runtime import Runtime


def watch_of(
    api: Api, *, is_worker: bool, failing: Sequence[str] = (), check_seconds: float = 0.02
) -> Watch:
    """Return the checks of another process; a test calls them.

    An alert ends when it was not seen for twice ``check_seconds``. With a long interval, a check
    never ends an alert that another process saw, however slow the machine is.
    """
    settings = api.runtime.settings
    alerts = msgspec.structs.replace(settings.alerts, check_seconds=check_seconds)
    settings = msgspec.structs.replace(settings, alerts=alerts)
    return Watch(
        dataclasses.replace(api.runtime, settings=settings),
        is_worker=is_worker,
        failing_loops=lambda: failing,
    )


async def local_user(api: Api) -> UUID:
    """Return the id of the caller."""
    return UUID((await api.http.get("/api/v1/auth/me")).json()["id"])


async def add_worker(
    runtime: Runtime, *, seen: timedelta = timedelta(), loops: tuple[str, ...] = ()
) -> None:
    """Insert a worker whose last heartbeat was so long ago."""
    worker = Worker(
        id=uuid4(),
        hostname="host",
        pid=1,
        version="1",
        backends=["gpu1"],
        started_at=utcnow() - timedelta(hours=1),
        seen_at=utcnow() - seen,
        failing_loops=list(loops),
    )
    async with runtime.begin() as uow:
        uow.session.add(worker)


async def add_backend(
    runtime: Runtime, *, status: str = "up", down: timedelta | None = None
) -> None:
    """Insert a ComfyUI server that offers everything that the jobs of these tests need."""
    backend = ComfyuiBackend(
        name="gpu1",
        url="http://gpu1",
        slots=2,
        enabled=True,
        status=status,
        offers=["checkpoints/a.safetensors"],
        checked_at=utcnow(),
        down_since=None if down is None else utcnow() - down,
    )
    async with runtime.begin() as uow:
        uow.session.add(backend)


async def add_job(
    runtime: Runtime,
    owner_id: UUID,
    status: JobStatus,
    *,
    at: datetime,
    waited: timedelta = timedelta(seconds=4),
    rendered: timedelta = timedelta(seconds=6),
    model: str = "a.safetensors",
    backend: str = "gpu1",
    inputs: JobInputs | None = None,
) -> int:
    """Insert a job that was submitted, claimed and ended at times that are given by its end."""
    is_ended = status.is_terminal
    started = at - rendered
    batch = GenerationBatch(
        id=uuid4(), user_id=owner_id, request_hash="", size=1, open_count=int(not is_ended)
    )
    job = GenerationJob(
        user_id=owner_id,
        batch_id=batch.id,
        batch_index=0,
        job_type=JobType.IMAGE,
        status=status,
        attempt=int(is_ended),
        prompt="a lighthouse",
        negative_prompt="",
        checkpoint_model=model,
        lora_models=[],
        width=64,
        height=64,
        batch_size=1,
        params=msgspec.to_builtins(SamplingParams(seed=1)),
        models={"architecture": "sd1"},
        inputs=None if inputs is None else msgspec.to_builtins(inputs),
        needs=["checkpoints/a.safetensors"],
        backend=backend if is_ended else None,
        created_at=started - waited if is_ended else at,
        started_at=started if is_ended else None,
        completed_at=at if is_ended else None,
        error_code=ErrorCode.EXECUTION_FAILED if status is JobStatus.FAILED else None,
    )
    async with runtime.begin() as uow:
        uow.session.add(batch)
        await uow.session.flush()
        uow.session.add(job)
        await uow.session.flush()
        if is_ended:
            uow.session.add(_attempt_of(job, backend, started, at))
    return job.id


def _attempt_of(
    job: GenerationJob, backend: str, started: datetime, ended: datetime
) -> GenerationAttempt:
    return GenerationAttempt(
        job_id=job.id,
        attempt=1,
        worker_id=uuid4(),
        backend=backend,
        comfyui_prompt_id="p",
        claimed_at=started,
        lease_until=ended,
        executing_at=started,
        ended_at=ended,
        verdict=AttemptResult.COMPLETED,
    )
