"""Wait until a transaction waits for a lock."""

from collections.abc import Awaitable, Callable

from sqlalchemy import text

from genonaut.db import UnitOfWork
from genonaut.runtime import Runtime

_WHO_WAITS = "FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
_WAITING = text(f"SELECT count(*) {_WHO_WAITS}")
_END = text(f"SELECT pg_terminate_backend(pid) {_WHO_WAITS}")


def sessions_waiting(runtime: Runtime, number: int = 1) -> Callable[[], Awaitable[bool]]:
    """Return a condition: at least ``number`` sessions of this database wait for a lock."""

    async def look() -> bool:
        async with runtime.begin() as uow:
            return int(await uow.session.scalar(_WAITING) or 0) >= number

    return look


async def terminate_waiting_sessions(uow: UnitOfWork) -> None:
    """Terminate the sessions of this database that wait for a lock."""
    await uow.session.execute(_END)
