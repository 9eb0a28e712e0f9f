"""Hourly maintenance; any worker may do it."""

import asyncio

import structlog
from redis.exceptions import RedisError

from genonaut.content.cleanup import clean_up
from genonaut.content.thumbnails import rebuild_due_thumbnails
from genonaut.content.verification import verify_files
from genonaut.core.backoff import jittered
from genonaut.core.errors import GenonautError
from genonaut.db import DatabaseError
from genonaut.monitoring.retention import apply_all_retention
from genonaut.runtime import Runtime
from genonaut.uploads.cleanup import clean_up_uploads
from genonaut.uploads.verification import verify_uploads

log = structlog.get_logger()
INTERVAL_SECONDS = 3600.0
_FIRST_AFTER_SECONDS = 60.0


async def run_housekeeping(
    runtime: Runtime,
    *,
    first_after_seconds: float = _FIRST_AFTER_SECONDS,
    interval_seconds: float = INTERVAL_SECONDS,
) -> None:
    """Do the maintenance about once an hour until cancelled; jitter spreads the workers."""
    pause = first_after_seconds
    while True:
        await asyncio.sleep(jittered(pause))
        pause = interval_seconds
        await do_maintenance(runtime)


async def do_maintenance(runtime: Runtime) -> None:
    """Do every maintenance task once; a failure is logged and does not stop the others."""
    for clean in (_retention, _content, _uploads, _thumbnails, _files, _upload_files):
        try:
            await clean(runtime)
        except (DatabaseError, RedisError, OSError, GenonautError) as error:
            log.warning(
                "housekeeping.failed", task=clean.__name__.strip("_"), error=type(error).__name__
            )


async def _content(runtime: Runtime) -> None:
    await clean_up(runtime)


async def _uploads(runtime: Runtime) -> None:
    await clean_up_uploads(runtime)


async def _thumbnails(runtime: Runtime) -> None:
    await rebuild_due_thumbnails(runtime)


async def _files(runtime: Runtime) -> None:
    await verify_files(runtime)


async def _upload_files(runtime: Runtime) -> None:
    await verify_uploads(runtime)


async def _retention(runtime: Runtime) -> None:
    await apply_all_retention(runtime)
