"""Queries on users; no rules, no commit."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.accounts.tables import ExternalIdentity, Role, User
from genonaut.db.advisory_locks import AdvisoryLock, lock_transaction
from genonaut.db.counting import bounded_count

_NOT_DELETED = User.deleted_at.is_(None)
HAS_LOGIN = or_(
    User.password_hash.is_not(None), exists().where(ExternalIdentity.user_id == User.id)
)
"""Condition: the user has a password, or another system logs the user in."""
ADMIN_WITH_LOGIN = (User.role == Role.ADMIN, User.is_active, HAS_LOGIN, _NOT_DELETED)
"""Condition: an active administrator who can log in."""


class UserFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Filter of users; None matches all."""

    search: str | None = None
    role: Role | None = None
    is_active: bool | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the filter as SQL."""
        found: list[ColumnElement[bool]] = [_NOT_DELETED]
        if self.search:
            found.append(
                User.username.icontains(self.search, autoescape=True)
                | User.email.icontains(self.search, autoescape=True)
            )
        if self.role is not None:
            found.append(User.role == self.role)
        if self.is_active is not None:
            found.append(User.is_active.is_(self.is_active))
        return found


class UserRepository:
    """Reads users; deleted ones are found by username only, because it stays reserved."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, user_id: UUID, *, lock: bool = False) -> User | None:
        """Return a user; ``lock`` locks the row until the commit and reads it again."""
        query = select(User).where(User.id == user_id, _NOT_DELETED)
        if lock:
            # KEY SHARE permits concurrent inserts of rows that refer to the user. Without it a
            # transaction that inserts one, such as an audit entry, could deadlock with this one.
            query = query.with_for_update(key_share=True)
            query = query.execution_options(populate_existing=True)
        return await self._session.scalar(query)

    async def by_username(self, username: str) -> User | None:
        """Return the user with this name, regardless of case; also a deleted one."""
        return await self._session.scalar(
            select(User).where(func.lower(User.username) == username.lower())
        )

    async def local(self, username: str) -> User | None:
        """Return the row that single-user mode acts as.

        A row without the mark ``is_local`` is found by the configured name, unless it has a password.
        """
        marked = await self._session.scalar(select(User).where(User.is_local, _NOT_DELETED))
        if marked is not None:
            return marked
        named = await self.by_username(username)
        is_taken = named is None or named.password_hash is not None or named.deleted_at is not None
        return None if is_taken else named

    async def page(self, wanted: UserFilter, *, after: str | None, limit: int) -> Sequence[User]:
        """Return users in the order of their names, after the name ``after``."""
        name = func.lower(User.username)
        query = select(User).where(*wanted.conditions()).order_by(name).limit(limit)
        if after is not None:
            query = query.where(name > after)
        return (await self._session.scalars(query)).all()

    async def count(self, wanted: UserFilter) -> int:
        """Return the number of users, counted up to 10,001."""
        query = select(User.id).where(*wanted.conditions())
        return await bounded_count(self._session, query)

    async def lock_administration(self) -> None:
        """Keep other transactions from adding or removing administrators until this one ends."""
        await lock_transaction(self._session, AdvisoryLock.ADMINISTRATORS)

    async def has_login(self, user_id: UUID) -> bool:
        """Return whether the user has a password or is logged in by another system."""
        query = select(User.id).where(User.id == user_id, HAS_LOGIN)
        return bool(await self._session.scalar(select(query.exists())))

    async def has_admin_with_login(self, *, besides: UUID | None = None) -> bool:
        """Return whether an administrator other than ``besides`` can log in."""
        query = select(User.id).where(*ADMIN_WITH_LOGIN)
        if besides is not None:
            query = query.where(User.id != besides)
        return bool(await self._session.scalar(select(query.exists())))
