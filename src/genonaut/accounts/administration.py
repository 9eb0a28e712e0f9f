"""Changes to accounts, by administrators and by their owners."""

from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType
from sqlalchemy.exc import IntegrityError

from genonaut.accounts.audit import AuditLog
from genonaut.accounts.keys import ApiKeyService
from genonaut.accounts.messages import AccessChanged
from genonaut.accounts.preferences import Preferences
from genonaut.accounts.repository import UserFilter, UserRepository
from genonaut.accounts.sessions import SessionService
from genonaut.accounts.tables import Role, User
from genonaut.config.settings import AuthSettings
from genonaut.core.clock import utcnow
from genonaut.core.errors import ConflictError, NotFoundError
from genonaut.core.pagination import (
    CursorText,
    Position,
    Slice,
    bounded_total,
    decode_cursor,
    encode_cursor,
)
from genonaut.db import UnitOfWork


class _Position(Position, frozen=True, tag="users"):
    """Where the next page starts."""

    username: CursorText


class UserChange(msgspec.Struct, frozen=True, kw_only=True):
    """Changes to an account; omitted fields stay unchanged."""

    username: str | UnsetType = UNSET
    email: str | UnsetType | None = UNSET
    role: Role | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET
    password_hash: str | UnsetType = UNSET
    revoke_api_keys: bool = False


class UserService:
    """Changes accounts; deactivation and deletion take effect immediately."""

    def __init__(self, uow: UnitOfWork, settings: AuthSettings) -> None:
        self._uow = uow
        self._settings = settings
        self._users = UserRepository(uow.session)
        self._sessions = SessionService(uow, settings)
        self._audit = AuditLog(uow.session)

    async def get(self, user_id: UUID) -> User:
        """Return a user.

        Raises:
            NotFoundError: the user does not exist or was deleted.
        """
        user = await self._users.find(user_id)
        if user is None:
            raise NotFoundError(f"no user {user_id}")
        return user

    async def lock(self, user_id: UUID) -> User:
        """Return a user and lock the row until the commit.

        Raises:
            NotFoundError: the user does not exist or was deleted.
        """
        user = await self._users.find(user_id, lock=True)
        if user is None:
            raise NotFoundError(f"no user {user_id}")
        return user

    async def page(self, wanted: UserFilter, *, cursor: str | None, limit: int) -> Slice[User]:
        """Return one page in the order of usernames; the first page has the total.

        Raises:
            InvalidInputError: the cursor does not belong to this list.
        """
        after = None if cursor is None else decode_cursor(cursor, _Position).username
        rows = await self._users.page(wanted, after=after, limit=limit + 1)
        shown = rows[:limit]
        following = None
        if len(rows) > limit:
            following = encode_cursor(_Position(shown[-1].username.lower()))
        total = bounded_total(await self._users.count(wanted)) if after is None else None
        return Slice(shown, following, total)

    async def change(self, user_id: UUID, change: UserChange, *, keep: UUID | None = None) -> User:
        """Change an account.

        A new password ends every session except ``keep``. Deactivation ends all sessions and API keys.

        Raises:
            NotFoundError: the user does not exist.
            ConflictError: the username is taken, or no administrator would remain.
        """
        await self._users.lock_administration()
        user = await self.lock(user_id)
        loses_admin = change.role is Role.USER or change.is_active is False
        await self._require_other_admin(user, loses_admin=loses_admin)
        await self._rename(user, change.username)
        if change.email is not UNSET:
            user.email = change.email
        await self._set_role(user, change.role)
        if change.password_hash is not UNSET:
            await self.set_password(user, change.password_hash, keep=keep)
        if change.revoke_api_keys:
            await self.revoke_api_keys(user)
        if change.is_active is not UNSET and change.is_active != user.is_active:
            await self._set_active(user, change.is_active)
        await self._uow.session.flush()
        return user

    async def delete(self, user_id: UUID) -> None:
        """Delete an account; its username stays reserved, and its jobs and images are kept.

        Raises:
            NotFoundError: the user does not exist.
            ConflictError: no administrator would remain.
        """
        await self._users.lock_administration()
        user = await self.lock(user_id)
        await self._require_other_admin(user, loses_admin=True)
        await self._end_access(user)
        user.is_active, user.password_hash, user.email = False, None, None
        user.is_local = False  # frees the mark for another user of single-user mode
        user.deleted_at = utcnow()
        await self._audit.record("user.deleted", f"user:{user.id}")

    async def set_password(self, user: User, password_hash: str, *, keep: UUID | None) -> None:
        """Replace the password of a user; every session except ``keep`` ends."""
        user.password_hash = password_hash
        await self._sessions.end_all(user.id, besides=keep)
        await self._audit.record("password.changed", f"user:{user.id}")

    async def revoke_api_keys(self, user: User) -> None:
        """Revoke all API keys of a user."""
        count = await ApiKeyService(self._uow).revoke_all(user.id)
        if count:
            await self._audit.record("keys.revoked", f"user:{user.id}", count=count)

    async def set_preferences(self, user_id: UUID, preferences: Preferences) -> User:
        """Replace the preferences of a user.

        Raises:
            NotFoundError: the user does not exist.
        """
        user = await self.lock(user_id)
        user.preferences = msgspec.to_builtins(preferences)
        return user

    async def _rename(self, user: User, username: str | UnsetType) -> None:
        if username is UNSET or username == user.username:
            return
        named = await self._users.by_username(username)
        if named is not None and named.id != user.id:
            raise ConflictError(f"the username {username} is taken")
        user.username = username
        self._uow.publish(AccessChanged(user_id=user.id))  # identities contain the name
        try:
            await self._uow.session.flush()
        except IntegrityError as error:  # another transaction took the name meanwhile
            raise ConflictError(f"the username {username} is taken") from error

    async def _set_role(self, user: User, role: Role | UnsetType) -> None:
        if role is UNSET or role is user.role:
            return
        user.role = role
        # Sessions continue with the new role; open websockets have the old one and close.
        self._uow.publish(AccessChanged(user_id=user.id))
        await self._audit.record("role.changed", f"user:{user.id}", role=str(role))

    async def _set_active(self, user: User, is_active: bool) -> None:
        user.is_active = is_active
        if not is_active:
            await self._end_access(user)
        kind = "user.activated" if is_active else "user.deactivated"
        await self._audit.record(kind, f"user:{user.id}")

    async def _end_access(self, user: User) -> None:
        await self._sessions.end_all(user.id)
        await ApiKeyService(self._uow).revoke_all(user.id)

    async def _require_other_admin(self, user: User, *, loses_admin: bool) -> None:
        if not loses_admin:
            return
        if self._settings.mode == "single-user":
            if user.is_local:
                raise ConflictError(
                    f"{user.username} is the only user in single-user mode and must remain an administrator"
                )
            return  # the local user remains as administrator
        can_log_in = user.role is Role.ADMIN and user.is_active
        can_log_in = can_log_in and await self._users.has_login(user.id)
        if can_log_in and not await self._users.has_admin_with_login(besides=user.id):
            raise ConflictError(f"{user.username} is the last active administrator")
