"""Looks, in every worker, whether there is something to refresh or to hash, and sends the task."""

import asyncio
from datetime import timedelta

import structlog
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from genonaut.catalog.messages import HashModels, RefreshModels
from genonaut.catalog.refresh.hashing_task import has_backlog
from genonaut.catalog.refresh.requests import RefreshRequests
from genonaut.core.messages import Task
from genonaut.runtime import Runtime

log = structlog.get_logger()
# What cannot be hashed, as it is still written to, must not be tried at every look.
_LOOKS_PER_HASHING = 6


async def keep_catalog(runtime: Runtime) -> None:
    """Send tasks for whatever is due, until cancelled.

    The first look comes at once: a refresh that was due, and hashing that was under way, when the
    last worker stopped go on.
    """
    looks = 0
    while True:
        try:
            await runtime.queue.send_all(await _due(runtime, looks))
        except (SQLAlchemyError, RedisError, OSError) as error:
            log.warning("catalog.look_failed", error=type(error).__name__)
        looks += 1
        await asyncio.sleep(runtime.settings.catalog.check_seconds)


async def _due(runtime: Runtime, looks: int) -> list[Task]:
    settings = runtime.settings.catalog
    due: list[Task] = []
    async with runtime.begin() as uow:
        if await RefreshRequests(uow).is_due(timedelta(minutes=settings.refresh_minutes)):
            due.append(RefreshModels())
        may_hash = settings.is_hashing_enabled and looks % _LOOKS_PER_HASHING == 0
        if may_hash and await has_backlog(uow):
            due.append(HashModels())
    return due
