"""The audit log of security-relevant actions, and who performs them."""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.accounts.identity import Identity
from genonaut.accounts.tables import AuditEntry

READ_RECORDED_AGAIN_AFTER = timedelta(hours=1)
"""Repeated reads of one object make one entry per hour, not one per thumbnail."""
_PRUNED_AT_ONCE = 10_000


class Actor(msgspec.Struct, frozen=True):
    """The user or program on whose behalf the code runs."""

    identity: Identity | None
    via: str
    address: str | None

    @property
    def user_id(self) -> UUID | None:
        """Return the id of the user; None when no user is known."""
        return None if self.identity is None else self.identity.user_id


SYSTEM = Actor(None, "system", None)
# Set where a request, a websocket or a command starts, like the request id of the log, so that
# services need no parameter for it.
_actor: ContextVar[Actor] = ContextVar("actor", default=SYSTEM)


@contextlib.contextmanager
def acting_as(actor: Actor) -> Iterator[None]:
    """Attribute the audit entries of the block to an actor."""
    token = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(token)


def is_foreign(owner_id: UUID | None) -> bool:
    """Return whether the actor is a user other than ``owner_id`` (None: all users).

    Then what the actor does with the object must be recorded.
    """
    actor = _actor.get()
    return actor.user_id is not None and actor.user_id != owner_id


class AuditLog:
    """Adds entries to the caller's transaction: an action that is rolled back leaves no entry."""

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
            kind: what happened, such as ``login.failed``.
            subject: ``kind:id`` of the affected object.
            by: the actor, when it became known only during the action.
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

    async def record_foreign_read(self, subject: str, *, owner_id: UUID | None) -> None:
        """Record that a user reads an object of another user; once per hour and object.

        Nothing is recorded for the owner and for the system. ``owner_id`` None: of all users.
        """
        actor = _actor.get()
        if not is_foreign(owner_id):
            return
        kind = "foreign.read"
        recent = select(AuditEntry.id).where(
            AuditEntry.actor_id == actor.user_id,
            AuditEntry.kind == kind,
            AuditEntry.subject == subject,
            AuditEntry.at > func.clock_timestamp() - READ_RECORDED_AGAIN_AFTER,
        )
        if not await self._session.scalar(select(recent.exists())):
            await self.record(kind, subject, owner_id=owner_id and str(owner_id))
