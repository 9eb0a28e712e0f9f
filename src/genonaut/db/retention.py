"""Rows that have passed their retention: one condition, to count them and to delete them."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import msgspec
from sqlalchemy import (
    Column,
    ColumnElement,
    CursorResult,
    Table,
    and_,
    delete,
    func,
    literal,
    select,
    true,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncSession

Prepare = Callable[[AsyncSession, Sequence[Any]], Awaitable[None]]


class Expired(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule selects; the times are None if it selects nothing."""

    name: str
    setting: str
    count: int
    size_bytes: int
    oldest: datetime | None
    newest: datetime | None


@dataclass(frozen=True, kw_only=True)
class ExpiredRows:
    """The rows of one table that a setting lets expire."""

    name: str
    """Name of the rule, for users."""
    setting: str
    table: Table
    condition: ColumnElement[bool]
    at: ColumnElement[datetime | None]
    """What the age is counted from."""
    size: ColumnElement[int] | None = None
    """Bytes of a row's files; None: rows without files."""
    prepare: Prepare | None = None
    """Called with the keys before the rows are deleted, to lock other rows first."""

    async def preview(self, session: AsyncSession) -> Expired:
        """Count the rows without changing them."""
        size = literal(0) if self.size is None else func.coalesce(func.sum(self.size), 0)
        query = select(func.count(), size, func.min(self.at), func.max(self.at))
        found = await session.execute(query.select_from(self.table).where(self.condition))
        count, size_bytes, oldest, newest = found.one()
        return Expired(
            name=self.name,
            setting=self.setting,
            count=count,
            size_bytes=int(size_bytes),
            oldest=oldest,
            newest=newest,
        )

    async def delete(self, session: AsyncSession, *, limit: int) -> int:
        """Delete at most ``limit`` rows, without those that are locked; returns their number."""
        key = list(self.table.primary_key.columns)
        chosen = select(*key).where(self.condition).limit(limit).with_for_update(skip_locked=True)
        rows = [tuple(row) for row in (await session.execute(chosen)).all()]
        if not rows:
            return 0
        if self.prepare is not None:
            await self.prepare(session, [row[0] for row in rows])
        deleted = await session.execute(delete(self.table).where(tuple_(*key).in_(rows)))
        return cast(CursorResult[Any], deleted).rowcount


def older_than(
    after: timedelta,
    column: Column[Any],
    *,
    name: str,
    setting: str,
    only: ColumnElement[bool] | None = None,
    prepare: Prepare | None = None,
) -> list[ExpiredRows]:
    """Return the rule for the rows whose time in a column is further back than a setting allows.

    Args:
        after: age at which a row expires; 0: no rule, the rows are kept.
        column: the time that the age is counted from; rows in which it is null are kept.
        name: name of the rule, for users.
        setting: name of the setting.
        only: a further condition.
        prepare: see `ExpiredRows.prepare`.
    """
    if not after:
        return []
    return [
        ExpiredRows(
            name=name,
            setting=setting,
            table=column.table,
            condition=and_(true() if only is None else only, column < func.now() - after),
            at=column,
            prepare=prepare,
        )
    ]


def table_of(row: Any) -> Table:  # noqa: ANN401  # a declarative class
    """Return the table of a row class."""
    return cast(Table, row.__table__)
