"""Queries on the audit log."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, String, Text, cast, literal, or_, select

from genonaut.accounts.audit_sentences import Mentioned, NamedKey, Names, sentence_of
from genonaut.accounts.tables import ApiKey, AuditEntry, User
from genonaut.core.ids import Id
from genonaut.core.pagination import (
    Position,
    Slice,
    bounded_total,
    decode_cursor,
    encode_cursor,
)
from genonaut.db import UnitOfWork
from genonaut.db.counting import bounded_count


class _Position(Position, frozen=True, tag="audit"):
    """Where the next page starts."""

    entry_id: Id


class AuditFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Filter of audit entries; None matches all."""

    kind: str | None = None
    actor_id: UUID | None = None
    subject: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    search: str | None = None
    """Part of the kind, the subject, the address, the details or a user's name."""

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
        if self.until is not None:
            found.append(AuditEntry.at <= self.until)
        if self.search:
            found.append(_contains(self.search))
        return found


def _contains(text: str) -> ColumnElement[bool]:
    named = select(User.id).where(User.username.icontains(text, autoescape=True))
    subjects = select(literal("user:").concat(cast(User.id, String))).where(
        User.username.icontains(text, autoescape=True)
    )
    texts = (
        AuditEntry.kind,
        AuditEntry.subject,
        AuditEntry.address,
        cast(AuditEntry.detail, Text),
    )
    return or_(
        *(column.icontains(text, autoescape=True) for column in texts),
        AuditEntry.actor_id.in_(named),
        AuditEntry.subject.in_(subjects),
    )


class ReadableEntry(msgspec.Struct, frozen=True):
    """An entry with the name of its actor, and what it says as a sentence."""

    entry: AuditEntry
    actor: str | None
    summary: str


class AuditQueries:
    """Lists audit entries, as readers understand them."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._session = uow.session

    async def page(
        self, wanted: AuditFilter, *, cursor: str | None, limit: int
    ) -> Slice[ReadableEntry]:
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
        return Slice(await self._readable(shown), following, total)

    async def _readable(self, entries: Sequence[AuditEntry]) -> list[ReadableEntry]:
        said = [
            Mentioned(one.kind, one.via, one.actor_id, one.subject, one.detail) for one in entries
        ]
        names = await self._names(said)
        return [
            ReadableEntry(
                entry,
                None if entry.actor_id is None else names.users.get(entry.actor_id),
                sentence_of(one, names),
            )
            for entry, one in zip(entries, said, strict=True)
        ]

    async def _names(self, entries: Sequence[Mentioned]) -> Names:
        key_ids = {one.key_id for one in entries} - {None}
        query = select(ApiKey.id, ApiKey.name, ApiKey.user_id).where(ApiKey.id.in_(key_ids))
        keys = {row[0]: NamedKey(row[1], row[2]) for row in await self._session.execute(query)}
        ids = {key.owner_id for key in keys.values()}
        for one in entries:
            named = (one.actor_id, one.user_id, one.owner_id, one.other_id)
            ids |= {found for found in named if found}
        users = select(User.id, User.username).where(User.id.in_(ids))
        return Names(dict((await self._session.execute(users)).all()), keys)

    async def _total(self, wanted: AuditFilter) -> int | None:
        query = select(AuditEntry.id).where(*wanted.conditions())
        return bounded_total(await bounded_count(self._session, query))
