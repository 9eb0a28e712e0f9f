"""Bringing two transactions to where one waits for the other."""

from collections.abc import Awaitable, Callable

from sqlalchemy import text

from genonaut.runtime import Runtime

_WAITING = text(
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE wait_event_type = 'Lock' AND datname = current_database()"
)


def that_many_wait(runtime: Runtime, number: int = 1) -> Callable[[], Awaitable[bool]]:
    """Return a question whether so many sessions of this database wait for a lock."""

    async def look() -> bool:
        async with runtime.begin() as uow:
            return int(await uow.session.scalar(_WAITING) or 0) >= number

    return look
