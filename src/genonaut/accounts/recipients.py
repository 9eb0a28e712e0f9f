"""Who may be told something, and what of it they want to hear."""

from collections.abc import AsyncIterator, Sequence
from uuid import UUID

import msgspec
from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.accounts.preferences import Preferences, read_preferences
from genonaut.accounts.tables import User

CAN_BE_TOLD = (User.is_active, User.deleted_at.is_(None))
_AT_ONCE = 1_000
# Put together once: asked at the end of every submission.
_PREFERENCES = select(User.preferences).where(User.id == bindparam("user_id"), *CAN_BE_TOLD)


class Recipient(msgspec.Struct, frozen=True):
    """Somebody with an account, and what they like at this moment."""

    user_id: UUID
    preferences: Preferences


async def find_recipient(session: AsyncSession, user_id: UUID) -> Recipient | None:
    """Return one user; None when deleted, deactivated or never there."""
    stored = await session.scalar(_PREFERENCES, {"user_id": user_id})
    return None if stored is None else Recipient(user_id, read_preferences(stored))


async def all_recipients(session: AsyncSession) -> AsyncIterator[Sequence[Recipient]]:
    """Yield everybody, 1,000 at a time."""
    query = select(User.id, User.preferences).where(*CAN_BE_TOLD).order_by(User.id)
    last: UUID | None = None
    while True:
        rest = query if last is None else query.where(User.id > last)
        rows = (await session.execute(rest.limit(_AT_ONCE))).all()
        if not rows:
            return
        yield [Recipient(row.id, read_preferences(row.preferences)) for row in rows]
        last = rows[-1].id
