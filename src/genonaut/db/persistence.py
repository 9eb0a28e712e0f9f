"""Repeat a unit of work when the database is away or another transaction was preferred."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from genonaut.core.backoff import Backoff

log = structlog.get_logger()
T = TypeVar("T")
_LONGEST_PAUSE_SECONDS = 2.0
_DISCONNECT_STATES = ("08", "25006", "53", "57P01", "57P02", "57P03")
"""Connection errors, read-only transaction (a standby, or a server with a full disk), insufficient
resources, shutdown, startup.

Source: PostgreSQL manual, appendix A. asyncpg raises those of a refused connection as plain errors.
"""
_CONFLICT_STATES = ("40", "55P03")
"""Deadlock victim, serialisation failure, or lock not available."""


def is_disconnect(error: BaseException) -> bool:
    """Return whether the database was unreachable or unable to serve, not the statement wrong."""
    if isinstance(error, InterfaceError | OperationalError | PoolTimeoutError | OSError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    return error.connection_invalidated or _sqlstate(error).startswith(_DISCONNECT_STATES)


def is_lock_conflict(error: BaseException) -> bool:
    """Return whether the transaction lost a lock conflict; a repetition may succeed."""
    return isinstance(error, DBAPIError) and _sqlstate(error).startswith(_CONFLICT_STATES)


def _sqlstate(error: DBAPIError) -> str:
    return getattr(error.orig, "sqlstate", None) or ""


async def retry_on_disconnect(
    act: Callable[[], Awaitable[T]], *, should_go_on: Callable[[], bool], name: str
) -> T:
    """Return the result of ``act``; repeat it after a disconnect or a lock conflict.

    ``act`` must be safe to repeat after a COMMIT whose acknowledgement was lost.

    Args:
        act: runs one unit of work.
        should_go_on: checked after each failure; when False, the error is raised.
        name: names the work in the log.
    """
    backoff = Backoff(first=0.05, longest=_LONGEST_PAUSE_SECONDS)
    while True:
        try:
            return await act()
        except (DBAPIError, PoolTimeoutError, OSError) as error:
            if not (is_disconnect(error) or is_lock_conflict(error)) or not should_go_on():
                raise
            log.warning("database.away", during=name, error=type(error).__name__)
        await asyncio.sleep(backoff.next_seconds())
