"""Finish a unit of work although the database goes away for a while."""

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
_AWAY = ("08", "25006", "53", "57P01", "57P02", "57P03")
"""Connection exceptions, read-only (a standby, or so set while its disk is full), insufficient
resources, shutting down, starting up.

Source: PostgreSQL manual, appendix A. asyncpg raises those of a refused connection as plain errors.
"""
_GAVE_WAY = ("40", "55P03")
"""Rolled back in favour of another transaction (deadlock, serialisation), or a lock not had."""


def is_connection_trouble(error: BaseException) -> bool:
    """Tell whether the database was away, as opposed to refusing the statement."""
    if isinstance(error, InterfaceError | OperationalError | PoolTimeoutError | OSError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    return error.connection_invalidated or _sqlstate(error).startswith(_AWAY)


def is_lock_conflict(error: BaseException) -> bool:
    """Tell whether the transaction was undone in favour of another one; again it may well succeed."""
    return isinstance(error, DBAPIError) and _sqlstate(error).startswith(_GAVE_WAY)


def _sqlstate(error: DBAPIError) -> str:
    return getattr(error.orig, "sqlstate", None) or ""


async def retry_on_disconnect(
    act: Callable[[], Awaitable[T]], *, should_go_on: Callable[[], bool], name: str
) -> T:
    """Return what ``act`` returns, trying again while the database is away or prefers another.

    ``act`` must be safe to run after a COMMIT whose acknowledgement was lost. The last error is
    raised once ``should_go_on`` says no.
    """
    backoff = Backoff(first=0.05, longest=_LONGEST_PAUSE_SECONDS)
    while True:
        try:
            return await act()
        except (DBAPIError, PoolTimeoutError, OSError) as error:
            if not (is_connection_trouble(error) or is_lock_conflict(error)) or not should_go_on():
                raise
            log.warning("database.away", during=name, error=type(error).__name__)
        await asyncio.sleep(backoff.next_seconds())
