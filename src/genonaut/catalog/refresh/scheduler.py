"""Check periodically, in every worker, whether a refresh or hashing is due, and send its task."""

import asyncio
from datetime import timedelta

import structlog
from redis.exceptions import RedisError

from genonaut.catalog.messages import HashModels, RefreshModels
from genonaut.catalog.refresh.hashing_task import has_backlog
from genonaut.catalog.refresh.requests import RefreshRequests
from genonaut.core.messages import Task
from genonaut.db import DatabaseError
from genonaut.runtime import Runtime

log = structlog.get_logger()
# Files that are still being written cannot be hashed; they must not be tried at every check.
_CHECKS_PER_HASHING = 6


async def schedule_catalog_tasks(runtime: Runtime) -> None:
    """Send the tasks that are due, until cancelled.

    The first check is immediate: a refresh that was due and hashing that was interrupted when the last
    worker stopped are resumed.
    """
    checks = 0
    while True:
        try:
            await runtime.queue.send_all(await _due(runtime, checks))
        except (DatabaseError, RedisError, OSError) as error:
            log.warning("catalog.check_failed", error=type(error).__name__)
        checks += 1
        await asyncio.sleep(runtime.settings.catalog.check_seconds)


async def _due(runtime: Runtime, checks: int) -> list[Task]:
    settings = runtime.settings.catalog
    due: list[Task] = []
    async with runtime.begin() as uow:
        if await RefreshRequests(uow).is_due(timedelta(minutes=settings.refresh_minutes)):
            due.append(RefreshModels())
        may_hash = settings.is_hashing_enabled and checks % _CHECKS_PER_HASHING == 0
        if may_hash and await has_backlog(uow):
            due.append(HashModels())
    return due
