"""Pages of users with their usage."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from genonaut.accounts.repository import UserFilter, UserRepository
from genonaut.accounts.tables import User
from genonaut.core.errors import NotFoundError
from genonaut.core.pagination import (
    CursorText,
    Position,
    Slice,
    bounded_total,
    decode_cursor,
    encode_cursor,
)
from genonaut.db import UnitOfWork
from genonaut.jobs.usage.repository import Usage, UsagePosition, UsageRepository, UsageSort


class _Cursor(Position, frozen=True):
    """Content of a cursor: the last user of a page."""

    list: Literal["usage"]
    sort: UsageSort
    text: CursorText
    number: Annotated[float, Meta(ge=0, le=1e18)]
    user_id: UUID


class UserUsage(msgspec.Struct, frozen=True):
    """A user with what they have used."""

    user: User
    usage: Usage


class UsageService:
    """Reads the usage of users, for administrators."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._users = UserRepository(uow.session)
        self._usage = UsageRepository(uow.session)

    async def page(
        self, wanted: UserFilter, *, sort: UsageSort, cursor: str | None, limit: int
    ) -> Slice[UserUsage]:
        """Return one page; the first page has the total.

        Raises:
            InvalidInputError: the cursor is invalid or belongs to another sort order.
        """
        after = None if cursor is None else _position_of(cursor, sort)
        rows = await self._usage.page(wanted, sort=sort, after=after, limit=limit + 1)
        shown = rows[:limit]
        following = None
        if len(rows) > limit:
            user, _, value = shown[-1]
            text, number = (value, 0.0) if isinstance(value, str) else ("", value)
            following = encode_cursor(_Cursor("usage", sort, text, number, user.id))
        total = bounded_total(await self._users.count(wanted)) if after is None else None
        return Slice([UserUsage(user, usage) for user, usage, _ in shown], following, total)

    async def get(self, user_id: UUID) -> UserUsage:
        """Return one user.

        Raises:
            NotFoundError: the user does not exist or was deleted.
        """
        user = await self._users.find(user_id)
        if user is None:
            raise NotFoundError(f"no user {user_id}")
        return UserUsage(user, await self._usage.of_user(user_id))


def _position_of(cursor: str, sort: UsageSort) -> UsagePosition:
    position = decode_cursor(cursor, _Cursor)
    if position.sort != sort:
        decode_cursor("", _Cursor)
    value = position.text if sort == "username" else position.number
    return UsagePosition(value, position.user_id)
