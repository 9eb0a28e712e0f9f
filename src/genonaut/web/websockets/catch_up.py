"""Send frames again that were lost between COMMIT and PUBLISH."""

import asyncio
from collections import deque
from collections.abc import Sequence
from uuid import UUID

import structlog

from genonaut.core.clock import utcnow
from genonaut.db import DatabaseError
from genonaut.jobs.lifecycle.transitions import state_frame
from genonaut.jobs.messages import JobChanged
from genonaut.jobs.repository import JobRepository
from genonaut.realtime import Hub
from genonaut.runtime import Runtime

log = structlog.get_logger()
INTERVAL_SECONDS = 10.0
_LOOK_BACK = 3
"""Number of intervals: an event with a lower id may be committed after one with a higher id."""
_PAGE = 100
"""Jobs read at a time: a thousand rows at once would take 14 MiB, which the process keeps."""


async def catch_up(
    runtime: Runtime, hub: Hub, *, interval_seconds: float = INTERVAL_SECONDS
) -> None:
    """Publish the state of watched jobs that changed recently, unless it was published already."""
    floors: deque[int] = deque(maxlen=_LOOK_BACK)
    while True:
        try:
            async with runtime.begin() as uow:
                jobs = JobRepository(uow.session)
                # Read it without watchers too: a later watcher needs no events older than a few intervals.
                newest = await jobs.newest_event_id()
                is_needed = bool(floors) and any(_watched(hub.topics))
                changed = await jobs.changed_since(floors[0]) if is_needed else []
            for start in range(0, len(changed), _PAGE):
                await _repeat(runtime, hub, changed[start : start + _PAGE])
        except (DatabaseError, OSError) as error:
            log.warning("catch_up.failed", error=type(error).__name__)
        else:
            floors.append(newest)
        await asyncio.sleep(interval_seconds)


async def _repeat(runtime: Runtime, hub: Hub, ids: Sequence[int]) -> None:
    """Publish the state of those of the jobs that are watched, unless it was published already."""
    owners, watched = _watched(hub.topics)
    async with runtime.begin() as uow:
        jobs = await JobRepository(uow.session).watched(ids, owner_ids=owners, watched_ids=watched)
        at = utcnow()
        frames = [JobChanged(user_id=job.user_id, job=state_frame(job, at=at)) for job in jobs]
    await hub.repeat(frames)


def _watched(topics: list[str]) -> tuple[list[UUID], list[int]]:
    owners: list[UUID] = []
    job_ids: list[int] = []
    for topic in topics:
        kind, _, name = topic.partition(":")
        if kind == "job":
            job_ids.append(int(name))
        elif kind == "jobs-of":
            owners.append(UUID(name))
    return owners, job_ids
