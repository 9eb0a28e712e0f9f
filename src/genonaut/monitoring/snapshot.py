"""One reading of the whole installation: queue, backends, workers, storage, alerts."""

import msgspec
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.content.storage_tables import StorageUsage
from genonaut.jobs.backends.repository import SILENT_AFTER, BackendRepository
from genonaut.jobs.queue.claim_query import SLOTS_IN_USE
from genonaut.jobs.states import WAITING, JobStatus
from genonaut.jobs.tables import ComfyuiBackend, GenerationJob
from genonaut.monitoring.tables import Alert
from genonaut.notifications.webhooks.tables import DeliveryStatus, WebhookDelivery

_SLOTS = text(SLOTS_IN_USE)


class BackendReading(msgspec.Struct, frozen=True):
    """One ComfyUI server; ``queue_length`` None: not known at present."""

    name: str
    is_up: bool
    slots: int
    slots_used: int
    queue_length: int | None


class InstallationReading(msgspec.Struct, frozen=True):
    """The installation at one moment."""

    jobs: dict[str, int]
    """Jobs that have not ended, by status."""
    oldest_waiting_seconds: float
    backends: list[BackendReading]
    workers: int
    failing_loops: int
    storage_bytes: dict[str, int]
    """By kind: images, thumbnails, trash."""
    storage_items: dict[str, int]
    """By kind: images, trash."""
    pending_deliveries: int
    alerts: dict[str, int]
    """Active alerts by kind."""


async def read_installation(session: AsyncSession) -> InstallationReading:
    """Read everything; the cost does not depend on the number of ended jobs or of images."""
    backends = BackendRepository(session)
    jobs, oldest_seconds = await _jobs(session)
    storage_bytes, storage_items = await _storage(session)
    pending = select(func.count()).where(WebhookDelivery.status == DeliveryStatus.PENDING)
    alerts = select(Alert.kind, func.count()).where(Alert.ended_at.is_(None)).group_by(Alert.kind)
    return InstallationReading(
        jobs=jobs,
        oldest_waiting_seconds=oldest_seconds,
        backends=await _backends(session),
        workers=await backends.count_workers(),
        failing_loops=len(await backends.failing_loops()),
        storage_bytes=storage_bytes,
        storage_items=storage_items,
        pending_deliveries=await session.scalar(pending) or 0,
        alerts=dict((await session.execute(alerts)).all()),
    )


async def _jobs(session: AsyncSession) -> tuple[dict[str, int], float]:
    age = func.extract("epoch", func.clock_timestamp() - func.min(GenerationJob.created_at))
    open_statuses = [*WAITING, JobStatus.RUNNING]
    query = (
        select(GenerationJob.status, func.count(), age)
        .where(GenerationJob.status.in_(open_statuses))
        .group_by(GenerationJob.status)
    )
    counts = dict.fromkeys(map(str, open_statuses), 0)
    oldest = 0.0
    for status, count, seconds in await session.execute(query):
        counts[status] = count
        if status in WAITING:
            oldest = max(oldest, float(seconds))
    return counts, oldest


async def _backends(session: AsyncSession) -> list[BackendReading]:
    used = {row.backend: row.used for row in await session.execute(_SLOTS)}
    is_current = ComfyuiBackend.checked_at > func.clock_timestamp() - SILENT_AFTER
    query = (
        select(ComfyuiBackend, func.coalesce(is_current, False))  # SQL
        .where(ComfyuiBackend.enabled)
        .order_by(ComfyuiBackend.name)
    )
    return [
        BackendReading(
            name=backend.name,
            is_up=current and backend.status == "up",
            slots=backend.slots,
            slots_used=used.get(backend.name, 0),
            queue_length=backend.queue_length if current else None,
        )
        for backend, current in await session.execute(query)
    ]


async def _storage(session: AsyncSession) -> tuple[dict[str, int], dict[str, int]]:
    usage = StorageUsage
    columns = (
        usage.image_bytes,
        usage.thumbnail_bytes,
        usage.trash_bytes,
        usage.image_count,
        usage.trash_count,
    )
    sums = [func.coalesce(func.sum(column), 0) for column in columns]
    row = (await session.execute(select(*sums))).one()
    images, thumbnails, trash, image_count, trash_count = map(int, row)
    return (
        {"images": images, "thumbnails": thumbnails, "trash": trash},
        {"images": image_count, "trash": trash_count},
    )
