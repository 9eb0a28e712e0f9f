"""Preferences, finished batches and notifications."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, update

from genonaut.accounts.tables import User
from genonaut.jobs.lifecycle.transitions import Transitions
from genonaut.jobs.states import JobStatus, JobType
from genonaut.jobs.tables import GenerationBatch, GenerationJob
from genonaut.notifications.tables import NotificationType, UserNotification
from genonaut.runtime import Runtime

ON: dict[str, Any] = {"notifications_enabled": True}


async def set_preferences(runtime: Runtime, user_id: UUID, stored: dict[str, Any]) -> None:
    """Store preferences in the row."""
    async with runtime.begin() as uow:
        await uow.session.execute(update(User).where(User.id == user_id).values(preferences=stored))


async def make_batch(runtime: Runtime, user_id: UUID, size: int = 1, **fields: Any) -> list[int]:
    """Insert a batch of running jobs and return their ids."""
    batch = GenerationBatch(
        id=uuid4(), user_id=user_id, request_hash="", size=size, open_count=size
    )
    values: dict[str, Any] = {
        "prompt": "a lighthouse at dusk",
        "negative_prompt": "",
        "checkpoint_model": "sd15.safetensors",
        "lora_models": [],
        "width": 64,
        "height": 64,
        "params": {},
        "needs": [],
        **fields,
    }
    jobs = [
        GenerationJob(
            **values,
            user_id=user_id,
            batch_id=batch.id,
            batch_index=index,
            batch_size=size,
            job_type=JobType.IMAGE,
            status=JobStatus.RUNNING,
            attempt=1,
        )
        for index in range(size)
    ]
    async with runtime.begin() as uow:
        uow.session.add(batch)
        await uow.session.flush()
        uow.session.add_all(jobs)
    return [job.id for job in jobs]


async def end_job(runtime: Runtime, job_id: int, status: str, **values: Any) -> bool:
    """End a running job like its worker; returns whether it was running."""
    async with runtime.begin() as uow:
        job = await Transitions(uow).apply(
            job_id,
            status,
            {"status": JobStatus(status), **values},
            GenerationJob.status == JobStatus.RUNNING,
        )
    return job is not None


async def told(runtime: Runtime, user_id: UUID | None = None) -> Sequence[UserNotification]:
    """Return all notifications, oldest first."""
    query = select(UserNotification).order_by(UserNotification.id)
    if user_id is not None:
        query = query.where(UserNotification.user_id == user_id)
    async with runtime.begin() as uow:
        return (await uow.session.scalars(query)).all()


async def make_notifications(
    runtime: Runtime, user_id: UUID, count: int = 1, **fields: Any
) -> list[int]:
    """Insert notifications and return their ids, oldest first."""
    values = {"title": "hello", "message": "", "notification_type": NotificationType.SYSTEM}
    rows = [UserNotification(user_id=user_id, **(values | fields)) for _ in range(count)]
    async with runtime.begin() as uow:
        uow.session.add_all(rows)
    return [row.id for row in rows]
