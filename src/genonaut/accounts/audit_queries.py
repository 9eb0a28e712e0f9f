"""Queries on the audit log."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, func, select

from genonaut.accounts.tables import AuditEntry
from genonaut.core.ids import Id
from genonaut.core.pagination import (
    COUNTED_UP_TO,
    Position,
    Slice,
    bounded_total,
    decode_cursor,
    encode_cursor,
)
from genonaut.db import UnitOfWork


class _Position(Position, frozen=True, tag="audit"):
    """Where the next page starts."""

    entry_id: Id


class AuditFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Filter of audit entries; None matches all."""

    kind: str | None = None
    actor_id: UUID | None = None
    subject: str | None = None
    since: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the filter as SQL."""
        found: list[ColumnElement[bool]] = []
        if self.kind is not None:
            found.append(AuditEntry.kind == self.kind)
        if self.actor_id is not None:
            found.append(AuditEntry.actor_id == self.actor_id)
        if self.subject is not None:
            found.append(AuditEntry.subject == self.subject)
        if self.since is not None:
            found.append(AuditEntry.at >= self.since)
        return found


class AuditQueries:
    """Lists audit entries."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._session = uow.session

    async def page(
        self, wanted: AuditFilter, *, cursor: str | None, limit: int
    ) -> Slice[AuditEntry]:
        """Return one page, newest first; the first page has the total.

        Raises:
            InvalidInputError: the cursor does not belong to this list.
        """
        query = select(AuditEntry).where(*wanted.conditions()).order_by(AuditEntry.id.desc())
        if cursor is not None:
            query = query.where(AuditEntry.id < decode_cursor(cursor, _Position).entry_id)
        rows = (await self._session.scalars(query.limit(limit + 1))).all()
        shown = rows[:limit]
        following = encode_cursor(_Position(shown[-1].id)) if len(rows) > limit else None
        total = None if cursor is not None else await self._total(wanted)
        return Slice(shown, following, total)

    async def _total(self, wanted: AuditFilter) -> int | None:
        limited = select(AuditEntry.id).where(*wanted.conditions()).limit(COUNTED_UP_TO + 1)
        counted = select(func.count()).select_from(limited.subquery())
        return bounded_total(await self._session.scalar(counted) or 0)
