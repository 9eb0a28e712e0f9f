"""Count rows for the totals of lists."""

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.core.pagination import COUNTED_UP_TO


async def bounded_count(session: AsyncSession, query: Select[Any]) -> int:
    """Return the number of rows of a query, counted up to 10,001."""
    limited = query.limit(COUNTED_UP_TO + 1).subquery()
    return await session.scalar(select(func.count()).select_from(limited)) or 0
