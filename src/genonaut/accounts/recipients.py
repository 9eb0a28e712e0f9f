"""Users who can receive notifications, and their preferences."""

from collections.abc import AsyncIterator, Sequence
from uuid import UUID

import msgspec
from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.accounts.preferences import Preferences, read_preferences
from genonaut.accounts.tables import Role, User
from genonaut.db.fast_work import Transaction
from genonaut.db.statement import Statement

IS_ENABLED = (User.is_active, User.deleted_at.is_(None))
_AT_ONCE = 1_000
# Built once: executed at the end of every submission.
_PREFERENCES = Statement(
    select(User.preferences).where(User.id == bindparam("user_id"), *IS_ENABLED)
)


class Recipient(msgspec.Struct, frozen=True):
    """A user and the current preferences."""

    user_id: UUID
    preferences: Preferences


async def find_recipient(uow: Transaction, user_id: UUID) -> Recipient | None:
    """Return one user; None when unknown, deleted or deactivated."""
    rows = await uow.fetch(_PREFERENCES, user_id=user_id)
    return Recipient(user_id, read_preferences(rows[0][0])) if rows else None


async def administrators(session: AsyncSession) -> Sequence[Recipient]:
    """Return the enabled administrators."""
    query = select(User.id, User.preferences).where(*IS_ENABLED, User.role == Role.ADMIN)
    rows = (await session.execute(query.order_by(User.id))).all()
    return [Recipient(row.id, read_preferences(row.preferences)) for row in rows]


async def all_recipients(session: AsyncSession) -> AsyncIterator[Sequence[Recipient]]:
    """Yield all users in chunks of 1,000."""
    query = select(User.id, User.preferences).where(*IS_ENABLED).order_by(User.id)
    last: UUID | None = None
    while True:
        rest = query if last is None else query.where(User.id > last)
        rows = (await session.execute(rest.limit(_AT_ONCE))).all()
        if not rows:
            return
        yield [Recipient(row.id, read_preferences(row.preferences)) for row in rows]
        last = rows[-1].id
