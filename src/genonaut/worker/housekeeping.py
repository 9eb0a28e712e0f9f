"""What is tidied up once in a while, by whichever worker comes to it first."""

import asyncio

import structlog
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from genonaut.accounts.retention import prune_accounts
from genonaut.content.cleanup import clean_up
from genonaut.core.backoff import jittered
from genonaut.core.errors import GenonautError
from genonaut.notifications.retention import prune_notifications
from genonaut.runtime import Runtime

log = structlog.get_logger()
INTERVAL_SECONDS = 3600.0
_FIRST_AFTER_SECONDS = 60.0


async def keep_house(
    runtime: Runtime,
    *,
    first_after_seconds: float = _FIRST_AFTER_SECONDS,
    interval_seconds: float = INTERVAL_SECONDS,
) -> None:
    """Tidy up about once an hour, until cancelled; workers that started together drift apart."""
    pause = first_after_seconds
    while True:
        await asyncio.sleep(jittered(pause))
        pause = interval_seconds
        await tidy(runtime)


async def tidy(runtime: Runtime) -> None:
    """Do every chore once; one that fails is logged and does not keep the others."""
    for chore in (_accounts, _content, _notifications):
        try:
            await chore(runtime)
        except (SQLAlchemyError, RedisError, OSError, GenonautError) as error:
            log.warning("housekeeping.failed", chore=chore.__name__, error=type(error).__name__)


async def _accounts(runtime: Runtime) -> None:
    async with runtime.begin() as uow:
        gone = await prune_accounts(uow, runtime.settings.auth)
    if gone:
        log.info("accounts.pruned", rows=gone)


async def _content(runtime: Runtime) -> None:
    await clean_up(runtime)


async def _notifications(runtime: Runtime) -> None:
    settings = runtime.settings
    async with runtime.begin() as uow:
        gone = await prune_notifications(uow, settings.notifications, settings.webhooks)
    if gone:
        log.info("notifications.pruned", rows=gone)
