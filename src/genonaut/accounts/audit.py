"""What is written down of acts that matter for security, and who is acting."""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

import msgspec
from sqlalchemy import CursorResult, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.accounts.identity import Identity
from genonaut.accounts.tables import AuditEntry

NOTED_AGAIN_AFTER = timedelta(hours=1)
"""An administrator who looks at one item for an hour makes one entry, not one per thumbnail."""
_PRUNED_AT_ONCE = 10_000


class Actor(msgspec.Struct, frozen=True):
    """On whose behalf the code runs."""

    identity: Identity | None
    via: str
    address: str | None

    @property
    def user_id(self) -> UUID | None:
        """Return the user, if one is known."""
        return None if self.identity is None else self.identity.user_id


SYSTEM = Actor(None, "system", None)
# Set where a request, a websocket or a command begins, as the request id is for the log: the
# signatures of every service in between need not carry who looks over their shoulder.
_actor: ContextVar[Actor] = ContextVar("actor", default=SYSTEM)


@contextlib.contextmanager
def acting_as(actor: Actor) -> Iterator[None]:
    """Attribute the entries that are made within the block."""
    token = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(token)


class AuditLog:
    """Adds entries to the caller's transaction: an act that is rolled back leaves none."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def record(
        self,
        kind: str,
        subject: str | None = None,
        *,
        by: UUID | None = None,
        **detail: Any,  # noqa: ANN401 - JSON
    ) -> None:
        """Write one entry.

        Args:
            kind: what happened, as in ``login.failed``.
            subject: ``kind:id`` of what it was done to.
            by: the actor, when it became known only during the act.
            detail: JSON values; never a password, a token or a key.
        """
        actor = _actor.get()
        entry = insert(AuditEntry).values(
            kind=kind,
            actor_id=by or actor.user_id,
            via=actor.via,
            subject=subject,
            address=actor.address,
            detail=detail,
        )
        await self._session.execute(entry)

    async def note_foreign_look(self, subject: str, *, owner_id: UUID | None) -> None:
        """Write down that somebody looks at what is not theirs; once an hour for each item.

        Nothing is written for the owner (None: everybody's), nor for the system itself.
        """
        actor = _actor.get()
        if actor.user_id is None or actor.user_id == owner_id:
            return
        kind = "foreign.read"
        lately = select(AuditEntry.id).where(
            AuditEntry.actor_id == actor.user_id,
            AuditEntry.kind == kind,
            AuditEntry.subject == subject,
            AuditEntry.at > func.clock_timestamp() - NOTED_AGAIN_AFTER,
        )
        if not await self._session.scalar(select(lately.exists())):
            await self.record(kind, subject, owner_id=owner_id and str(owner_id))

    async def prune(self, *, older_than: timedelta) -> int:
        """Delete old entries, at most 10,000 at a time; returns how many."""
        old = (
            select(AuditEntry.id)
            .where(AuditEntry.at < func.clock_timestamp() - older_than)
            .limit(_PRUNED_AT_ONCE)
        )
        gone = await self._session.execute(delete(AuditEntry).where(AuditEntry.id.in_(old)))
        return cast(CursorResult[Any], gone).rowcount
